public import PrometheusConfig
public import TSDBStore

/// The releases whose starts are known from real servers; one in between behaves as the one before it.
public enum ServerVersion: String, CaseIterable, Comparable, Sendable {
  /// 2.42
  case v2_42 = "2.42"
  /// 2.53
  case v2_53 = "2.53"
  /// 3.5
  case v3_5 = "3.5"
  /// 3.14
  case v3_14 = "3.14"

  /// The newest.
  public static let newest = ServerVersion.v3_14

  /// Older releases are smaller.
  public static func < (left: ServerVersion, right: ServerVersion) -> Bool {
    let all = Self.allCases
    return (all.firstIndex(of: left) ?? 0) < (all.firstIndex(of: right) ?? 0)
  }
}

/// How the server will be started.
public struct StartupOptions: Equatable, Sendable {
  /// Its release.
  public var version: ServerVersion
  /// Its flags, as Prometheus spells them, without dashes: `storage.tsdb.retention.time=100y`.
  public var flags: [String]
  /// Bytes of memory that it may take; nil if that is not known.
  public var memoryLimit: Int?
  /// True if it is started as an agent.
  public var isAgent: Bool
  /// The value of `--storage.tsdb.path`: messages name files with it.
  public var storagePath: String
  /// What its configuration file says of retention, which then counts in place of the flags; releases
  /// before 3.10 do not know it. Nil where the file does not say.
  public var retention: PrometheusConfiguration.Retention?
  /// True for the start that follows on the end of a server that runs on the directory; false for one
  /// beside it, which does not get the lock.
  public var isRestart = true
  /// True for a start on the directory where it lies: whose the files are, and what is left of the file
  /// system, then counts.
  public var startsHere = true
  /// What is left of the file system; nil to ask the one that the directory is on.
  public var space: FreeSpace?

  /// A server of the newest release with default flags.
  public init(
    version: ServerVersion = .newest, flags: [String] = [], memoryLimit: Int? = nil,
    isAgent: Bool = false, storagePath: String = "data",
    retention: PrometheusConfiguration.Retention? = nil
  ) {
    self.version = version
    self.flags = flags
    self.memoryLimit = memoryLimit
    self.isAgent = isAgent
    self.storagePath = storagePath
    self.retention = version >= .v3_14 ? retention : nil
  }

  /// The value of the last flag of this name; empty for one without a value, nil where there is none.
  func flag(_ name: String) -> String? {
    flags.lazy.reversed().compactMap { flag -> String? in
      let plain = flag.drop { $0 == "-" }
      if plain == name { return "" }
      return plain.hasPrefix(name + "=") ? String(plain.dropFirst(name.count + 1)) : nil
    }.first
  }

  /// True if a feature is enabled.
  func enables(_ feature: String) -> Bool {
    flags.contains { flag in
      let plain = flag.drop { $0 == "-" }
      guard plain.hasPrefix("enable-feature=") else { return false }
      return plain.dropFirst("enable-feature=".count).split(separator: ",").contains {
        $0 == feature
      }
    }
  }

  /// True if the server takes the lock.
  var takesLock: Bool { flag("storage.tsdb.no-lockfile").map { $0 == "false" } ?? true }

  /// Milliseconds that blocks are kept; nil for ever (cmd/prometheus/main.go: 15 days, unless a
  /// retention by size is given).
  var retentionTime: Int64? {
    if let retention { return retention.time }
    let given = flag("storage.tsdb.retention.time") ?? flag("storage.tsdb.retention")
    if let given, let milliseconds = Self.duration(given), milliseconds > 0 {
      return milliseconds
    }
    return retentionSize == nil ? 15 * 86_400_000 : nil
  }

  /// Bytes that blocks and head may take; nil without a limit.
  var retentionSize: Int? {
    if let retention { return retention.size }
    return flag("storage.tsdb.retention.size").flatMap(PrometheusSize.bytes).flatMap {
      $0 > 0 ? $0 : nil
    }
  }

  /// A duration as Prometheus reads it, `1h30m`, in milliseconds; nil if it is none.
  static func duration(_ text: String) -> Int64? {
    let units: [String: Int64] = [
      "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000,
      "y": 31_536_000_000,
    ]
    var total: Int64 = 0
    var rest = Substring(text)
    if rest == "0" { return 0 }
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard let number = Int64(digits), let unit = units[String(name)] else { return nil }
      let (part, tooLarge) = number.multipliedReportingOverflow(by: unit)
      total = total.addingReportingOverflow(tooLarge ? .max : part).partialValue
      if tooLarge || total < 0 { return .max }
    }
    return total
  }
}
