/// The colours of a report, by day and by night. Text has a contrast of 4.5 on what it stands on, curves
/// and bars one of 3 (WCAG 2.1, 1.4.3 and 1.4.11); a test computes them.
struct ReportPalette: Sendable {
  /// `#rrggbb`, by the name that the style uses.
  let colors: [(name: String, hex: String)]

  static let light = ReportPalette(colors: [
    ("page", "#ffffff"), ("card", "#f5f6f8"), ("text", "#1b1f24"), ("muted", "#57606a"),
    ("rule", "#d0d7de"), ("link", "#0a58ca"), ("good", "#1a6b34"), ("good-card", "#e6f4ea"),
    ("warn", "#7a4d00"), ("warn-card", "#fff4d6"), ("bad", "#a40e26"), ("bad-card", "#fdebec"),
    ("first", "#1f6fb2"), ("second", "#c2410c"), ("third", "#6b4fa0"),
  ])

  static let dark = ReportPalette(colors: [
    ("page", "#14171c"), ("card", "#1e232a"), ("text", "#e6e9ed"), ("muted", "#a3adb8"),
    ("rule", "#3a424c"), ("link", "#7db4ff"), ("good", "#7fd69a"), ("good-card", "#14301e"),
    ("warn", "#f2c261"), ("warn-card", "#372a0c"), ("bad", "#ff9aa2"), ("bad-card", "#3d161b"),
    ("first", "#5aa9e6"), ("second", "#ff8c5a"), ("third", "#b79ce6"),
  ])

  /// The colours as custom properties of CSS.
  var properties: String { colors.map { "--\($0.name):\($0.hex);" }.joined() }

  /// The colour of a name; nil if there is none.
  subscript(name: String) -> String? { colors.first { $0.name == name }?.hex }
}
