import TSDBStore
import Testing

@testable import TSDBCheck

@Suite struct MessageTests {
  private let job = Array("job".utf8)
  private let value = Array("such as api".utf8)

  @Test func `a message is a sentence, and its parts are what they are`() {
    let message: Message = "lacks \(count: 2, "label"), such as \(label: job, value) at \(7)"
    #expect(message.text == "lacks 2 labels, such as job=such as api at 7")
    #expect(
      message.parts == [
        .words("lacks "), .count(2, unit: "labels"), .words(", such as "), .label(job),
        .words("="), .value(value, of: job), .words(" at "), .number(7),
      ])
    #expect(message.count == 2)
  }

  @Test func `one is singular, and a plural may be given`() {
    #expect(("\(count: 1, "chunk")" as Message).text == "1 chunk")
    #expect(("\(count: 0, "chunk")" as Message).text == "0 chunks")
    #expect(("\(count: 2, "series", "series")" as Message).text == "2 series")
    #expect(("no number" as Message).count == nil)
  }

  @Test func `numbers of any width come through whole`() {
    let message: Message = "\(UInt64.max) \(ref: .max) \(time: .min) \(Int64.min)"
    #expect(
      message.text
        == "18446744073709551615 18446744073709551615 -292275055-05-16T16:47:04.192Z -9223372036854775808"
    )
  }

  @Test func `messages are put together, and a failure names its file once`() {
    let list = Message(list: ["\(metric: job)", "b", "c"])
    #expect((list + "!").text == "job, b, c!")
    #expect(list.parts.first == .value(job, of: Array("__name__".utf8)))
    let failure = FileError.system(path: "/d/index", operation: "open", errno: 13)
    let message: Message = "could not be counted: \(failure)"
    #expect(message.text == "could not be counted: /d/index: cannot open: Permission denied")
    #expect(message.parts.contains(.path("/d/index")))
  }
}
