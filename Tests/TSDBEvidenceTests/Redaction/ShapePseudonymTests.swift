import TSDBAnalysis
import TSDBFormat
import TestSupport
import Testing

@testable import TSDBEvidence

@Suite struct ShapePseudonymTests {
  private let redactor: Redactor
  private let other: Redactor

  init() throws {
    redactor = try #require(
      Redactor(.all, key: Array("0123456789abcdef".utf8), pseudonyms: .shape))
    other = try #require(Redactor(.all, key: Array("fedcba9876543210".utf8), pseudonyms: .shape))
  }

  private func pseudonym(_ value: String) -> String {
    String(decoding: redactor.pseudonym(of: Array(value.utf8)), as: UTF8.self)
  }

  private func strings(_ alphabet: String, _ length: Int) -> [String] {
    (0..<length).reduce([""]) { all, _ in all.flatMap { head in alphabet.map { head + [$0] } } }
  }

  /// Values of one shape are permuted among themselves: no two get the same, and none is left over.
  @Test(arguments: [
    ("0123456789", 1), ("0123456789", 3), ("0123456789abcdef", 2), ("0123456789ABCDEF", 2),
    ("abcdefghijklmnopqrstuvwxyz", 2), ("abyz01", 3),
  ])
  func `small sets of values are permuted`(alphabet: String, length: Int) throws {
    let values = strings(alphabet, length)
    let images = values.map(pseudonym)
    #expect(Set(images).count == values.count)
    for (value, image) in zip(values, images) {
      #expect(CharacterShape(Array(value.utf8)) == CharacterShape(Array(image.utf8)), "\(value)")
    }
    // Of hexadecimal digits, two letters are a word, which may become any word.
    let isWord: (String) -> Bool = { alphabet.count == 16 && $0.allSatisfy(\.isLetter) }
    if alphabet.count > 9 {
      let others = zip(values, images).filter { !isWord($0.0) }
      #expect(Set(others.map(\.1)) == Set(others.map(\.0)))
    }
    if length > 1 { #expect(images != values) }
  }

  @Test(arguments: [
    "f81d4fae-7dec-1100-abcd-00a0c91e6bf6", "someone@example.org", "/var/lib/data-3/x.log",
    "https://shop.example/items/4711", "web-7d9f8c6b5-x2x4k", "checkout-service", "2001:db8::1a2b",
    "00:1a:2b:3c:4d:5e", "9f86d081884c7d659a2feaa0c55ad015", "GET", "+Inf", "0.995",
  ])
  func `a pseudonym has the shape of its value`(value: String) {
    let image = pseudonym(value)
    #expect(image != value)
    #expect(image.utf8.count == value.utf8.count)
    #expect(CharacterShape(Array(image.utf8)) == CharacterShape(Array(value.utf8)))
    #expect(pseudonym(value) == image)
    #expect(Array(image.utf8) != other.pseudonym(of: Array(value.utf8)))
  }

  @Test func `an IPv4 address keeps its digits' places, if not their range`() {
    let image = pseudonym("10.8.0.1:8080")
    let parts = image.split { $0 == "." || $0 == ":" }.map(\.count)
    #expect(parts == [2, 1, 1, 1, 4])
    #expect(image.allSatisfy { $0.isNumber || $0 == "." || $0 == ":" })
  }

  /// Random values, many of them alike: as many pseudonyms as values, each of the shape of its value.
  @Test func `no two values get the same pseudonym`() {
    var random = SeededRandom(seed: 11)
    let alphabet = Array("0019afAFzZ-./")
    var images: [String: String] = [:]
    for _ in 0..<3000 {
      let length = Int.random(in: 1...9, using: &random)
      let value = String(
        (0..<length).map { _ in alphabet[Int.random(in: alphabet.indices, using: &random)] })
      let image = pseudonym(value)
      #expect(
        CharacterShape(Array(image.utf8)) == CharacterShape(Array(value.utf8)),
        "\(value), seed \(random.seed)")
      #expect(images.updateValue(value, forKey: image) ?? value == value, "seed \(random.seed)")
    }
  }

  @Test func `what has no shape, or too much of it, keeps its length alone`() {
    for value in [
      "später am Tag", String(repeating: "a", count: 5000), String(repeating: "a-", count: 65),
    ] {
      let image = pseudonym(value)
      #expect(image.utf8.count == value.utf8.count)
      #expect(!image.contains("-"))
    }
    #expect(pseudonym("/-/") == "/-/")
  }
}
