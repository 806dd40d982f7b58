/// What the discovery of Kubernetes demands of its settings, and a few others (Prometheus:
/// discovery/kubernetes, scaleway, outscale, oci).
extension SectionRules {
  func kubernetes() throws(ConfigurationError) {
    try require("role")
    try client()
    let client = clientKey
    if isGiven("kubeconfig_file"), try hasText("kubeconfig_file") {
      if isGiven("api_server") {
        throw failure("api_server", "cannot be set beside kubeconfig_file")
      }
      if let client { throw failure(client, "cannot be set beside kubeconfig_file") }
    }
    if !isGiven("api_server"), let client { throw failure(client, "needs an api_server") }
    if try section("namespaces")?.fields.given("own_namespace")?.flag() == true,
      try isGiven("api_server") ? true : hasText("kubeconfig_file")
    {
      throw failure("namespaces", "own_namespace is for servers that run in the cluster")
    }
    try selectors()
  }

  /// A key of the HTTP client that says something else than what holds without it.
  private var clientKey: String? {
    let keys = (ConfigurationSchema.shared.sections["http_client"] ?? []).map(\.name)
    return keys.first { key in
      guard let value = fields.given(key) else { return false }
      switch key {
      case "follow_redirects", "enable_http2": return (try? value.flag()) == false
      case "proxy_from_environment": return (try? value.flag()) == true
      case "tls_config", "proxy_connect_header":
        return (try? value.fields().all.contains { Self.isSomething($0.value) }) ?? true
      case "basic_auth", "authorization", "oauth2", "http_headers", "proxy_url": return true
      default: return (try? value.string()) != ""
      }
    }
  }

  private static func isSomething(_ value: YAMLFields.Value) -> Bool {
    switch value.node.content {
    case .scalar(let text, _): !value.isNull && !text.isEmpty && (try? value.flag()) != false
    case .sequence, .mapping: true
    }
  }

  private func selectors() throws(ConfigurationError) {
    let role = try text("role")
    var allowed = [role]
    if role == "endpoints" || role == "endpointslice" { allowed += ["pod", "service"] }
    if role == "pod", release.since(3, 11) { allowed.append("node") }
    var met: Set<String> = []
    for item in try list("selectors") {
      let selector = SectionRules(release: release, fields: try item.fields())
      let own = try selector.text("role")
      guard allowed.contains(own) else {
        throw item.failure("\(role) has selectors of \(allowed.joined(separator: ", "))")
      }
      guard met.insert(own).inserted else { throw item.failure("the role is selected twice") }
      guard KubernetesSelector.isField(try selector.text("field")) else {
        throw selector.failure("field", "expected name=value, name!=value, …")
      }
      guard KubernetesSelector.isLabel(try selector.text("label")) else {
        throw selector.failure("label", "expected name=value, name in (a, b), !name, …")
      }
    }
  }

  // MARK: Others

  func cloud(_ section: String) throws(ConfigurationError) {
    for key in section == "scaleway" ? ["role", "project_id"] : ["region"] { try require(key) }
    if try !hasAny("secret_key", "secret_key_file") {
      throw failure("secret_key", "one of secret_key, secret_key_file is missing")
    }
    try atMostOne(["secret_key", "secret_key_file"])
    try require("access_key")
    if section == "scaleway" {
      let key = try text("access_key").utf8
      let isKey = key.starts(with: "SCW".utf8) && key.count == 20
      guard isKey, key.allSatisfy({ NameValidation.isDigit($0) || (0x41...0x5a).contains($0) })
      else {
        throw failure("access_key", "expected SCW and 17 letters or digits")
      }
      try identifier("project_id")
      if try hasText("secret_key") { try identifier("secret_key") }
    }
    try client()
  }

  func oracle() throws(ConfigurationError) {
    try require("region")
    let own = ["tenancy", "user", "fingerprint", "key_file"]
    let phrases = ["key_passphrase", "key_passphrase_file"]
    try oneOf("auth", ["api_key", "instance_principal"])
    if try text("auth") == "api_key" {
      for key in own { try require(key) }
      try atMostOne(phrases)
    } else {
      for key in own + phrases where try hasText(key) {
        throw failure(key, "instance_principal does without it")
      }
    }
    for item in try list("compartments") where try item.string().isEmpty {
      throw item.failure("expected the name of a compartment")
    }
    if isWritten("refresh_interval"), try duration("refresh_interval") <= 0 {
      throw failure("refresh_interval", "expected more than 0")
    }
    try client()
  }
}

