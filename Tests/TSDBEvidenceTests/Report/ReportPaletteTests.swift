import Testing

@testable import TSDBEvidence

/// Truth: relative luminance and contrast as WCAG 2.1 defines them.
@Suite struct ReportPaletteTests {
  private func luminance(_ hex: String) throws -> Double {
    let number = try #require(Int(hex.dropFirst(), radix: 16))
    func part(_ shift: Int) -> Double {
      let share = Double(number >> shift & 0xff) / 255
      guard share > 0.03928 else { return share / 12.92 }
      return power((share + 0.055) / 1.055)
    }
    return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
  }

  /// `base` to the power of 2.4, without the mathematics of C: the fifth root of its twelfth power.
  private func power(_ base: Double) -> Double {
    let twelfth = (0..<12).reduce(1.0) { product, _ in product * base }
    var root = 1.0
    for _ in 0..<60 { root = (4 * root + twelfth / (root * root * root * root)) / 5 }
    return root
  }

  private func contrast(_ palette: ReportPalette, _ one: String, _ other: String) throws -> Double {
    let first = try luminance(try #require(palette[one]))
    let second = try luminance(try #require(palette[other]))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  @Test func `contrast is computed as others do`() throws {
    let palette = ReportPalette(colors: [("a", "#ffffff"), ("b", "#000000"), ("c", "#777777")])
    #expect(try contrast(palette, "a", "b") == 21)
    let grey = try contrast(palette, "a", "c")
    #expect(abs(grey - 4.478) < 0.001)
  }

  @Test func `text can be read by day and by night`() throws {
    let pairs = [
      ("text", "page"), ("text", "card"), ("muted", "page"), ("muted", "card"), ("link", "page"),
      ("text", "good-card"), ("text", "warn-card"), ("text", "bad-card"), ("good", "good-card"),
      ("warn", "warn-card"), ("bad", "bad-card"),
    ]
    for palette in [ReportPalette.light, .dark] {
      for (text, ground) in pairs { #expect(try contrast(palette, text, ground) >= 4.5) }
    }
  }

  @Test func `curves and bars can be told from the page`() throws {
    for palette in [ReportPalette.light, .dark] {
      for curve in ["first", "second", "third"] {
        #expect(try contrast(palette, curve, "page") >= 3)
      }
    }
  }

  @Test func `both palettes have the same names, and the style uses no other`() {
    let names = ReportPalette.light.colors.map(\.name)
    #expect(ReportPalette.dark.colors.map(\.name) == names)
    let used = ReportStyle.css.split(separator: "var(--").dropFirst().map {
      $0.prefix { $0 != ")" }
    }
    #expect(Set(used.map(String.init)).subtracting(names) == [])
  }

  @Test func `the style fetches nothing`() {
    #expect(!ReportStyle.css.contains("url("))
    #expect(!ReportStyle.css.contains("@import"))
    #expect(!ReportStyle.css.contains("<"))
  }
}
