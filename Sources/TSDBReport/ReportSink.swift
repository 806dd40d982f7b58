internal import TSDBFormat

/// Where a report goes: text and bytes are collected, and handed on in large pieces.
///
/// After a piece that could not be written the rest is dropped, and `finish` throws what went wrong.
public struct ReportSink: TextOutputStream {
  private static let capacity = 1 << 16
  private let drain: @Sendable (RawSpan) throws -> Void
  private var buffer: [UInt8] = []
  private var failure: (any Error)?

  /// A sink that hands its pieces to `drain`.
  public init(_ drain: @escaping @Sendable (RawSpan) throws -> Void) {
    self.drain = drain
    buffer.reserveCapacity(Self.capacity + 4096)
  }

  /// Writes `text` as it is.
  public mutating func write(_ text: String) {
    buffer.append(contentsOf: text.utf8)
    if buffer.count >= Self.capacity { flush() }
  }

  /// Writes `text` and a line feed.
  public mutating func line(_ text: String = "") {
    write(text)
    buffer.append(0x0a)
  }

  /// Writes raw bytes.
  public mutating func write(bytes: [UInt8]) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.capacity { flush() }
  }

  /// Writes borrowed bytes; many of them go out without a copy. Throws what went wrong now or before,
  /// so that nobody goes on for a reader who went away.
  public mutating func write(_ bytes: RawSpan) throws {
    if buffer.count + bytes.byteCount >= Self.capacity {
      flush()
      if failure == nil {
        do { try drain(bytes) } catch { failure = error }
      }
    } else {
      buffer.append(bytes)
    }
    if let failure { throw failure }
  }

  /// Hands on what is left, and throws what went wrong on the way.
  public mutating func finish() throws {
    flush()
    if let failure { throw failure }
  }

  private mutating func flush() {
    if failure == nil {
      do { try drain(buffer.rawBytes) } catch { failure = error }
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
