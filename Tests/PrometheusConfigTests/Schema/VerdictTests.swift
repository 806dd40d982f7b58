import TSDBFormat
import TestSupport
import Testing

@testable import PrometheusConfig

/// What real promtools and servers of three releases said of 900 configurations and 279 expositions
/// (TestData/verdicts; Tests/Verdicts/ask.py).
@Suite struct VerdictTests {
  private static let releases = [
    ConfigurationRelease(2, 42), ConfigurationRelease(2, 53), ConfigurationRelease(3, 5),
  ]

  /// The lines of a table, split at tabs.
  private func lines(_ name: String) throws -> [[String]] {
    let text = String(
      decoding: try readFile(Fixture.testData + "/verdicts/\(name).txt"), as: UTF8.self)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// Text in which `\x0a` stands for a byte and `\\` for a backslash.
  private func bytes(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
        result.append(byte)
        continue
      }
      if next == UInt8(ascii: "x") {
        let digits = String(decoding: rest.prefix(2), as: UTF8.self)
        rest = rest.dropFirst(2)
        result.append(UInt8(digits, radix: 16) ?? 0)
      } else {
        result.append(next)
      }
    }
    return result
  }

  @Test func `configurations are taken and refused as promtool does`() throws {
    var (checked, others) = (0, 0)
    for line in try lines("configurations") {
      let text = bytes(line[2])
      let verdicts = Self.releases.map { release in
        do throws(ConfigurationError) {
          _ = try PrometheusConfiguration(text, file: "f", release: release)
          return "0"
        } catch {
          return "1"
        }
      }.joined()
      checked += 1
      if line.count > 3 {
        // Written down why; where that no longer holds, the line is to be mended.
        others += 1
        #expect(verdicts != line[1], "\(line[0])")
      } else {
        #expect(verdicts == line[1], "\(line[0]): \(line[2].prefix(200))")
      }
    }
    #expect(checked == 923)
    #expect(others == 41)
  }

  @Test func `expositions are read and refused as a server does`() throws {
    var checked = 0
    for line in try lines("expositions") {
      let text = bytes(line[3])
      let format = line[1] == "t" ? Exposition.Format.text : .openmetrics
      for (release, expected) in zip(Self.releases, line[2].split(separator: " ")) {
        let read = try Exposition(text, file: "f", format: format, release: release)
        let place: Comment = "\(line[0]) in \(release)"
        checked += 1
        #expect((read.refusals.count == 1) == (expected == "x"), place)
        guard let count = Int(expected) else { continue }
        #expect(Set(read.scrapes.flatMap { $0 }).count == count, place)
      }
    }
    #expect(checked == 837)
  }
}
