import TestSupport
import Testing

@testable import TSDBEvidence

@Suite struct LengthPseudonymTests {
  private let redactor = Redactor(.all, key: Array("0123456789abcdef".utf8), pseudonyms: .length)

  @Test(arguments: [1, 11, 12, 13, 36, 64, 100, 5000])
  func `it has as many bytes as the value, and twelve at least`(size: Int) throws {
    let redactor = try #require(redactor)
    let value = [UInt8](repeating: UInt8(ascii: "a"), count: size)
    let pseudonym = redactor.pseudonym(of: value)
    #expect(pseudonym.count == max(size, 12))
    #expect(
      pseudonym.allSatisfy {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
          || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
      })
    #expect(redactor.pseudonym(of: value) == pseudonym)
  }

  @Test func `another value or another key gives another`() throws {
    let redactor = try #require(redactor)
    let other = try #require(
      Redactor(.all, key: Array("fedcba9876543210".utf8), pseudonyms: .length))
    let all = Set((0..<20_000).map { redactor.pseudonym(of: Array("value-\($0)".utf8)) })
    #expect(all.count == 20_000)
    #expect(
      redactor.pseudonym(of: Array("value-1".utf8)) != other.pseudonym(of: Array("value-1".utf8)))
  }
}
