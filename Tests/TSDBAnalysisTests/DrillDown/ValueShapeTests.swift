import TSDBFormat
import Testing

@testable import TSDBAnalysis

@Suite struct ValueShapeTests {
  @Test(arguments: [
    ("db5b5fab-8f4d-4e27-9da1-494c73cf256d", ValueShape.uuid),
    ("db5b5fab-8f4d-4e27-9da1-494c73cf256g", .word),
    ("9f86d081884c7d65", .hash), ("deadbeef", .word),
    ("10.8.0.1", .ipv4), ("10.8.0.1:8080", .ipv4), ("10.8.0.256", .word), ("1.2.3", .word),
    ("2001:db8::1", .ipv6), ("[::1]", .ipv6), ("a:b", .word),
    ("someone@example.org", .email), ("@", .word),
    ("2026-11-17T00:40:00Z", .timestamp), ("1794876000", .timestamp),
    ("1794876000000", .timestamp), ("9794876000", .number),
    ("-12.5", .number), ("200", .number), ("+", .word), ("+Inf", .word),
    ("/api/v1/users", .path), ("/api/v1/users/12345/cart", .pathWithIDs),
    ("/orders/db5b5fab-8f4d-4e27-9da1-494c73cf256d", .pathWithIDs),
    ("https://example.org/a", .path), ("connection refused by peer", .freeText),
    ("checkout-service", .word), ("", .empty),
  ])
  func `a value has the shape that a reader sees in it`(value: String, shape: ValueShape) {
    #expect(ValueShape(Array(value.utf8).rawBytes) == shape)
  }

  @Test func `any bytes have a shape`() {
    for byte in UInt8.min...UInt8.max {
      let shape = ValueShape([byte, byte, 0xff].rawBytes)
      switch byte {
      case UInt8(ascii: " "): #expect(shape == .freeText)
      case UInt8(ascii: "/"): #expect(shape == .path)
      default: #expect(shape == .word)
      }
    }
  }
}
