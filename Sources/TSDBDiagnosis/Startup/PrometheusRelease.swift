/// A release of Prometheus, as people and image tags name it: `3.5.3`, `v3.5.3`, `2.45`, `3.14.0-rc.1`.
public struct PrometheusRelease: Comparable, Sendable {
  /// The first number.
  public let major: Int
  /// The second.
  public let minor: Int
  /// The third; nil where it was not given.
  public let patch: Int?

  /// A release by its numbers.
  public init(_ major: Int, _ minor: Int, _ patch: Int? = nil) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// The last release of 2.
  private static let last2 = 55

  /// Reads a release. Throws a `Problem` where there is no such release, or none with this storage.
  public init(_ text: String) throws(Problem) {
    var rest = text[...]
    if rest.first == "v" { rest = rest.dropFirst() }
    // What distributions, images and candidates put behind it: `+ds1`, `-rc.0`, `-distroless`.
    let plain = rest.prefix { $0 != "-" && $0 != "+" && $0 != "~" }
    let parts = plain.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
    }
    guard (2...3).contains(parts.count), numbers.count == parts.count else {
      throw Problem(text: text, why: "is no release of Prometheus; give one such as 3.5 or v3.5.3")
    }
    self.init(numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : nil)
    if major < 2 {
      throw Problem(
        text: text, why: "has another storage; data directories of 2.0 and later are read")
    }
    if major == 2, minor > Self.last2 {
      throw Problem(
        text: text, why: "is no release of Prometheus: 2.\(Self.last2) was the last of 2")
    }
    if major > ServerBehaviour.newest.release.major + 1 {
      throw Problem(
        text: text,
        why: "is no release that is known here: the newest is \(ServerBehaviour.newest)")
    }
  }

  /// Why a text is no release.
  public struct Problem: Error, Equatable, CustomStringConvertible {
    /// The text.
    public let text: String
    /// What is wrong with it.
    public let why: String

    /// One sentence.
    public var description: String { "'\(text)' \(why)" }
  }

  /// Older releases are smaller.
  public static func < (left: Self, right: Self) -> Bool {
    (left.major, left.minor, left.patch ?? 0) < (right.major, right.minor, right.patch ?? 0)
  }

  /// True for both of the same numbers, where a missing third counts as 0.
  public static func == (left: Self, right: Self) -> Bool { !(left < right) && !(right < left) }

  /// What to tell of this release where its own start is not known; nil where it is.
  public var remark: String? {
    let known = behaviour
    if known.release.major == major, known.release.minor == minor { return nil }
    let all = ServerBehaviour.allCases.map(\.description).joined(separator: ", ")
    let why =
      self < known.release
      ? "the oldest" : known == .newest ? "the newest" : "the nearest before it"
    return
      "Prometheus \(self) is predicted as \(known), \(why) of the releases whose starts are "
      + "known (\(all))"
  }
}

extension PrometheusRelease: CustomStringConvertible {
  /// `3.5`, `3.5.3`.
  public var description: String { "\(major).\(minor)" + (patch.map { ".\($0)" } ?? "") }
}
