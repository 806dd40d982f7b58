/// Why a file that a person wrote cannot be used: where, which key, and what is allowed there.
public struct ConfigurationError: Error, Equatable, Sendable {
  /// The file, as it was given.
  public let file: String
  /// The line, counted from 1.
  public let line: Int
  /// The character in the line, counted from 1.
  public let column: Int
  /// The way to the value, such as `scrape_configs[0].metric_relabel_configs[2].action`; empty for
  /// the document.
  public let key: String
  /// What is wrong there, and what is allowed.
  public let problem: String

  /// A problem at a place.
  public init(file: String, line: Int, column: Int, key: String = "", problem: String) {
    self.file = file
    self.line = line
    self.column = column
    self.key = key
    self.problem = problem
  }
}

extension ConfigurationError: CustomStringConvertible {
  /// `prometheus.yml:7:15: scrape_configs[0].sample_limit: expected …`, as compilers do.
  public var description: String {
    "\(file):\(line):\(column): " + (key.isEmpty ? problem : "\(key): \(problem)")
  }
}
