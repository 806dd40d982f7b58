internal import Glibc
internal import TSDBFormat
internal import TSDBStore

/// Standard output: a sink that is never forgotten to be flushed.
enum StandardOutput {
  /// Runs `body`, flushes, and throws `OutputError` if anything could not be written, before any
  /// error of `body`.
  static func write<Result>(
    to descriptor: Int32 = STDOUT_FILENO, _ body: (inout ReportSink) throws -> Result
  ) throws -> Result {
    var output = sink(descriptor)
    let result = Swift.Result { try body(&output) }
    try output.finish()
    return try result.get()
  }

  /// The same after the directory at `path` was changed, if it was: where that cannot be told on standard
  /// output, standard error tells it, with how to take it back.
  static func write(
    changed path: String?, _ body: (inout ReportSink) throws -> Void
  ) throws {
    do {
      try write(body)
    } catch let error as OutputError {
      if let path {
        StandardError.remark("the repair was made; to take it back: epimetheus undo \(path)")
      }
      throw error
    }
  }

  /// The same for a `body` that waits for others.
  static func write<Result>(
    to descriptor: Int32 = STDOUT_FILENO, _ body: (inout ReportSink) async throws -> Result
  ) async throws -> Result {
    var output = sink(descriptor)
    let result: Swift.Result<Result, any Error>
    do {
      result = .success(try await body(&output))
    } catch {
      result = .failure(error)
    }
    try output.finish()
    return try result.get()
  }

  private static func sink(_ descriptor: Int32) -> ReportSink {
    ReportSink { bytes in
      if let number = writeAll(bytes, to: descriptor) { throw OutputError(errno: number) }
    }
  }
}

/// The result could not be written: the disk is full, or the reader went away.
struct OutputError: Error, Equatable, CustomStringConvertible {
  /// The system's error number.
  let errno: Int32

  var description: String { "cannot write to standard output: \(systemMessage(errno))" }
}

/// Standard error: remarks, one sentence each. Failures to write them are nobody's.
enum StandardError {
  /// Writes `epimetheus: `, the sentence, and a line feed. The sentence may name files, so what
  /// could drive a terminal is escaped.
  static func remark(_ sentence: String) {
    line("epimetheus: \(DisplayText.escaped(sentence))")
  }

  /// Writes `text` as it is, and a line feed.
  static func line(_ text: String) {
    write(text + "\n")
  }

  /// Writes `text` as it is.
  static func write(_ text: String) {
    _ = writeAll([UInt8](text.utf8).rawBytes, to: STDERR_FILENO)
  }
}

/// What is at the other end of a stream.
enum Terminal {
  /// True when `descriptor` is a terminal that understands escape sequences.
  static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && environment("TERM") != "dumb"
  }

  /// Lines of standard output's terminal; nil where it is none.
  static var rows: Int? {
    guard isTerminal(STDOUT_FILENO) else { return nil }
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else {
      return nil
    }
    return Int(size.ws_row)
  }

  /// Columns of standard output: the terminal's, else 100.
  static var columns: Int {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 20 else {
      return 100
    }
    return Int(size.ws_col)
  }

  /// An environment variable; nil where it is unset.
  static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}

/// What the process does when the system interrupts it.
enum Signals {
  /// SIGBUS: a mapped file lost its end while it was read; one sentence, exit status 2, and what was begun is
  /// taken away where somebody stands guard. SIGPIPE: the default, silent end, even if the parent ignored
  /// it. SIGXFSZ: none, so that a file that may not grow is a failure like a full disk.
  static func install() {
    signal(SIGPIPE, SIG_DFL)
    // Made before a handler needs them.
    _ = Interruption.isAsked
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGBUS) { _ in
      // Only what is safe in a signal handler: write(2), nanosleep(2) and _exit(2).
      let sentence: StaticString =
        "epimetheus: a file was cut short while it was being read\n"
      unsafe _ = Glibc.write(STDERR_FILENO, sentence.utf8Start, sentence.utf8CodeUnitCount)
      // Another thread takes away what lies around, and ends the program.
      if Interruption.noteFault() { while true { pause() } }
      _exit(2)
    }
  }

  /// Does `body` while this thread is not stopped by SIGBUS; one that is sent to it meanwhile comes later.
  static func holdingFaults<Value>(_ body: () -> Value) -> Value {
    var faults = sigset_t()
    var before = sigset_t()
    unsafe sigemptyset(&faults)
    unsafe sigaddset(&faults, SIGBUS)
    unsafe pthread_sigmask(SIG_BLOCK, &faults, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
  }
}

extension Signals {
  /// True where the parent wants the process to be deaf to a signal, as `nohup` does.
  static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    guard let handler = unsafe action.__sigaction_handler.sa_handler else { return false }
    return unsafe unsafeBitCast(handler, to: Int.self) == 1
  }
}

/// Writes everything, over partial writes and interruptions; the error number where it cannot.
private func writeAll(_ bytes: RawSpan, to descriptor: Int32) -> Int32? {
  unsafe bytes.withUnsafeBytes { buffer in
    var rest = unsafe buffer[...]
    while unsafe !rest.isEmpty {
      let written = unsafe Glibc.write(
        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        return errno
      }
      unsafe rest = rest.dropFirst(written)
    }
    return nil
  }
}
