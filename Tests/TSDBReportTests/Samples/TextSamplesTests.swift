import TSDBFormat
import Testing

@testable import TSDBReport

@Suite struct TextSamplesTests {
  @Test func `samples stand below their series`() {
    #expect(
      SomeSamples.text(TextSamples()) == #"""
        up{job="a\"b"}
          2026-11-17T00:00:00.000Z  1.5
          2026-11-17T00:00:15.250Z  stale
          2026-11-17T00:00:30.000Z  {count:7, sum:4.538688795914225, 4 buckets}  since 2026-11-16T23:59:59.999Z
          2026-11-17T00:00:45.000Z  1e+06

        """#)
    #expect(SomeSamples.textOfNothing(TextSamples()) == "up{job=\"a\\\"b\"}\n")
  }

  @Test func `series stand behind their times`() {
    #expect(
      SomeSamples.text(TextSeries())
        == "2026-11-17T00:00:00.000Z  2026-11-17T00:00:45.000Z  up{job=\"a\\\"b\"}\n"
        + "-                         -                         {}\n")
  }

  @Test func `nothing hostile reaches the terminal`() {
    let labels = [Label("__name__", "a\u{1b}[2J"), Label("b\n", "\u{202e}")]
    #expect(
      written { TextSamples().append(labels, SampleBatch(), to: &$0) }
        == #"{"a\x1b[2J","b\n"="\u202e"}"# + "\n")
  }
}
