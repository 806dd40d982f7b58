/// What service discoveries demand of their settings (Prometheus: discovery).
extension SectionRules {
  func discovery(_ section: String) throws(ConfigurationError) {
    switch section {
    case "ec2", "lightsail", "aws", "ecs", "msk", "elasticache", "rds": try amazon(section)
    case "azure": try azure()
    case "consul": try consul()
    case "dns": try dns()
    case "file": try file()
    case "gce": for key in ["project", "zone"] { try require(key) }
    case "kubernetes": try kubernetes()
    case "marathon": try marathon()
    case "openstack": try openstack()
    case "ovhcloud": try ovhcloud()
    case "http", "puppetdb":
      try webAddress("url")
      if section == "puppetdb" { try require("query") }
      if release.since(2, 48) { try client() }
    case "eureka", "kuma":
      try address("server")
      try client()
    case "docker", "dockerswarm":
      try require("host")
      try anyAddress("host")
      if section == "dockerswarm" { try oneOf("role", ["services", "nodes", "tasks"]) }
      try client()
    case "hetzner":
      try require("role")
      try client()
    case "ionos":
      try require("datacenter_id")
      try client()
    case "nomad":
      if isWritten("server"), try text("server").trimmed.isEmpty { try require("server") }
      try client()
    case "digitalocean", "linode", "vultr": try client()
    case "scaleway", "outscale": try cloud(section)
    case "oci": try oracle()
    case "stackit":
      if try !hasText("endpoint") { try require("region") }
      try anyAddress("endpoint")
      try client()
    case "triton": try triton()
    case "uyuni":
      for key in ["server", "username", "password"] { try require(key) }
      try anyAddress("server")
      if release.since(2, 48) { try client() }
    case "zookeeper": try zookeeper()
    default: break
    }
  }

  /// True where a key is there, be it without a value: then the usual value does not count.
  func isWritten(_ key: String) -> Bool { fields[key] != nil }

  func oneOf(_ key: String, _ words: [String]) throws(ConfigurationError) {
    guard try words.contains(text(key)) else {
      throw failure(key, "expected one of \(words.joined(separator: ", "))")
    }
  }

  private func webAddress(_ key: String) throws(ConfigurationError) {
    guard let url = GoURL(try text(key)), !url.host.isEmpty, ["http", "https"].contains(url.scheme)
    else { throw failure(key, "expected an address such as http://host/path") }
  }

  private func address(_ key: String) throws(ConfigurationError) {
    guard let url = GoURL(try text(key)), !url.host.isEmpty, !url.scheme.isEmpty else {
      throw failure(key, "expected an address such as http://host/path")
    }
  }

  private func anyAddress(_ key: String) throws(ConfigurationError) {
    guard GoURL(try text(key)) != nil else { throw failure(key, "expected an address") }
  }

  private func amazon(_ section: String) throws(ConfigurationError) {
    // Without a region the server asks the machine it runs on, which outside of Amazon has no answer.
    if section == "ec2" || section == "lightsail", !release.since(3, 10) { try require("region") }
    if section == "ec2" {
      for filter in try list("filters") where try (filter.fields()["values"]?.list() ?? []).isEmpty
      {
        throw filter.failure("a filter needs values")
      }
    }
    if release.since(2, 48) { try client() }
  }

  private func azure() throws(ConfigurationError) {
    try require("subscription_id")
    let method = isWritten("authentication_method") ? try text("authentication_method") : "OAuth"
    if method == "OAuth" {
      for key in ["tenant_id", "client_id", "client_secret"] { try require(key) }
    }
    var known = ["OAuth", "ManagedIdentity"]
    if release.since(2, 52) { known.append("SDK") }
    if release.since(3, 10) { known.append("WorkloadIdentity") }
    guard known.contains(method) else {
      throw failure("authentication_method", "expected one of \(known.joined(separator: ", "))")
    }
    if release.since(2, 48) { try client() }
  }

  private func consul() throws(ConfigurationError) {
    if isWritten("server"), try text("server").trimmed.isEmpty { try require("server") }
    let hasUser = try hasAny("username", "password")
    if hasUser, isGiven("basic_auth") {
      throw failure("basic_auth", "cannot be set beside username and password")
    }
    if try hasText("token"), isGiven("authorization") || isGiven("oauth2") {
      throw failure("token", "cannot be set beside authorization or oauth2")
    }
    try client()
    if hasUser, isGiven("authorization") || isGiven("oauth2") {
      throw failure("username", "cannot be set beside authorization or oauth2")
    }
    if hasUser, try hasAny("bearer_token", "bearer_token_file") {
      throw failure("username", "cannot be set beside bearer_token or bearer_token_file")
    }
  }

  private func dns() throws(ConfigurationError) {
    guard try !list("names").isEmpty else { throw failure("names", "names are missing") }
    let type = isWritten("type") ? try text("type").uppercased() : "SRV"
    switch type {
    case "SRV": return
    case "NS" where !release.since(2, 49): break
    case "A", "AAAA", "MX", "NS":
      if try fields.given("port")?.integer() ?? 0 != 0 { return }
      throw failure("port", "\(type) needs a port")
    default: break
    }
    throw failure("type", "expected one of SRV, A, AAAA, MX, NS")
  }

  private func file() throws(ConfigurationError) {
    let files = try list("files")
    if files.isEmpty { throw failure("files", "files are missing") }
    for file in files {
      let path = try file.string()
      let ending = path.split(separator: ".").last.map(String.init) ?? ""
      guard Self.isGlob(path), path.contains("."),
        ["json", "yml", "yaml", "JSON", "YML", "YAML"].contains(ending), !path.hasSuffix(".")
      else { throw file.failure("expected a .json, .yml or .yaml file") }
    }
  }

  private func marathon() throws(ConfigurationError) {
    if try list("servers").isEmpty { throw failure("servers", "servers are missing") }
    try atMostOne(["auth_token", "auth_token_file"])
    if try hasAny("auth_token", "auth_token_file") {
      let others = ["basic_auth", "authorization", "bearer_token", "bearer_token_file"]
      if let other = others.first(where: isGiven) {
        throw failure(other, "cannot be set beside auth_token")
      }
    }
    try client()
  }

  private func openstack() throws(ConfigurationError) {
    if isWritten("availability") { try oneOf("availability", ["public", "internal", "admin"]) }
    for key in ["role", "region"] { try require(key) }
  }

  private func ovhcloud() throws(ConfigurationError) {
    if isWritten("endpoint") { try require("endpoint") }
    for key in ["application_key", "application_secret", "consumer_key"] { try require(key) }
    try oneOf("service", ["dedicated_server", "vps"])
  }

  private func triton() throws(ConfigurationError) {
    if isWritten("role") { try oneOf("role", ["container", "cn"]) }
    for key in ["account", "dns_suffix", "endpoint"] { try require(key) }
    if isWritten("refresh_interval"), try duration("refresh_interval") <= 0 {
      throw failure("refresh_interval", "expected more than 0")
    }
  }

  private func zookeeper() throws(ConfigurationError) {
    for key in ["servers", "paths"] where try list(key).isEmpty {
      throw failure(key, "\(key) are missing")
    }
    for path in try list("paths") where try !path.string().hasPrefix("/") {
      throw path.failure("expected a path that begins with /")
    }
  }
}
