import Glibc
import TestSupport
import Testing

/// What cannot be looked at is never called fine.
@Suite struct UnseenFileTests {
  private static let block = "01M7XPVH3PN49ESJ7YTJHY4RM5"
  private static let nobody: UInt32 = 65534

  /// A copy of a sound directory, which belongs to the user that `runUnprivileged` runs as.
  private func copy() throws -> TemporaryDirectory {
    let copy = try Fixture("damaged-base/main").copy()
    try setPermissions(copy.path, 0o755)
    if isRoot { try giveTree(copy.data, to: Self.nobody) }
    return copy
  }

  private static let files = [
    "wal/00000008", "wal/00000005", "wal/checkpoint.00000002/00000000", "chunks_head/000001",
    "chunks_head/000003", block + "/meta.json", block + "/index", block + "/chunks/000001",
    block + "/tombstones",
  ]
  private static let folders = [
    "wal", "wal/checkpoint.00000002", "chunks_head", block, block + "/chunks",
  ]

  private func expectNoVerdict(_ path: String, _ file: String) throws {
    let diagnosis = try CommandRunner.runUnprivileged(["diagnose", path])
    #expect(diagnosis.status == 2)
    #expect(diagnosis.stdout.hasPrefix("Cannot say: \(file)"), "\(diagnosis.stdout)")
    let json = try CommandRunner.runUnprivileged(["diagnose", path, "--format", "json"])
    #expect(json.stdout.contains("\"outcome\" : null"), "\(json.stdout)")
    #expect(json.stdout.contains("\"samples\" : 0,\n      \"segments\" : 0"))
    let preflight = try CommandRunner.runUnprivileged(["preflight", path])
    #expect(preflight.status == 2)
    #expect(preflight.stdout.hasPrefix("Cannot say: \(file)"), "\(preflight.stdout)")
    let check = try CommandRunner.runUnprivileged(["check", path])
    #expect(check.status == 2)
    #expect(check.stdout.hasPrefix("Could not be looked at"), "\(check.stdout)")
    #expect(!check.stdout.contains("lost: "), "\(check.stdout)")
    #expect(check.stdout.contains("\nCannot say: \(file)"), "\(check.stdout)")
  }

  @Test(arguments: files) func `a file that may not be read is named, and nothing else is said`(
    file: String
  ) throws {
    let copy = try copy()
    try setPermissions(copy.data + "/" + file, 0)
    try expectNoVerdict(copy.data, file)
  }

  @Test(arguments: folders, [0, 0o444, 0o111] as [UInt32])
  func `a folder that may not be listed, or not be entered, hides what is in it`(
    folder: String, mode: UInt32
  ) throws {
    let copy = try copy()
    try setPermissions(copy.data + "/" + folder, mode)
    defer { try? setPermissions(copy.data + "/" + folder, 0o755) }
    try expectNoVerdict(copy.data, folder)
  }

