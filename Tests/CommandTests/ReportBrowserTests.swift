import Glibc
import TestSupport
import Testing

/// Reports in a real browser: what it makes of the page, what it complains of, what it asks for.
@Suite(.enabled(if: Browser.path != nil), .serialized) struct ReportBrowserTests {
  private func report(_ arguments: String...) throws -> (folder: TemporaryDirectory, json: JSONTree)
  {
    let folder = try TemporaryDirectory()
    let bundle = folder.path + "/bundle"
    let result = try CommandRunner.run(
      ["evidence"] + arguments + ["--output", bundle], seconds: 300)
    #expect(result.status == 0 || result.status == 1, "\(result.stderr)")
    return (folder, try JSONTree(try readText(bundle + "/report.json")))
  }

  @Test func `the report of an incident is shown whole, and asks for nothing`() throws {
    let (folder, json) = try report(Fixture("sound/explosion-small").data)
    let page = try Browser.show(folder.path + "/bundle/report.html")
    #expect(page.complaints == [])
    #expect(page.requests == [])
    #expect(page.document.contains("exploded through its label <bdi>request_id</bdi>"))
    #expect(page.document.contains("<bdi>http_request_duration_seconds_bucket</bdi>"))
    #expect(json["diagnosis", "culprit", "onset"] == "2026-11-17T00:40:00.000Z")
    #expect(page.document.contains("<time datetime=\"2026-11-17T00:40:00Z\">"))
    #expect(page.paths.count > 20)
    #expect(page.paths.allSatisfy { $0.hasPrefix("M") && $0.count > 4 })
    #expect(!page.document.contains("NaN"))
  }

  @Test func `the tables are those of the JSON`() throws {
    let (folder, json) = try report(Fixture("sound/explosion-small").data)
    let page = try Browser.show(folder.path + "/bundle/report.html")
    for number in 0..<10 {
      let name = try #require(json["everything", "metricSeries", "\(number)", "key"])
      let series = try #require(
        json["everything", "metricSeries", "\(number)", "count"].flatMap { Int($0) })
      #expect(
        page.document.contains(
          "<th scope=\"row\"><bdi>\(name)</bdi></th><td class=\"number\">\(grouped(series))</td>"))
    }
    for number in 0..<3 {
      let series = try #require(
        json["diagnosis", "culprit", "targets", "\(number)", "series"].flatMap { Int($0) })
      let instance = try #require(
        json["diagnosis", "culprit", "targets", "\(number)", "labels", "instance"])
      #expect(
        page.document.contains(
          "<bdi>instance=\"\(instance)\"</bdi></th><td class=\"number\">\(grouped(series))</td>"))
    }
  }

  @Test func `the report of a damaged directory is shown whole`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    try damage(copy.data + "/wal/00000005") { $0.flip(at: 14903, bit: 3) }
    let (folder, json) = try report(copy.data)
    let page = try Browser.show(folder.path + "/bundle/report.html")
    #expect(page.complaints == [])
    #expect(page.requests == [])
    #expect(json["diagnosis", "startup", "loss", "samples"] == "2520")
    #expect(page.document.contains("<strong>2,520 samples</strong>"))
  }

  @Test func `a page that asks for something and complains is found out`() throws {
    let folder = try TemporaryDirectory()
    let path = folder.path + "/page.html"
    let text = """
      <!DOCTYPE html><title>x</title><script>console.error("no")</script>\
      <img src="http://127.0.0.1:9/x.png"><svg><path d=""></path></svg>
      """
    try writeFile(path, text.utf8)
    let page = try Browser.show(path)
    #expect(page.complaints.count == 1)
    #expect(page.requests == ["http://127.0.0.1:9/x.png"])
    #expect(page.paths == [""])
  }

  private func grouped(_ number: Int) -> String {
    number < 1000
      ? "\(number)" : grouped(number / 1000) + "," + String("\(1000 + number % 1000)".dropFirst())
  }
}

/// Debian's Chromium, without a window.
enum Browser {
  /// The program; nil where it is not installed.
  static let path: String? = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].first {
    access($0, X_OK) == 0
  }

  /// What became of a page.
  struct Page {
    /// The document as the browser understood it.
    let document: String
    /// What it wrote to its console.
    let complaints: [String]
    /// What the page asked the network for.
    let requests: [String]

    /// The `d` of all paths.
    var paths: [String] {
      document.split(separator: "<path").dropFirst().map { tag in
        let rest = tag.split(separator: " d=\"", maxSplits: 1, omittingEmptySubsequences: false)
        return rest.count < 2 ? "" : String(rest[1].prefix { $0 != "\"" })
      }
    }
  }

  static func show(_ file: String) throws -> Page {
    let folder = try TemporaryDirectory()
    let log = folder.path + "/net.json"
    let result = try CommandRunner.run(
      try #require(path),
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update",
        "--user-data-dir=\(folder.path)/profile", "--enable-logging=stderr",
        "--log-net-log=\(log)", "--dump-dom", "file://\(file)",
      ], environment: ["HOME": folder.path], seconds: 120)
    let complaints = result.stderr.split(separator: "\n").filter { $0.contains(":CONSOLE") }
    return Page(
      document: result.stdout, complaints: complaints.map(String.init),
      requests: try requests(try readText(log)))
  }

  /// The addresses of requests that a page began: those of the browser itself have no origin.
  private static func requests(_ log: String) throws -> [String] {
    var found: [String] = []
    for line in log.split(separator: "\n") where line.contains("\"initiator\":") {
      guard !line.contains("\"initiator\":\"not an origin\"") else { continue }
      let address = line.split(separator: "\"url\":\"", maxSplits: 1).last?.prefix { $0 != "\"" }
      if let address { found.append(String(address)) }
    }
    return found
  }
}
