// What traps on numbers from disk, and so is not written in Sources.
//
// `Tests/Lint/trapping.py`, which `make lint` runs, has the compiler look at each target with this file among
// its own. These declarations hide those of the standard library, so that every use of one is a warning, with
// its type known and its place named. Nothing is ever built with them.
//
// Int64 and UInt64 are what files claim: times, counts, references, sizes. An Int is what was counted here, or
// was compared with what is left before it became one; so a claim does not become an Int by a plain `Int(…)`.

@available(*, deprecated, message: "traps")
extension Int64 {
  static func + (left: Int64, right: Int64) -> Int64 { left }
  static func - (left: Int64, right: Int64) -> Int64 { left }
  static func * (left: Int64, right: Int64) -> Int64 { left }
  static func / (left: Int64, right: Int64) -> Int64 { left }
  static func % (left: Int64, right: Int64) -> Int64 { left }
  static func += (left: inout Int64, right: Int64) {}
  static func -= (left: inout Int64, right: Int64) {}
  static func *= (left: inout Int64, right: Int64) {}
  static func /= (left: inout Int64, right: Int64) {}
  static func %= (left: inout Int64, right: Int64) {}
  static prefix func - (value: Int64) -> Int64 { value }
  mutating func negate() {}
  func advanced(by distance: Int) -> Int64 { self }
  func distance(to other: Int64) -> Int { 0 }
  init(_ value: UInt64) { self = 0 }
  init(_ value: UInt) { self = 0 }
  init(_ value: Double) { self = 0 }
  init(_ value: Float) { self = 0 }
}

@available(*, deprecated, message: "traps")
extension UInt64 {
  static func + (left: UInt64, right: UInt64) -> UInt64 { left }
  static func - (left: UInt64, right: UInt64) -> UInt64 { left }
  static func * (left: UInt64, right: UInt64) -> UInt64 { left }
  static func / (left: UInt64, right: UInt64) -> UInt64 { left }
  static func % (left: UInt64, right: UInt64) -> UInt64 { left }
  static func += (left: inout UInt64, right: UInt64) {}
  static func -= (left: inout UInt64, right: UInt64) {}
  static func *= (left: inout UInt64, right: UInt64) {}
  static func /= (left: inout UInt64, right: UInt64) {}
  static func %= (left: inout UInt64, right: UInt64) {}
  func advanced(by distance: Int) -> UInt64 { self }
  func distance(to other: UInt64) -> Int { 0 }
  init(_ value: Int64) { self = 0 }
  init(_ value: Double) { self = 0 }
  init(_ value: Float) { self = 0 }
}

@available(*, deprecated, message: "traps")
extension Int {
  init(_ value: UInt64) { self = 0 }
  init(_ value: UInt) { self = 0 }
  init(_ value: Double) { self = 0 }
  init(_ value: Float) { self = 0 }
}

@available(*, deprecated, message: "traps")
extension UInt32 {
  init(_ value: UInt64) { self = 0 }
  init(_ value: Int64) { self = 0 }
  init(_ value: Double) { self = 0 }
}

@available(*, deprecated, message: "traps")
extension Int32 {
  init(_ value: UInt64) { self = 0 }
  init(_ value: Int64) { self = 0 }
  init(_ value: Double) { self = 0 }
}

@available(*, deprecated, message: "traps")
extension UInt16 {
  init(_ value: UInt64) { self = 0 }
  init(_ value: Int64) { self = 0 }
  init(_ value: Double) { self = 0 }
}

@available(*, deprecated, message: "traps")
extension UInt8 {
  init(_ value: UInt64) { self = 0 }
  init(_ value: Int64) { self = 0 }
  init(_ value: Double) { self = 0 }
}

@available(*, deprecated, message: "traps")
func abs(_ value: Int64) -> Int64 { value }

@available(*, deprecated, message: "traps")
func stride(from start: Int64, to end: Int64, by step: Int64) -> [Int64] { [] }

@available(*, deprecated, message: "traps")
func stride(from start: Int64, through end: Int64, by step: Int64) -> [Int64] { [] }

extension Dictionary {
  @available(*, deprecated, message: "traps where a key comes twice")
  init(uniqueKeysWithValues pairs: some Sequence<(Key, Value)>) { self = [:] }
}
