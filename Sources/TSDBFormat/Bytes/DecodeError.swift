/// Why bytes are not what their format says: which structure, where, what was expected and found.
///
/// Built from values on the failing path; words are made only when it is printed.
public struct DecodeError: Error, Hashable, Sendable {
  /// The structure that was being read.
  public let section: Section
  /// Absolute offset in the file, in bytes, of what is wrong.
  public let offset: Int
  /// Offset inside the decompressed record that starts at `offset`, for record bodies.
  public let inner: Int?
  /// What is wrong.
  public let problem: Problem

  /// A failure at an absolute `offset`, or at `inner` of the decompressed record there.
  public init(section: Section, offset: Int, inner: Int? = nil, problem: Problem) {
    self.section = section
    self.offset = offset
    self.inner = inner
    self.problem = problem
  }

  /// The ways bytes can be wrong; each case carries expected against found.
  public enum Problem: Hashable, Sendable {
    /// Fewer bytes are left than the structure needs.
    case truncated(needed: Int, available: Int)
    /// The magic number at the start of a file is another.
    case badMagic(expected: UInt32, found: UInt32)
    /// A format version that no known Prometheus writes.
    case unsupportedVersion(found: UInt64)
    /// CRC-32C of the bytes, against the one stored with them.
    case badChecksum(stored: UInt32, computed: UInt32)
    /// A number outside of what its place allows.
    case outOfRange(found: Int64, allowed: ClosedRange<Int64>)
    /// Something that must be sorted is not.
    case notAscending(previous: Int64, found: Int64)
    /// A variable-length integer of more than 64 bits.
    case overlongVarint
    /// Bytes left after the last field.
    case trailingBytes(count: Int)
    /// A fragment that cannot follow the one before it; codes of the fragment types.
    case unexpectedFragment(found: UInt8, after: UInt8)
    /// The page padding holds something.
    case nonZeroPadding(found: UInt8)
    /// A code that no known Prometheus writes.
    case unknownCode(found: UInt8)
    /// The decompressor refused the bytes.
    case badCompression(codec: String)
    /// Something larger than any server writes it, which is not read: how much there is of it, what there
    /// may be, and of what.
    case tooLarge(found: Int, limit: Int, unit: String)
    /// A record that was begun and never finished; bytes of it that are there.
    case torn(available: Int)
    /// Numbered files that do not follow one another.
    case sequenceGap(expected: Int, found: Int)
    /// Something that should be there is not.
    case missing(what: String)
    /// Text that is not what it should be, in words.
    case malformed(why: String)
    /// Two places that must agree do not.
    case mismatch(what: String, expected: Int64, found: Int64)
  }

  /// The stable id of this kind of failure, such as `wal.fragment.checksum`.
  public var rule: String {
    section.isRule ? section.rawValue : "\(section.rawValue).\(problem.code.rawValue)"
  }
}

extension DecodeError {
  /// The ways by name: the last part of a rule id, which, once released, stays.
  public enum Code: String, Sendable, CaseIterable {
    case truncated
    case magic
    case version
    case checksum
    case range
    case order
    case varint
    case trailingBytes = "trailing-bytes"
    case sequence
    case padding
    case unknownCode = "unknown-code"
    case compression
    case tooLarge = "too-large"
    case torn
    case gap
    case missing
    case malformed
    case mismatch
  }
}

extension DecodeError.Problem {
  /// Which way it is.
  public var code: DecodeError.Code {
    switch self {
    case .truncated: .truncated
    case .badMagic: .magic
    case .unsupportedVersion: .version
    case .badChecksum: .checksum
    case .outOfRange: .range
    case .notAscending: .order
    case .overlongVarint: .varint
    case .trailingBytes: .trailingBytes
    case .unexpectedFragment: .sequence
    case .nonZeroPadding: .padding
    case .unknownCode: .unknownCode
    case .badCompression: .compression
    case .tooLarge: .tooLarge
    case .torn: .torn
    case .sequenceGap: .gap
    case .missing: .missing
    case .malformed: .malformed
    case .mismatch: .mismatch
    }
  }

  /// What the format asks for at this place, in words.
  public var expected: String {
    switch self {
    case .truncated(let needed, _): "\(needed) bytes"
    case .badMagic(let expected, _): hex(expected)
    case .unsupportedVersion: "a known format version"
    case .badChecksum(let stored, _): "checksum \(hex(stored))"
    case .outOfRange(_, let allowed):
      if allowed.upperBound == .max {
        "\(allowed.lowerBound) or more"
      } else {
        "\(allowed.lowerBound) to \(allowed.upperBound)"
      }
    case .notAscending(let previous, _): "more than \(previous)"
    case .overlongVarint: "a varint of at most 64 bits"
    case .trailingBytes: "the end of the structure"
    case .unexpectedFragment(_, let after): "a fragment that may follow \(fragmentName(after))"
    case .nonZeroPadding: "zeros up to the end of the page"
    case .unknownCode: "a known code"
    case .badCompression(let codec): "\(codec) data"
    case .tooLarge(_, let limit, let unit):
      "at most \(limit) \(unit), more than any server writes here"
    case .torn: "the rest of the record"
    case .sequenceGap(let expected, _): "number \(expected)"
    case .missing(let what): what
    case .malformed(let why): why
    case .mismatch(let what, let expected, _): "\(what) \(expected)"
    }
  }

  /// What is there instead, in words.
  public var found: String {
    switch self {
    case .truncated(_, let available): "\(available)"
    case .badMagic(_, let found): hex(found)
    case .unsupportedVersion(let found): "version \(found)"
    case .badChecksum(_, let computed): "bytes with \(hex(computed))"
    case .outOfRange(let found, _): "\(found)"
    case .notAscending(_, let found): "\(found)"
    case .overlongVarint: "more"
    case .trailingBytes(let count): "\(count) more bytes"
    case .unexpectedFragment(let found, _): fragmentName(found)
    case .nonZeroPadding(let found): "0x\(String(found, radix: 16))"
    case .unknownCode(let found): "\(found)"
    case .badCompression: "bytes it cannot decompress"
    case .tooLarge(let found, _, _): "\(found) or more; not read"
    case .torn(let available): "\(available) bytes of it"
    case .sequenceGap(_, let found): "\(found)"
    case .missing: "nothing"
    case .malformed: "something else"
    case .mismatch(_, _, let found): "\(found)"
    }
  }
}

extension DecodeError: CustomStringConvertible {
  /// `wal.fragment at byte 32791: expected checksum 0x0, found bytes with 0x364b3fb7`.
  public var description: String {
    if section.isFolder {
      if case .malformed(let why) = problem { return why }
      return "\(section.rawValue): expected \(problem.expected), found \(problem.found)"
    }
    var place = "\(section.rawValue) at byte \(offset)"
    if let inner { place += " (byte \(inner) of the decompressed record)" }
    if case .malformed(let why) = problem { return "\(place): \(why)" }
    return "\(place): expected \(problem.expected), found \(problem.found)"
  }
}

private func hex(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}

/// The names of the fragment types of tsdb/wlog/wlog.go (`recPageTerm` to `recLast`).
private func fragmentName(_ code: UInt8) -> String {
  switch code {
  case 0: "the page's end"
  case 1: "a full record"
  case 2: "a first fragment"
  case 3: "a middle fragment"
  case 4: "a last fragment"
  default: "fragment type \(code)"
  }
}
