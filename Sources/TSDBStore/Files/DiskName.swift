internal import TSDBFormat

/// Names of files as text, and back to the bytes that the disk has.
///
/// A name on disk is any bytes but `/` and NUL, and need not be UTF-8. A byte that belongs to no
/// character becomes two characters that Unicode keeps for uses like this one and that no text holds
/// (U+FDD0 to U+FDDF for its upper half, U+FDE0 to U+FDEF for the lower); so does each byte of a name
/// that has such characters itself. Two names are never the same text, and every text leads back to its
/// name.
package enum DiskName {
  /// The text of a name, or of a path.
  package static func text(_ bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self), !holdsMark(text) { return text }
    var text = String.UnicodeScalarView()
    var index = 0
    while index < bytes.count {
      let end = min(index + sequenceLength(bytes[index]), bytes.count)
      if let part = String(validating: bytes[index..<end], as: UTF8.self), !holdsMark(part) {
        text.append(contentsOf: part.unicodeScalars)
        index = end
      } else {
        append(bytes[index], to: &text)
        index += 1
      }
    }
    return String(text)
  }

  /// The bytes of a name, or of a path.
  package static func bytes(_ text: String) -> [UInt8] {
    guard holdsMark(text) else { return Array(text.utf8) }
    var bytes: [UInt8] = []
    var upper: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if let half = upper {
        upper = nil
        if (0xfde0...0xfdef).contains(scalar.value) {
          bytes.append(UInt8(truncatingIfNeeded: (half.value & 15) << 4 | scalar.value & 15))
          continue
        }
        bytes += Array(String(half).utf8)
      }
      if (0xfdd0...0xfddf).contains(scalar.value) {
        upper = scalar
      } else {
        bytes += Array(String(scalar).utf8)
      }
    }
    if let upper { bytes += Array(String(upper).utf8) }
    return bytes
  }

  private static func append(_ byte: UInt8, to text: inout String.UnicodeScalarView) {
    for value in [0xfdd0 + UInt32(byte >> 4), 0xfde0 + UInt32(byte & 15)] {
      if let scalar = Unicode.Scalar(value) { text.append(scalar) }
    }
  }

  private static func holdsMark(_ text: String) -> Bool {
    guard text.utf8.contains(0xef) else { return false }
    return text.unicodeScalars.contains { (0xfdd0...0xfdef).contains($0.value) }
  }

  private static func sequenceLength(_ lead: UInt8) -> Int {
    switch lead {
    case 0xc2...0xdf: 2
    case 0xe0...0xef: 3
    case 0xf0...0xf4: 4
    default: 1
    }
  }
}

extension String {
  /// This path as the system takes it: its bytes on disk, and a zero.
  package var onDisk: [CChar] {
    DiskName.bytes(self).map { CChar(bitPattern: $0) } + [0]
  }
}
