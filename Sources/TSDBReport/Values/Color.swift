/// Colours by role, so that every report uses the same few in the same sense.
package struct Color: Sendable {
  /// What a piece of text is.
  package enum Role: String, CaseIterable {
    /// A section's title.
    case heading = "1"
    /// Damage, a culprit, a loss.
    case bad = "1;31"
    /// Something to look at.
    case warn = "33"
    /// What was found in order.
    case good = "32"
    /// What may be skipped while reading.
    case dim = "2"
  }

  /// Whether anything is coloured at all.
  package let isEnabled: Bool

  package init(isEnabled: Bool) {
    self.isEnabled = isEnabled
  }

  /// No colours.
  package static let none = Color(isEnabled: false)

  /// `text` in the colour of `role`.
  package func callAsFunction(_ role: Role, _ text: String) -> String {
    isEnabled && !text.isEmpty ? "\u{1b}[\(role.rawValue)m\(text)\u{1b}[0m" : text
  }
}
