import TSDBFormat

/// What `write` appends to an empty buffer, as text.
func written(_ write: (inout ByteBuffer) -> Void) -> String {
  var buffer = ByteBuffer()
  write(&buffer)
  return String(decoding: [UInt8](buffer.bytes), as: UTF8.self)
}
