import Testing

@testable import TSDBEvidence

@Suite struct CharacterShapeTests {
  /// The alphabets, one letter for each place: d digit, l lower, u upper, x, X and m hexadecimal.
  private func text(_ value: String) -> String? {
    let letters = Array("-dluxXm")
    return CharacterShape(Array(value.utf8)).map {
      String($0.alphabets.map { letters[Int($0.rawValue)] })
    }
  }

  @Test func `each character has a kind, and a run of hexadecimal digits one`() {
    #expect(text("10.8.0.1:8080") == "dd-d-d-d-dddd")
    #expect(text("web-7d9f8c6b5-x2x4k") == "lll-xxxxxxxxx-ldldl")
    #expect(text("A1B2 Some") == "XXXX-ulll")
    #expect(text("someone@example.org") == "lllllll-lllllll-lll")
    #expect(text("aB3") == "lud")
    #expect(text("") == "")
  }

  @Test func `the digits of a UUID are one run`() throws {
    let uuid = "f81d4fae-7dec-1100-abcd-00a0c91e6bf6"
    #expect(text(uuid) == "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
    let shape = try #require(CharacterShape(Array(uuid.utf8)))
    #expect(shape.runs.map(\.count) == [32])
    #expect(text("F81D4FAE-7DEC-1100-ABCD-00A0C91E6BF6")?.prefix(8) == "XXXXXXXX")
    #expect(text("F81D4fae-7DEC-1100-ABCD-00A0C91E6BF6")?.prefix(8) == "mmmmmmmm")
    let inside = try #require(CharacterShape(Array("/x/\(uuid)/9".utf8)))
    #expect(inside.runs.map(\.count) == [1, 32, 1])
    #expect(text("g81d4fae-7dec-1100-abcd-00a0c91e6bf6")?.prefix(8) == "lddldlll")
  }

  @Test func `other bytes have no shape`() {
    #expect(text("ä") == nil)
    #expect(text("a\n") == nil)
  }
}
