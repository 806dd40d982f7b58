/// What HTTP clients demand of their settings (prometheus/common: config/http_config.go and headers.go).
extension SectionRules {
  /// The settings of a client that stand in a section among others.
  func client() throws(ConfigurationError) {
    try atMostOne(["bearer_token", "bearer_token_file"])
    let hasBearer = try hasAny("bearer_token", "bearer_token_file")
    let methods = ["basic_auth", "authorization", "oauth2"].filter(isGiven)
    if methods.count > 1 {
      throw failure(methods[1], "at most one of basic_auth, authorization, oauth2 can be set")
    }
    if hasBearer, let method = methods.first {
      throw failure(method, "cannot be set beside bearer_token or bearer_token_file")
    }
    if let basic = try section("basic_auth") {
      try basic.atMostOne(["username", "username_file", "username_ref"])
      try basic.atMostOne(["password", "password_file", "password_ref"])
    }
    if let authorization = try section("authorization") {
      try authorization.atMostOne(["credentials", "credentials_file", "credentials_ref"])
      if try authorization.text("type").trimmed.lowercased() == "basic" {
        throw authorization.failure("type", "use basic_auth for basic")
      }
    }
    if let oauth = try section("oauth2") { try oauth.oauth2Client() }
    try proxy()
    try clientHeaders()
  }

  private func oauth2Client() throws(ConfigurationError) {
    try require("client_id")
    let isJWT = try text("grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    let secrets = ["client_secret", "client_secret_file", "client_secret_ref"]
    if !release.since(2, 51), try !hasAny("client_secret", "client_secret_file") {
      throw failure("client_secret", "one of client_secret, client_secret_file is missing")
    }
    try require("token_url")
    if isJWT {
      try atMostOne([
        "client_certificate_key", "client_certificate_key_file", "client_certificate_key_ref",
      ])
      guard try ["", "RS256", "RS384", "RS512"].contains(text("signature_algorithm")) else {
        throw failure("signature_algorithm", "expected one of RS256, RS384, RS512")
      }
    } else {
      try atMostOne(secrets)
    }
  }

  /// The proxy of OAuth 2, which is looked at since 3.5.
  func oauth2() throws(ConfigurationError) { try proxy() }

  private func proxy() throws(ConfigurationError) {
    let isEmpty = try text("proxy_url").isEmpty
    let isFromEnvironment = try fields.given("proxy_from_environment")?.flag() == true
    let hasHeader = try !(fields.given("proxy_connect_header")?.fields().all ?? []).isEmpty
    if hasHeader, isEmpty, !isFromEnvironment {
      throw failure("proxy_connect_header", "needs a proxy_url")
    }
    if isFromEnvironment, !isEmpty {
      throw failure("proxy_url", "cannot be set beside proxy_from_environment")
    }
    guard try hasText("no_proxy") else { return }
    if isFromEnvironment || !isGiven("proxy_url") {
      throw failure("no_proxy", "needs a proxy_url")
    }
  }

  private func clientHeaders() throws(ConfigurationError) {
    for (key, _) in try fields.given("http_headers")?.fields().all ?? [] {
      let name = try key.string()
      // A name with a character that no header has is compared as it is.
      let isCanonical = name.utf8.allSatisfy(Self.isTokenCharacter)
      let compared = isCanonical ? name.lowercased() : ""
      if compared == "authorization" || compared == "x-prometheus-scrape-timeout-seconds"
        || Self.reservedHeaders.contains(compared)
      {
        throw key.failure("this header cannot be set")
      }
    }
  }

  private static func isTokenCharacter(_ byte: UInt8) -> Bool {
    NameValidation.isLetter(byte) || NameValidation.isDigit(byte)
      || "!#$%&'*+-.^`|~".utf8.contains(byte)
  }

  func tls() throws(ConfigurationError) {
    guard release.since(2, 45) else { return }
    for key in ["ca", "cert", "key"] { try atMostOne([key, "\(key)_file", "\(key)_ref"]) }
    func isUsed(_ key: String) throws(ConfigurationError) -> Bool {
      try hasAny(key, "\(key)_file", "\(key)_ref")
    }
    if try isUsed("cert") != isUsed("key") {
      throw fields.value.failure("a certificate and its key are set together")
    }
  }
}
