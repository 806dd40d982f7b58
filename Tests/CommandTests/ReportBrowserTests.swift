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

  @Test func `every step of time is in the tables with the numbers of the JSON`() throws {
    let (folder, json) = try report(Fixture("sound/rollouts").data)
    let page = try Browser.show(folder.path + "/bundle/report.html")
    var steps = 0
    while let start = json["churn", "buckets", "\(steps)", "start"] {
      func number(_ name: String) throws -> Int {
        try #require(json["churn", "buckets", "\(steps)", name].flatMap { Int($0) })
      }
      let (born, older) = (try number("born"), try number("bornNotLaterThan"))
      let cells = [born - older, older, try number("died")]
        .map { "<td class=\"number\">\(grouped($0))</td>" }.joined()
      let time = start.replacing(".000Z", with: "Z")
      let head = "<th scope=\"row\"><time datetime=\"\(time)\">\(time)</time></th>"
      #expect(page.document.contains(head + cells), "\(start)")
      steps += 1
    }
    #expect(steps == 129)
    #expect(json["churn", "servers", "0", "headSeries", "32", "value"] == "1780")
    #expect(
      page.document.contains("<td class=\"number\">2,002</td><td class=\"number\">1,780</td>"))
    #expect(json["churn", "servers", "0", "residentBytes", "32", "value"] == "228000000")
    #expect(page.document.contains("</time></th><td class=\"number\">228,000,000</td>"))
  }

  @Test func `names and values that mean harm are text`() throws {
    let directory = try LogDirectory.hostile()
    let (folder, json) = try report(
      directory.data, "--with-series", "--event", "1m=</script><script>alert(2)</script>\u{202e}")
    let page = try Browser.show(folder.path + "/bundle/report.html")
    #expect(page.complaints == [])
    #expect(page.requests == [])
    for tag in ["<script", "<img", "<i>", "<b>"] { #expect(!page.document.contains(tag)) }
    #expect(json["diagnosis", "culprit", "metric"] == LogDirectory.hostileMetric)
    // In the description of a chart, too, it is text.
    let shown = "&lt;/title&gt;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt; has "
    #expect(page.document.contains(shown))
    let text = try readText(folder.path + "/bundle/report.md")
    for (name, page) in [("html", page.document), ("md", text)] {
      #expect(!page.contains("\u{202e}"), "\(name)")
      #expect(!page.contains(String(repeating: "x", count: 121)), "\(name)")
      #expect(page.contains(#"\xff\xfe"#), "\(name)")
    }
  }

  @Test func `on a phone, by night and on paper all can be read`() throws {
    let (folder, _) = try report(
      Fixture("sound/explosion-small").data, "--event", "10m=deploy of the checkout service")
    for isDark in [false, true] {
      let views = try Browser.views(of: folder.path + "/bundle/report.html", isDark: isDark)
      #expect(views.keys.sorted() == ["paper", "phone", "screen"])
      for (name, view) in views {
        let width = try #require(view["width"].flatMap { Int($0) })
        let window = try #require(view["window"].flatMap { Int($0) })
        #expect(width <= window, "\(name)")
        // No label leaves its picture.
        #expect(view["outside"] == "[]", "\(name)")
        let isNight = isDark && name != "paper"
        #expect(view["page"] == (isNight ? "rgb(20, 23, 28)" : "rgb(255, 255, 255)"), "\(name)")
        #expect(view["text"] == (isNight ? "rgb(230, 233, 237)" : "rgb(27, 31, 36)"), "\(name)")
        #expect(view["label"] == view["text"], "\(name)")
        #expect(view["narrow"] == (name == "phone" ? "6" : "0"), "\(name)")
        #expect(view["wide"] == (name == "phone" ? "0" : "6"), "\(name)")
      }
      #expect(views["phone"]?["window"] == "390")
      #expect(views["screen"]?["summaries"] == "6")
      // On paper nothing is to be opened: short tables are, long ones are named.
      #expect(views["paper"]?["summaries"] == "0")
      #expect(views["paper"]?["named"] == "3")
      #expect(views["screen"]?["named"] == "0")
      let tables = { views[$0]?["tables"].flatMap { Int($0) } ?? 0 }
      #expect(tables("paper") == tables("screen") - 3)
    }
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
    let result = try run(file, folder, ["--log-net-log=\(log)"])
    let complaints = result.stderr.split(separator: "\n").filter { $0.contains(":CONSOLE") }
    return Page(
      document: result.stdout, complaints: complaints.map(String.init),
      requests: try requests(try readText(log)))
  }

  private static func run(
    _ file: String, _ folder: TemporaryDirectory, _ options: [String]
  ) throws -> CommandResult {
    try CommandRunner.run(
      try #require(path),
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update",
        "--user-data-dir=\(folder.path)/profile", "--enable-logging=stderr", "--dump-dom",
      ] + options + ["file://\(file)"], environment: ["HOME": folder.path], seconds: 120)
  }

  /// How a report lies on a screen, on a phone and on paper, measured by a script in a copy of it that is
  /// allowed to run one. On paper is a screen with the rules for print.
  static func views(of report: String, isDark: Bool) throws -> [String: JSONTree] {
    let folder = try TemporaryDirectory()
    let text = try readText(report)
    let policy = try #require(text.range(of: "<meta http-equiv=\"Content-Security-Policy\""))
    let copy =
      text[..<policy.lowerBound] + "<meta name=\"x\""
      + text[policy.upperBound...]
      .replacing("</body>", with: measuring + "</body>")
    try writeFile(folder.path + "/page.html", copy.utf8)
    let paper = copy.replacing("@media print{", with: "@media all{")
    try writeFile(folder.path + "/paper.html", paper.utf8)
    try writeFile(folder.path + "/views.html", frames.utf8)
    let result = try run(
      folder.path + "/views.html", folder,
      ["--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)", "--virtual-time-budget=5000"])
    var views: [String: JSONTree] = [:]
    for part in result.stdout.split(separator: "<pre id=\"").dropFirst() {
      let name = String(part.prefix { $0 != "\"" })
      let rest = part.drop { $0 != ">" }.dropFirst()
      views[name] = try JSONTree(String(rest.prefix { $0 != "<" }))
    }
    return views
  }

  private static let frames = """
    <!DOCTYPE html><title>views</title><body><script>
    addEventListener("message", event => {
      const line = document.createElement("pre")
      line.id = event.data.name
      line.textContent = JSON.stringify(event.data)
      document.body.append(line)
    })
    </script>
    <iframe src="page.html#phone" style="border:0;width:390px;height:844px"></iframe>
    <iframe src="page.html#screen" style="border:0;width:1280px;height:900px"></iframe>
    <iframe src="paper.html#paper" style="border:0;width:673px;height:1000px"></iframe>
    """

  private static let measuring = """
    <script>
    const name = location.hash.slice(1)
    const all = what => [...document.querySelectorAll(what)].filter(one => one.checkVisibility())
    if (name != "paper")
      for (const one of document.querySelectorAll("details")) one.open = true
    const isInside = label => {
      const [inner, outer] = [label, label.closest("svg")].map(one => one.getBoundingClientRect())
      return inner.left > outer.left - 1 && inner.right < outer.right + 1
        && inner.top > outer.top - 1 && inner.bottom < outer.bottom + 1
    }
    const style = getComputedStyle(document.body)
    parent.postMessage({
      name, window: innerWidth, width: document.documentElement.scrollWidth,
      page: style.backgroundColor, text: style.color,
      label: getComputedStyle(document.querySelector("svg text.legend")).fill,
      wide: all("svg.wide").length, narrow: all("svg.narrow").length,
      outside: all("svg text").filter(one => !isInside(one)).map(one => one.textContent.length),
      summaries: all("summary").length, tables: all("table").length, named: all(".paper").length
    }, "*")
    </script>
    """

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