  @Test(
    arguments: [
      ("wal", 0o700), ("wal", 0o744), ("chunks_head", 0o744), (block, 0o700),
      ("wal/checkpoint.00000002", 0o700),
    ] as [(String, UInt32)])
  func `a copy, a bundle and a repair say what they could not look into, and whose it is`(
    folder: String, mode: UInt32
  ) throws {
    guard isRoot else { return }
    let copy = try copy()
    let hidden = copy.data + "/" + folder
    try setPermissions(hidden, mode)
    // Somebody else's now.
    #expect(chown(hidden, 0, 0) == 0)
    defer { try? setPermissions(hidden, 0o755) }
    try setPermissions(copy.path, 0o777)
    let redact = try CommandRunner.runUnprivileged(
      ["redact", copy.data, "--output", copy.path + "/redacted"])
    #expect(redact.status == 2, "\(redact)")
    #expect(redact.stderr.contains(folder), "\(redact.stderr)")
    #expect(!redact.stdout.contains("nobody knows what is in it"), "\(redact.stdout)")
    let evidence = try CommandRunner.runUnprivileged(
      ["evidence", copy.data, "--output", copy.path + "/bundle"])
    #expect(evidence.status == 2, "\(evidence.stderr)")
    #expect(exists(copy.path + "/bundle"))
    if mode == 0o700 {
      #expect(redact.stderr.contains("it belongs to root, mode 700"), "\(redact.stderr)")
      let repair = try CommandRunner.runUnprivileged(["repair", copy.data])
      #expect(repair.status == 2)
      #expect(
        (repair.stderr + repair.stdout).contains("it belongs to root, mode 700"), "\(repair)")
    }
  }

  @Test func `the first line tells whose the file is`() throws {
    let copy = try copy()
    try setPermissions(copy.data + "/wal/00000008", 0o200)
    let result = try CommandRunner.runUnprivileged(["preflight", copy.data])
    let start = "Cannot say: wal/00000008 cannot be read (permission denied; it belongs to "
    #expect(result.stdout.hasPrefix(start), "\(result.stdout)")
    #expect(result.stdout.contains(", mode 200)\n"))
    let json = try CommandRunner.runUnprivileged(["preflight", copy.data, "--format", "json"])
    #expect(json.stdout.contains("\"file\" : \"wal/00000008\""))
    #expect(json.stdout.contains("\"mode\" : \"200\""))
  }

  @Test(arguments: files) func `a pipe in the place of a file is not waited for`(
    file: String
  ) throws {
    let copy = try copy()
    removeTree(copy.data + "/" + file)
    try makePipe(copy.data + "/" + file)
    for command in ["diagnose", "preflight", "check"] {
      let result = try CommandRunner.runUnprivileged([command, copy.data], seconds: 20)
      #expect(result.status == 2)
      #expect(result.stdout.contains("Cannot say: \(file)"), "\(command): \(result.stdout)")
    }
  }

  @Test(arguments: [
    ("wal", "create dir: mkdir data/wal: file exists"),
    ("chunks_head", "mkdir data/chunks_head: file exists"),
    (
      "wal/00000008",
      "repair corrupted WAL: cannot handle error: open WAL segment: 8: open data/wal/00000008: no such "
        + "file or directory"
    ),
    (
      "chunks_head/000003",
      "open file during last head chunk file repair: open data/chunks_head/000003: no such file or "
        + "directory"
    ),
    (block + "/index", "try lock file: open data/\(block)/index: no such file or directory"),
    (block + "/chunks", "open data/\(block)/chunks: no such file or directory"),
    ("lock", "lock DB directory: open data/lock: no such file or directory"),
  ])
  func `a link that leads nowhere stops the server, in its words`(
    name: String, cause: String
  ) throws {
    let copy = try copy()
    removeTree(copy.data + "/" + name)
    try link(copy.data + "/" + name, to: "/nowhere/at/all")
    let arguments = ["preflight", copy.data, "--prometheus-version", "3.5"]
    let result = try CommandRunner.run(arguments + ["--format", "json"])
    #expect(result.status == 3)
    #expect(result.stdout.contains("\"opening storage failed: \(cause)\""), "\(result.stdout)")
    let text = try CommandRunner.run(arguments)
    #expect(text.stdout.hasPrefix("Prometheus will not start.\n"))
    #expect(text.stdout.contains("\(name) was not read: it is a link that leads nowhere"))
    #expect(try CommandRunner.run(["diagnose", copy.data]).status == 2)
    #expect(try CommandRunner.run(["check", copy.data]).status == 2)
  }

  @Test(arguments: [
    (
      "chunks_head/000003",
      "failed to read magic number during last head chunk file repair: read data/chunks_head/000003: "
        + "is a directory"
    ),
    (block + "/index", "mmap, size 4096: no such device"),
    (block + "/chunks/000001", "mmap files: mmap, size 4096: no such device"),
    (block + "/tombstones", "read data/\(block)/tombstones: is a directory"),
  ])
  func `a folder in the place of a file stops the server, in its words`(
    name: String, cause: String
  ) throws {
    let copy = try copy()
    removeTree(copy.data + "/" + name)
    try makeFolder(copy.data + "/" + name)
    let result = try CommandRunner.run([
      "preflight", copy.data, "--prometheus-version", "3.5", "--format", "json",
    ])
    #expect(result.status == 3)
    #expect(result.stdout.contains("\"opening storage failed: \(cause)\""), "\(result.stdout)")
  }

  @Test func `a segment that is a folder is repaired away, with all behind it`() throws {
    let copy = try copy()
    removeTree(copy.data + "/wal/00000005")
    try makeFolder(copy.data + "/wal/00000005")
    let result = try CommandRunner.run(["preflight", copy.data, "--format", "json"])
    #expect(result.status == 1)
    #expect(result.stdout.contains("\"outcome\" : \"starts-with-loss\""))
  }

  @Test(arguments: ["00000005", "00000009"], ["3.5", "2.42"])
  func `a folder in the place of a segment stops one start, if it has something in it`(
    number: String, release: String
  ) throws {
    let copy = try copy()
    let path = copy.data + "/wal/" + number
    removeTree(path)
    try makeFolder(path)
    try makeFolder(path + "/inside")
    let result = try CommandRunner.run([
      "preflight", copy.data, "--prometheus-version", release, "--format", "json",
    ])
    #expect(result.status == 3)
    let cause =
      "opening storage failed: repair corrupted WAL: delete corrupted segment: remove "
      + "data/wal/\(number).repair: directory not empty"
    #expect(result.stdout.contains("\"\(cause)\""), "\(result.stdout)")
  }

  @Test func `an empty folder behind the last segment is never passed over calmly`() throws {
    let copy = try copy()
    try makeFolder(copy.data + "/wal/00000009")
    for command in ["preflight", "diagnose"] {
      let result = try CommandRunner.run([command, copy.data])
      #expect(result.status == 2)
      #expect(
        result.stdout.hasPrefix(
          "Prometheus will start, but wal/00000009 cannot be read (it is a folder, and no file).\n"),
        "\(result.stdout)")
    }
  }

  @Test(arguments: ["../elsewhere", "/nowhere/at/all"])
  func `a block that is a link is not served, and is told`(target: String) throws {
    let copy = try copy()
    try move(copy.data + "/" + Self.block, to: copy.path + "/elsewhere")
    try link(copy.data + "/" + Self.block, to: target)
    let check = try CommandRunner.run(["check", copy.data])
    #expect(check.status == 1)
    #expect(check.stdout.contains("[block.link]"), "\(check.stdout)")
    #expect(try CommandRunner.run(["preflight", copy.data]).status == 1)
    for command in ["preflight", "diagnose"] {
      let result = try CommandRunner.run([command, copy.data])
      #expect(
        result.stdout.hasPrefix(
          "Prometheus will start, and lose data.\n  the block \(Self.block) is a symbolic link"),
        "\(result.stdout)")
    }
  }

  @Test(arguments: [
    ("samples", "chunks/000001"), ("series", "index"), ("chunks", "chunks/000001"),
    ("tombstones", "tombstones"),
  ])
  func `a dump that lacks a file ends with status 2`(kind: String, file: String) throws {
    let copy = try copy()
    let path = copy.data + "/" + Self.block + "/" + file
    removeTree(path)
    try makeFolder(path)
    let result = try CommandRunner.run(["dump", kind, copy.data])
    #expect(result.status == 2)
    #expect(result.stderr.contains("unread  \(Self.block)/\(file)"), "\(result.stderr)")
  }

  @Test(arguments: ["records", "exemplars", "metadata", "samples", "series"])
  func `a dump that lacks a segment ends with status 2`(kind: String) throws {
    let copy = try copy()
    removeTree(copy.data + "/wal/00000005")
    try makeFolder(copy.data + "/wal/00000005")
    #expect(try CommandRunner.run(["dump", kind, copy.data]).status == 2)
  }

  @Test(arguments: [[], ["lost+found"]])
  func `a fresh volume is fine`(names: [String]) throws {
    let folder = try TemporaryDirectory()
    for name in names { try makeFolder(folder.path + "/" + name) }
    let preflight = try CommandRunner.run(["preflight", folder.path])
    #expect(preflight.status == 0)
    #expect(
      preflight.stdout
        == "Prometheus will start.\n  The directory is empty: it begins anew, with no data.\n")
    let json = try CommandRunner.run(["preflight", folder.path, "--format", "json"])
    #expect(json.stdout.contains("\"outcome\" : \"starts\""))
    let diagnosis = try CommandRunner.run(["diagnose", folder.path])
    #expect(diagnosis.status == 0)
    #expect(diagnosis.stdout.hasPrefix("Prometheus will start.\n  The directory is empty"))
    let check = try CommandRunner.run(["check", folder.path])
    #expect(check.status == 0)
    #expect(check.stdout.hasPrefix("Empty: a server begins anew."))
    // To look for series in it is most likely a slip.
    #expect(try CommandRunner.run(["analyze", folder.path]).status == 2)
  }
}
