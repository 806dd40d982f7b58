import TestSupport
import Testing

/// `evidence` that is stopped while it works.
@Suite struct EvidenceInterruptionTests {
  /// Starts the program with `arguments`, sends it `signal` once `path` is there, and gives its status. One
  /// that had ended by then is started anew, without what it left in `folder`.
  private func status(
    _ signal: String, when path: String, _ arguments: String, in folder: String,
    deaf: Bool = false
  ) throws -> (status: String, remarks: String) {
    // A shell without a terminal starts what is in the background deaf to SIGINT; the program is not.
    let script = """
      \(deaf ? "trap '' HUP" : "")
      "$0" \(arguments) >/dev/null & process=$!
      while ! ls -d \(path) >/dev/null 2>&1; do
        kill -0 $process 2>/dev/null || { echo over; exit; }
      done
      kill -\(signal) $process || { echo over; exit; }
      wait $process
      echo $?
      """
    let kept = try namesInFolder(folder)
    for _ in 0..<20 {
      let result = try CommandRunner.run(
        "/bin/sh", ["-c", script, CommandRunner.executable], seconds: 300)
      let isLate = ["over\n", "0\n", "1\n"].contains(result.stdout) && !deaf
      if !isLate, result.stdout != "over\n" { return (result.stdout, result.stderr) }
      for name in try namesInFolder(folder) where !kept.contains(name) {
        removeTree(folder + "/" + name)
      }
    }
    return ("never in time", "")
  }

  @Test(arguments: ["INT", "TERM", "HUP"])
  func `a signal while it reads leaves nothing behind`(signal: String) throws {
    let folder = try TemporaryDirectory()
    let temporary = folder.path + "/tmp"
    try makeFolder(temporary)
    let found = try status(
      signal, when: "'\(temporary)'/epimetheus-*",
      "evidence '\(Fixture("sound/explosion-small").data)' --output '\(folder.path)/b' "
        + "--tmp '\(temporary)'", in: folder.path)
    #expect(found.status == "130\n")
    #expect(found.remarks.contains("epimetheus: interrupted; nothing was left behind"))
    #expect(try namesInFolder(temporary) == [])
    #expect(try namesInFolder(folder.path) == ["tmp"])
  }

  @Test(arguments: ["--output", "--archive"])
  func `a signal while it writes leaves nothing behind`(option: String) throws {
    let folder = try TemporaryDirectory()
    let bundle = folder.path + "/b.tar.zst"
    let found = try status(
      "INT", when: "'\(bundle).epimetheus-tmp'",
      "evidence '\(Fixture("sound/explosion-small").data)' \(option) '\(bundle)' --with-series "
        + "--tmp '\(folder.path)'", in: folder.path)
    #expect(found.status == "130\n")
    #expect(found.remarks.contains("epimetheus: interrupted; nothing was left behind"))
    #expect(try namesInFolder(folder.path) == [])
  }

  @Test func `a file that is cut short while it is read leaves nothing behind`() throws {
    let folder = try TemporaryDirectory()
    let temporary = folder.path + "/tmp"
    try makeFolder(temporary)
    let found = try status(
      "BUS", when: "'\(temporary)'/epimetheus-*",
      "evidence '\(Fixture("sound/explosion-small").data)' --output '\(folder.path)/b' "
        + "--tmp '\(temporary)'", in: folder.path)
    #expect(found.status == "2\n")
    #expect(found.remarks.contains("epimetheus: a file was cut short while it was being read"))
    #expect(try namesInFolder(temporary) == [])
    #expect(try namesInFolder(folder.path) == ["tmp"])
  }

  @Test(arguments: ["BUS", "HUP"])
  func `nor does a copy that is stopped while it is written`(signal: String) throws {
    let folder = try TemporaryDirectory()
    let found = try status(
      signal, when: "'\(folder.path)/c.epimetheus-tmp'",
      "redact '\(Fixture("sound/explosion-small").data)' --output '\(folder.path)/c'",
      in: folder.path)
    #expect(found.status == (signal == "BUS" ? "2\n" : "130\n"), "\(found.remarks)")
    #expect(try namesInFolder(folder.path) == [])
  }

  @Test func `who wants it to outlive the terminal gets that`() throws {
    let folder = try TemporaryDirectory()
    let found = try status(
      "HUP", when: "'\(folder.path)/c.epimetheus-tmp'",
      "redact '\(Fixture("sound/explosion-small").data)' --output '\(folder.path)/c'",
      in: folder.path, deaf: true)
    #expect(found.status == "0\n", "\(found.remarks)")
    #expect(try namesInFolder(folder.path) == ["c", "c.redact-key"])
  }

  @Test func `a disk that is full leaves nothing behind`() throws {
    let folder = try TemporaryDirectory()
    // A limit for files that the shell sets is as good as a full disk, and needs none.
    let script = """
      ulimit -f 200
      "$0" redact '\(Fixture("sound/explosion-small").data)' --output '\(folder.path)/c'
      echo $?
      "$0" evidence '\(Fixture("sound/explosion-small").data)' --output '\(folder.path)/b' --with-series \
        --redact --tmp '\(folder.path)'
      echo $?
      """
    let result = try CommandRunner.run(
      "/bin/sh", ["-c", script, CommandRunner.executable], seconds: 300)
    #expect(result.stdout == "2\n2\n", "\(result.stderr)")
    #expect(try namesInFolder(folder.path) == [])
  }
}
