import Glibc

/// What a run of the built `epimetheus` gave.
public struct CommandResult: Sendable {
  /// What it printed as its result.
  public let stdout: String
  /// What it remarked.
  public let stderr: String
  /// How it ended.
  public let ending: Ending

  /// The ways a process ends.
  public enum Ending: Equatable, Sendable {
    /// By itself, with this status.
    case exit(Int32)
    /// By this signal: a crash.
    case signal(Int32)
    /// Not by itself: it was stopped when its time was over.
    case timeout
  }

  /// The exit status, or nil after a crash or a hang.
  public var status: Int32? {
    if case .exit(let status) = ending { return status }
    return nil
  }
}

/// Runs the `epimetheus` that was built with the tests.
public enum CommandRunner {
  /// The executable, which stands beside the test bundle.
  public static let executable: String = {
    if let given = getenv("EPIMETHEUS_EXECUTABLE") { return String(cString: given) }
    return built("epimetheus") ?? "epimetheus"
  }()

  /// A program of this name that was built with the tests.
  public static func built(_ name: String) -> String? {
    let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") }
    let start = bundle ?? CommandLine.arguments.first ?? ""
    var parts = start.split(separator: "/", omittingEmptySubsequences: false)
    while !parts.isEmpty {
      parts.removeLast()
      let candidate = (parts + [Substring(name)]).joined(separator: "/")
      if access(candidate, X_OK) == 0, !isDirectory(candidate) { return candidate }
    }
    return nil
  }

  /// Runs `epimetheus` with `arguments` and waits for it, `seconds` at most.
  public static func run(
    _ arguments: [String], environment: [String: String] = [:], seconds: Double = 60
  ) throws -> CommandResult {
    try run(executable, arguments, environment: environment, seconds: seconds)
  }

  /// Runs `epimetheus` as a user whom permissions bind: as `nobody` where the tests run as root.
  public static func runUnprivileged(
    _ arguments: [String], seconds: Double = 60
  ) throws -> CommandResult {
    guard isRoot else { return try run(arguments, seconds: seconds) }
    let user = ["--reuid=65534", "--regid=65534", "--clear-groups", executable]
    return try run("/usr/bin/setpriv", user + arguments, seconds: seconds)
  }

  /// Runs any program by its path.
  public static func run(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:],
    seconds: Double = 60
  ) throws -> CommandResult {
    let folder = try TemporaryDirectory()
    let (output, remarks) = (folder.path + "/stdout", folder.path + "/stderr")
    let process = try spawn(executable, arguments, environment, output, remarks)
    let ending = wait(for: process, seconds: seconds)
    return CommandResult(
      stdout: try readText(output), stderr: try readText(remarks), ending: ending)
  }

  private static func spawn(
    _ executable: String, _ arguments: [String], _ environment: [String: String],
    _ output: String, _ remarks: String
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, remarks, flags, 0o600)
    let inherited = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"]
    var variables = inherited.compactMap { name -> String? in
      guard let value = getenv(name) else { return nil }
      return "\(name)=\(String(cString: value))"
    }
    variables += environment.map { "\($0.key)=\($0.value)" }
    let argv = ([executable] + arguments).map { strdup($0) } + [nil]
    let envp = variables.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var process: pid_t = 0
    let failure = posix_spawn(&process, executable, &actions, nil, argv, envp)
    guard failure == 0 else {
      errno = failure
      throw SystemFailure("run", executable)
    }
    return process
  }

  private static func wait(for process: pid_t, seconds: Double) -> CommandResult.Ending {
    var status: Int32 = 0
    var waited = 0.0
    var step = 0.001
    while waitpid(process, &status, WNOHANG) == 0 {
      if waited > seconds {
        kill(process, SIGKILL)
        waitpid(process, &status, 0)
        return .timeout
      }
      usleep(UInt32(step * 1_000_000))
      waited += step
      step = min(step * 1.5, 0.05)
    }
    let signal = status & 0x7f
    return signal == 0 ? .exit((status >> 8) & 0xff) : .signal(signal)
  }
}
