public import TSDBFormat

/// Every distinct label pair once, numbered in the order they are met.
public struct LabelPairTable: Sendable {
  /// Number of a label name.
  public typealias NameID = UInt32
  /// Number of a label pair.
  public typealias PairID = UInt32

  private var names = ByteStringTable()
  /// Values, tagged with the id of their name.
  private var values = ByteStringTable()

  /// An empty table.
  public init() {}

  /// How many distinct pairs there are; their ids are 0 to this.
  public var count: Int { values.count }
  /// How many distinct names there are; their ids are 0 to this.
  public var nameCount: Int { names.count }

  /// The name with this id.
  @_lifetime(borrow self)
  public func name(_ id: NameID) -> RawSpan { names.bytes(id) }

  /// The id of a name, if any pair has it.
  public func nameID(of name: [UInt8]) -> NameID? {
    names.find(tag: 0, name.rawBytes, hash: Self.hash(name: name.rawBytes))
  }

  /// The id of a pair, if it is in.
  public func pairID(name: NameID, value: RawSpan) -> PairID? {
    let hash = Self.hash(nameHash: Self.hash(name: names.bytes(name)), value: value)
    return values.find(tag: name, value, hash: hash)
  }

  /// The name of a pair.
  public func nameID(ofPair pair: PairID) -> NameID { values.tag(pair) }

  /// The value of a pair.
  @_lifetime(borrow self)
  public func value(ofPair pair: PairID) -> RawSpan { values.bytes(pair) }

  /// Bytes of the value of a pair.
  public func valueLength(ofPair pair: PairID) -> Int { values.length(pair) }

  /// Bytes of the name and the value of a pair.
  func length(ofPair pair: PairID) -> Int {
    values.length(pair) &+ names.length(values.tag(pair))
  }

  /// The same for all pairs, by id.
  var lengths: LargeArray<UInt32> {
    var lengths = LargeArray<UInt32>()
    for pair in 0..<PairID(count) { lengths.append(UInt32(clamping: length(ofPair: pair))) }
    return lengths
  }

  /// The label of a pair, copied.
  public func label(ofPair pair: PairID) -> Label {
    Label(name: [UInt8](name(nameID(ofPair: pair))), value: [UInt8](value(ofPair: pair)))
  }

  /// The id of a label name, new if it has none.
  public mutating func intern(name: RawSpan) -> NameID {
    names.intern(tag: 0, name, hash: Self.hash(name: name))
  }

  /// The id of a label pair, new if it has none.
  public mutating func intern(name: NameID, value: RawSpan) -> PairID {
    let hash = Self.hash(nameHash: Self.hash(name: names.bytes(name)), value: value)
    return values.intern(tag: name, value, hash: hash)
  }

  /// The id of a label pair whose hash is known.
  mutating func intern(name: RawSpan, value: RawSpan, hash: UInt64) -> PairID {
    values.intern(tag: intern(name: name), value, hash: hash)
  }

  /// The hash of a pair, from its bytes alone, so that it can be made anywhere.
  static func hash(name: RawSpan, value: RawSpan) -> UInt64 {
    hash(nameHash: hash(name: name), value: value)
  }

  private static func hash(name: RawSpan) -> UInt64 { ByteStringTable.hash(tag: 0, name) }

  private static func hash(nameHash: UInt64, value: RawSpan) -> UInt64 {
    ByteStringTable.hash(tag: nameHash, value)
  }

  /// Asks for the memory that `intern` will touch.
  func prefetch(_ hash: UInt64) { values.prefetch(hash) }

  /// The same pairs, with other values where `replacement` gives one: names and pairs keep their
  /// numbers. Of replacements of one label that are alike, those that come later are made longer.
  func replacingValues(
    _ replacement: (_ name: [UInt8], _ value: [UInt8]) -> [UInt8]?
  ) -> LabelPairTable {
    var result = LabelPairTable()
    let names = (0..<NameID(nameCount)).map { [UInt8](name($0)) }
    for name in names { _ = result.intern(name: name.rawBytes) }
    for pair in 0..<PairID(count) {
      let name = nameID(ofPair: pair)
      let old = [UInt8](value(ofPair: pair))
      var new = replacement(names[Int(name)], old) ?? old
      while result.pairID(name: name, value: new.rawBytes) != nil { new.append(UInt8(ascii: "x")) }
      _ = result.intern(name: name, value: new.rawBytes)
    }
    return result
  }
}
