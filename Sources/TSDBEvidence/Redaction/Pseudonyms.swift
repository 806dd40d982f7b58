/// What pseudonyms look like, and so what of a value can still be seen.
public enum Pseudonyms: String, Sendable, CaseIterable {
  /// `redacted-` and 16 hexadecimal digits: nothing but which values are equal.
  case plain
  /// Digits and lower-case letters, as many as the value has bytes, but at least 12: equality and length.
  case length
  /// Of the same length, with the same kinds of characters in the same places: a UUID for a UUID. Equality,
  /// length and shape; and where there are few values of a shape, a pseudonym may be another real value.
  case shape
}
