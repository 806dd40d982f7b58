import TSDBFormat
import Testing

@Suite struct ULIDTests {
  @Test(arguments: [
    "01M7XPVH3PN49ESJ7YTJHY4RM5", "00000000000000000000000000", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
  ])
  func `text survives a round trip`(text: String) throws {
    #expect(try #require(ULID(text)).description == text)
  }

  @Test func `the parts stand where they should`() throws {
    // One in the last place of the time, and one in the last place of all.
    #expect(ULID("00000000010000000000000001") == ULID(high: 1 << 16, low: 1))
    #expect(ULID("00000000010000000000000001")?.milliseconds == 1)
    #expect(ULID("7ZZZZZZZZZZZZZZZZZZZZZZZZZ") == ULID(high: .max, low: .max))
  }

  @Test func `the time of a block's name is the time it was made at`() throws {
    #expect(try #require(ULID("01ARZ3NDEKTSV4RRFFQ69G5FAV")).milliseconds == 1_469_922_850_259)
  }

  @Test func `small letters are read as capitals`() throws {
    #expect(
      try #require(ULID("01m7xpvh3pn49esj7ytjhy4rm5")).description == "01M7XPVH3PN49ESJ7YTJHY4RM5")
  }

  @Test(arguments: [
    "", "01ABC", "01M7XPVH3PN49ESJ7YTJHY4RM", "01M7XPVH3PN49ESJ7YTJHY4RM55",
    "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01M7XPVH3PN49ESJ7YTJHY4RMI", "01M7XPVH3PN49ESJ7YTJHY4RM-",
    "01M7XPVH3PN49ESJ7YTJHY4é",
  ])
  func `what is no name of a block is refused`(text: String) {
    #expect(ULID(text) == nil)
  }

  @Test func `later names come later`() throws {
    let first = try #require(ULID("01M7XPVH3PN49ESJ7YTJHY4RM5"))
    let second = try #require(ULID("01M7XPVHDBEN0X46Y430AHYY2Q"))
    #expect(first < second)
  }
}
