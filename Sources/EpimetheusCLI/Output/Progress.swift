internal import Synchronization

/// Bytes done, rate and time left, on standard error while a command works.
///
/// Drawn only on a terminal and only from half a second on; otherwise it is there and silent, so that
/// nobody has to ask. Hand `advance` to whoever reads: it is an atomic add, safe from any task, and
/// the call that finds a tenth of a second gone draws. Nothing runs in the background.
///
///     let progress = Progress("reading the WAL", total: bytes)
///     defer { progress.finish() }
///     let census = await Census(wal, advance: progress.advance)
final class Progress: Sendable {
  private let title: String
  private let total: Int
  private let isVisible: Bool
  private let start: ContinuousClock.Instant
  private let done = Atomic<Int>(0)
  /// Milliseconds after `start` at which to draw next; `.max` when finished.
  private let nextDrawing = Atomic<Int>(500)

  /// Progress of `title` over `total` bytes (0 where it is not known).
  init(_ title: String, total: Int, isVisible: Bool = Terminal.isTerminal(2)) {
    self.title = title
    self.total = total
    self.isVisible = isVisible
    start = .now
  }

  /// What was counted so far.
  var bytesDone: Int { done.load(ordering: .relaxed) }

  /// Counts `bytes` as done.
  func advance(bytes: Int) {
    let now = done.wrappingAdd(bytes, ordering: .relaxed).newValue
    guard isVisible else { return }
    let elapsed = milliseconds(since: start)
    let due = nextDrawing.load(ordering: .relaxed)
    guard elapsed >= due,
      nextDrawing.compareExchange(expected: due, desired: elapsed + 100, ordering: .relaxed)
        .exchanged
    else { return }
    let line = Self.line(title: title, done: now, total: total, milliseconds: elapsed)
    StandardError.write("\r\u{1b}[K" + line)
  }

  /// Takes the line away, if one was drawn.
  func finish() {
    let due = nextDrawing.exchange(.max, ordering: .relaxed)
    if isVisible, due != 500, due != .max { StandardError.write("\r\u{1b}[K") }
  }

  /// What is drawn: `reading the WAL  41 MiB of 103 MiB (39.8 %)  205 MiB/s  1 s left`.
  static func line(title: String, done: Int, total: Int, milliseconds: Int) -> String {
    let rate = milliseconds > 0 ? Double(done) / Double(milliseconds) * 1000 : 0
    var text = "\(title)  \(Units.bytes(done))"
    if total > 0 {
      text += " of \(Units.bytes(total)) (\(Units.percent(min(1, Double(done) / Double(total)))))"
    }
    text += "  \(Units.bytesPerSecond(rate))"
    if total > done, rate > 0 {
      let left = Int64(exactly: (Double(total - done) / rate).rounded(.up)) ?? 0
      text += "  \(TimeText.duration(min(left, 1_000_000) &* 1000)) left"
    }
    return text
  }

  private func milliseconds(since start: ContinuousClock.Instant) -> Int {
    let elapsed = (ContinuousClock.now - start).components
    return Int(elapsed.seconds) * 1000 + Int(elapsed.attoseconds / 1_000_000_000_000_000)
  }
}
