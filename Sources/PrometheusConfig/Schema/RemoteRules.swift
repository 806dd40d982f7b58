/// What the sections about other servers demand: remote write and read, alertmanagers, and what signs
/// requests to them (Prometheus: config/config.go, storage/remote/azuread; prometheus/sigv4).
extension SectionRules {
  /// Headers that are not for people to set.
  static let reservedHeaders: Set<String> = [
    "host", "content-encoding", "content-length", "content-type", "user-agent", "connection",
    "keep-alive", "proxy-authenticate", "proxy-authorization", "www-authenticate",
    "accept-encoding", "x-prometheus-remote-write-version", "x-prometheus-remote-read-version",
    "x-amz-date", "x-amz-security-token", "x-amz-content-sha256",
  ]

  func headers(reserved: Set<String>) throws(ConfigurationError) {
    for (key, _) in try fields.given("headers")?.fields().all ?? [] {
      let name = try key.string().lowercased()
      if name == "authorization" || reserved.contains(name) {
        throw key.failure("this header cannot be set here")
      }
    }
  }

  func remoteWrite() throws(ConfigurationError) {
    guard isGiven("url") else { throw failure("url", "url is missing") }
    try noNulls(in: "write_relabel_configs")
    try headers(reserved: Self.reservedHeaders)
    let known = ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"]
    if let message = fields["protobuf_message"], try !known.contains(message.string()) {
      throw message.failure("expected one of \(known.joined(separator: ", "))")
    }
    if release.since(3, 12) { try queue() }
    try client()
    let methods = ["basic_auth", "authorization", "oauth2", "sigv4", "azuread", "google_iam"]
    let given = methods.filter { isGiven($0) || $0 == "authorization" && hasBearer }
    if given.count > 1 {
      throw failure(given[1], "at most one of \(methods.joined(separator: ", ")) can be set")
    }
  }

  /// True where the old form of `authorization` is there.
  private var hasBearer: Bool {
    ["bearer_token", "bearer_token_file"].contains { (try? hasText($0)) == true }
  }

  private func queue() throws(ConfigurationError) {
    guard let queue = try section("queue_config") else { return }
    func number(_ key: String, _ usual: Int64) throws(ConfigurationError) -> Int64 {
      try queue.fields[key].map { (value) throws(ConfigurationError) in
        value.isNull ? 0 : try value.integer()
      } ?? usual
    }
    let (most, least) = (try number("max_shards", 50), try number("min_shards", 1))
    guard most > 0 else { throw queue.failure("max_shards", "expected a number from 1 on") }
    guard least > 0 else { throw queue.failure("min_shards", "expected a number from 1 on") }
    guard least <= most else { throw queue.failure("min_shards", "is more than max_shards") }
    for (key, usual) in [("max_samples_per_send", 2000 as Int64), ("capacity", 10_000)] {
      guard try number(key, usual) > 0 else {
        throw queue.failure(key, "expected a number from 1 on")
      }
    }
    let shortest = try queue.fields.given("min_backoff")?.duration() ?? 30
    guard try queue.fields.given("max_backoff")?.duration() ?? 5000 >= shortest else {
      throw queue.failure("max_backoff", "is less than min_backoff")
    }
  }

  func remoteRead() throws(ConfigurationError) {
    guard isGiven("url") else { throw failure("url", "url is missing") }
    try headers(reserved: Self.reservedHeaders)
    try client()
  }

  func alertmanager() throws(ConfigurationError) {
    try client()
    if isGiven("sigv4"),
      ["basic_auth", "authorization", "oauth2"].contains(where: isGiven) || hasBearer
    {
      throw failure("sigv4", "cannot be set beside another way to authenticate")
    }
    try noEmptyDiscoveries()
    try targetsAreNoURLs()
    try noNulls(in: "relabel_configs")
    try noNulls(in: "alert_relabel_configs")
  }

  func sigv4() throws(ConfigurationError) {
    if try hasText("access_key") != hasText("secret_key") {
      throw failure("access_key", "access_key and secret_key are set together")
    }
  }

  func azureAD() throws(ConfigurationError) {
    let clouds = ["", "AzureChina", "AzureGovernment", "AzurePublic"]
    guard try clouds.contains(text("cloud")) else {
      throw failure("cloud", "expected one of \(clouds.dropFirst().joined(separator: ", "))")
    }
    let methods = ["managed_identity", "workload_identity", "oauth", "sdk", "certificate"]
    let given = methods.filter(isGiven)
    guard given.count == 1, let method = given.first, let section = try section(method) else {
      throw fields.value.failure("expected one of \(methods.joined(separator: ", "))")
    }
    switch method {
    case "managed_identity":
      if try section.hasText("client_id") || !release.since(3, 5) {
        try section.identifier("client_id")
      }
    case "workload_identity":
      try section.identifier("client_id")
      try section.identifier("tenant_id")
    case "oauth":
      for key in ["client_id", "client_secret", "tenant_id"] { try section.require(key) }
      try section.identifier("client_id")
    case "certificate":
      for key in ["client_id", "tenant_id", "certificate_path"] { try section.require(key) }
      try section.identifier("client_id")
    default: break
    }
    try scope()
  }

  /// `^[\w\s:/.\-]+$`
  private func scope() throws(ConfigurationError) {
    let others = Set("_ \t\n\r\u{c}:/.-".utf8)
    let scope = try text("scope").utf8
    if !scope.allSatisfy({
      NameValidation.isLetter($0) || NameValidation.isDigit($0) || others.contains($0)
    }) {
      throw failure("scope", "has characters that a scope cannot have")
    }
  }

  /// A UUID in one of the forms that google/uuid reads: plain, in braces, as an URN, or without hyphens.
  func identifier(_ key: String) throws(ConfigurationError) {
    var text = try text(key)[...]
    let wrapped = text.utf8.count
    if wrapped == 45, text.lowercased().hasPrefix("urn:uuid:") { text = text.dropFirst(9) }
    if wrapped == 38 { text = text.dropFirst().dropLast() }
    let bytes = Array(text.utf8)
    let hyphens = bytes.count == 36 ? [8, 13, 18, 23] : []
    let isValid =
      (bytes.count == 36 || bytes.count == 32 && wrapped == 32)
      && bytes.indices.allSatisfy { index in
        hyphens.contains(index)
          ? bytes[index] == UInt8(ascii: "-")
          : NameValidation.isDigit(bytes[index]) || (0x61...0x66).contains(bytes[index] | 0x20)
      }
    if !isValid { throw failure(key, "expected a UUID") }
  }
}
