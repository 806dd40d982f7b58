internal import TSDBFormat
internal import TSDBStore

/// What a team allows of labels, and how large a metric may be: a file with the one key `label_policy`.
public struct LabelPolicy: Equatable, Sendable {
  /// Labels that may have many values.
  public let allowedHighCardinality: Set<[UInt8]>
  /// Labels that no series may have, in the order of the file.
  public let forbiddenLabels: [[UInt8]]
  /// The most series of a metric; nil without a limit.
  public let maxCardinalityPerMetric: Int?
  /// Series of a metric, and values of a label in a metric, above which somebody has to look; nil
  /// without a limit.
  public let reviewRequiredAbove: Int?

  private static let keys = [
    "allowed_high_cardinality", "forbidden_labels", "max_cardinality_per_metric",
    "review_required_above",
  ]

  /// Reads the file at `path`, which may be a pipe, or `-` for standard input. Throws `FileError` or `ConfigurationError`.
  public init(path: String) throws {
    guard let bytes = try InputFile.bytes(path, limit: YAMLReader.mostBytes) else {
      throw ConfigurationError(
        file: path, line: 1, column: 1,
        problem: "the file is larger than \(YAMLReader.mostBytes >> 20) MiB")
    }
    try self.init(bytes, file: path)
  }

  /// Reads `text`, whose name in errors is `file`.
  public init(_ text: [UInt8], file: String) throws(ConfigurationError) {
    let document = try YAMLFields.document(text, file: file, allowed: ["label_policy"])
    guard let given = document.given("label_policy") else {
      throw document.value.failure("label_policy is missing: it is the one key of a policy")
    }
    let policy = try given.fields(allowed: Self.keys)
    let allowed = try Self.labels(policy["allowed_high_cardinality"])
    let forbidden = try Self.labels(policy["forbidden_labels"])
    allowedHighCardinality = Set(allowed.map(\.name))
    for label in forbidden where allowedHighCardinality.contains(label.name) {
      throw label.value.failure("the label is also in allowed_high_cardinality")
    }
    forbiddenLabels = forbidden.map(\.name)
    maxCardinalityPerMetric = try Self.number(policy["max_cardinality_per_metric"])
    reviewRequiredAbove = try Self.number(policy["review_required_above"])
    if let most = maxCardinalityPerMetric, let review = reviewRequiredAbove, review > most,
      let value = policy["review_required_above"]
    {
      throw value.failure("expected at most max_cardinality_per_metric (\(most)), found \(review)")
    }
  }

  private static func labels(
    _ value: YAMLFields.Value?
  ) throws(ConfigurationError) -> [(name: [UInt8], value: YAMLFields.Value)] {
    var found: [(name: [UInt8], value: YAMLFields.Value)] = []
    var met: Set<[UInt8]> = []
    for item in try value?.list() ?? [] {
      let name = Array(try item.string().utf8)
      guard NameValidation.utf8.allows(name) else {
        throw item.failure("expected a label name, found \(item.node.kind)")
      }
      if !met.insert(name).inserted {
        throw item.failure("the label is named twice")
      }
      found.append((name, item))
    }
    return found
  }

  private static func number(_ value: YAMLFields.Value?) throws(ConfigurationError) -> Int? {
    guard let value, !value.node.isNull else { return nil }
    guard let number = Int(exactly: try value.count()), number > 0 else {
      throw value.failure("expected a whole number from 1 on, found \(value.node.kind)")
    }
    return number
  }
}
