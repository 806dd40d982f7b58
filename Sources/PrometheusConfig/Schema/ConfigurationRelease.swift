/// A release of Prometheus, as far as what it takes of configurations and expositions goes.
public struct ConfigurationRelease: Comparable, Hashable, Sendable, CustomStringConvertible {
  /// The first number.
  public let major: Int
  /// The second number.
  public let minor: Int

  /// A release.
  public init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// The release of a text such as `3.5`; nil where it is none.
  init?(_ text: Substring) {
    let numbers = text.split(separator: ".").compactMap { Int($0) }
    guard numbers.count == 2 else { return nil }
    self.init(numbers[0], numbers[1])
  }

  /// The newest whose keys are known.
  public static let newest = ConfigurationRelease(3, 14)
  /// The one that is supported longest, and is meant where nobody says which.
  public static let usual = ConfigurationRelease(3, 5)

  /// Older releases before newer ones.
  public static func < (left: ConfigurationRelease, right: ConfigurationRelease) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  /// `3.5`
  public var description: String { "\(major).\(minor)" }

  /// Whether it is at least this one.
  func since(_ major: Int, _ minor: Int) -> Bool { !(self < ConfigurationRelease(major, minor)) }
}
