import Testing

@testable import EpimetheusCLI

@Suite struct ProgressTests {
  @Test func `a line says what, how much, how fast and how long`() {
    #expect(
      Progress.line(
        title: "reading the WAL", done: 43_000_000, total: 108_000_000, milliseconds: 2000)
        == "reading the WAL  41 MiB of 103 MiB (39.8 %)  20.5 MiB/s  4 s left")
  }

  @Test func `an unknown total shows neither share nor time left`() {
    #expect(
      Progress.line(title: "x", done: 2048, total: 0, milliseconds: 1000) == "x  2 KiB  2 KiB/s")
  }

  @Test func `the first moment divides by nothing`() {
    #expect(
      Progress.line(title: "x", done: 0, total: 10, milliseconds: 0)
        == "x  0 B of 10 B (0.0 %)  0 B/s")
  }

  @Test func `advancing from many tasks is safe`() async {
    let progress = Progress("x", total: 1000, isVisible: false)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { for _ in 0..<1000 { progress.advance(bytes: 1) } } }
    }
    #expect(progress.bytesDone == 8000)
    progress.finish()
  }
}