/// Selectors of Kubernetes (k8s.io/apimachinery: pkg/fields/selector.go, pkg/labels/selector.go).
enum KubernetesSelector {
  /// `name=value,name!=value`; a backslash stands before `\`, `,` and `=` in values.
  static func isField(_ text: String) -> Bool {
    for term in split(Array(text.utf8), at: UInt8(ascii: ",")) where !term.isEmpty {
      guard let sign = term.indices.first(where: { isOperator(term[$0...]) }) else { return false }
      let length =
        term[sign...].starts(with: "!=".utf8) || term[sign...].starts(with: "==".utf8) ? 2 : 1
      var value = term[sign...].dropFirst(length)
      while let byte = value.popFirst() {
        if byte == UInt8(ascii: "=") || byte == UInt8(ascii: ",") { return false }
        if byte == UInt8(ascii: "\\") {
          guard let next = value.popFirst(), "\\,=".utf8.contains(next) else { return false }
        }
      }
    }
    return true
  }

  private static func isOperator(_ text: ArraySlice<UInt8>) -> Bool {
    text.starts(with: "!=".utf8) || text.first == UInt8(ascii: "=")
  }

  private static func split(_ text: [UInt8], at mark: UInt8) -> [ArraySlice<UInt8>] {
    var parts: [ArraySlice<UInt8>] = []
    var start = 0
    var isEscaped = false
    for (index, byte) in text.enumerated() {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == mark {
        parts.append(text[start..<index])
        start = index + 1
      }
    }
    return parts + [text[start...]]
  }

  /// `name`, `!name`, `name=value`, `name in (a, b)`, … with commas between them.
  static func isLabel(_ text: String) -> Bool {
    var parser = LabelSelectorParser(text)
    return parser.isSelector()
  }
}

/// A recursive descent over the words and signs of a label selector.
private struct LabelSelectorParser {
  private var tokens: [String] = []
  private var position = 0

  init(_ text: String) {
    var word = ""
    func isSign(_ letter: Character) -> Bool { "=!(),><".contains(letter) }
    for letter in text {
      if isSign(letter) || letter == " " || letter == "\t" || letter == "\r" || letter == "\n" {
        if !word.isEmpty { tokens.append(word) }
        word = ""
        if isSign(letter) { addSign(letter) }
      } else {
        word.append(letter)
      }
    }
    if !word.isEmpty { tokens.append(word) }
  }

  private mutating func addSign(_ sign: Character) {
    if sign == "=", let last = tokens.last, last == "=" || last == "!" {
      tokens[tokens.count - 1] = last + "="
    } else {
      tokens.append(String(sign))
    }
  }

  private var next: String? { position < tokens.count ? tokens[position] : nil }

  private mutating func take() -> String? {
    defer { position += 1 }
    return next
  }

  mutating func isSelector() -> Bool {
    if tokens.isEmpty { return true }
    while true {
      guard isRequirement() else { return false }
      guard let mark = take() else { return true }
      guard mark == ",", next != nil else { return false }
    }
  }

  private mutating func isRequirement() -> Bool {
    if next == "!" {
      position += 1
      return isName(take())
    }
    guard isName(take()) else { return false }
    switch next {
    case nil, ",": return true
    case "=", "==", "!=":
      position += 1
      if next == nil || next == "," { return true }
      return isValue(take())
    case ">", "<":
      position += 1
      return take().flatMap { Int64($0) } != nil
    case "in", "notin":
      position += 1
      return isList()
    default: return false
    }
  }

  private mutating func isList() -> Bool {
    guard take() == "(" else { return false }
    while true {
      if next != ",", next != ")" {
        guard isValue(take()) else { return false }
      }
      switch take() {
      case ")": return true
      case ",": continue
      default: return false
      }
    }
  }

  private func isName(_ text: String?) -> Bool {
    guard let text else { return false }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let last = parts.last, parts.count <= 2, !last.isEmpty else { return false }
    return isValue(String(last)) && !(parts.count == 2 && parts[0].isEmpty)
  }

  private func isValue(_ text: String?) -> Bool {
    guard let bytes = text.map({ Array($0.utf8) }), bytes.count <= 63 else { return false }
    func isPlain(_ byte: UInt8) -> Bool {
      NameValidation.isDigit(byte) || NameValidation.isLetter(byte) && byte != UInt8(ascii: "_")
    }
    return bytes.allSatisfy { isPlain($0) || "-_.".utf8.contains($0) }
      && (bytes.first.map(isPlain) ?? true) && (bytes.last.map(isPlain) ?? true)
  }
}
