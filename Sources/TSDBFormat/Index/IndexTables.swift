/// What stands behind the series of an index (label indices, postings, offset tables), with every
/// checksum in it checked.
public struct IndexTables: Sendable {
  /// How many series the list of all postings has; nil if it cannot be read.
  public private(set) var seriesCount: Int?
  /// How many labels the postings offset table has, less the empty one.
  public private(set) var labelCount = 0
  /// What is wrong.
  public private(set) var damage: [DecodeError] = []

  /// Reads the sections of a whole index file that `contents` leads to; `isRead` is told which parts of the file
  /// were read.
  public init(
    of file: RawSpan, contents: IndexTOC, isRead: (Range<Int>) -> Void = { _ in }
  ) {
    if contents.hasLabelIndices {
      damage = LabelIndex.check(file, from: contents.labelIndices, to: contents.postings)
      do throws(DecodeError) {
        try LabelIndex.checkOffsetTable(file, at: contents.labelOffsetTable)
      } catch {
        damage.append(error)
      }
    }
    do throws(DecodeError) {
      var table = try PostingsOffsetTable(
        of: file, at: contents.postingsOffsetTable, isRead: isRead)
      // Lists stand in the order of the table; where they do not, their pages are read once more.
      var told = (lists: contents.postings, table: table.position)
      while let entry = try table.next() {
        let list = Int(clamping: entry.postings)
        checkList(of: entry, file)
        if list &- told.lists >= Self.readStep, list < file.byteCount {
          isRead(told.lists..<list)
          told.lists = list
        }
        if table.position &- told.table >= Self.readStep {
          isRead(told.table..<table.position)
          told.table = table.position
        }
      }
    } catch {
      damage.append(error)
    }
    // Without the offset table, the first list is still that of all series.
    if seriesCount == nil, labelCount == 0 {
      let first = try? Postings(of: file, at: (contents.postings &+ 3) & ~3)
      seriesCount = first?.count
    }
  }

  /// Parts of the file of so many bytes are told of.
  private static let readStep = 4 << 20

  private mutating func checkList(of entry: borrowing PostingsOffsetTable.Entry, _ file: RawSpan) {
    let isAll = entry.name.byteCount == 0
    if !isAll { labelCount &+= 1 }
    do throws(DecodeError) {
      let list = try Postings(of: file, at: Int(clamping: entry.postings))
      if isAll { seriesCount = list.count }
    } catch {
      if damage.count < SeriesReader.findingLimit { damage.append(error) }
    }
  }
}
