/// What stands behind the series of an index (label indices, postings, offset tables), with every
/// checksum in it checked.
public struct IndexTables: Sendable {
  /// How many series the list of all postings has; nil if it cannot be read.
  public private(set) var seriesCount: Int?
  /// How many labels the postings offset table has, less the empty one.
  public private(set) var labelCount = 0
  /// What is wrong.
  public private(set) var damage: [DecodeError] = []

  /// Reads the sections of a whole index file that `contents` leads to.
  public init(of file: RawSpan, contents: IndexTOC) {
    if contents.hasLabelIndices {
      damage = LabelIndex.check(file, from: contents.labelIndices, to: contents.postings)
      do throws(DecodeError) {
        try LabelIndex.checkOffsetTable(file, at: contents.labelOffsetTable)
      } catch {
        damage.append(error)
      }
    }
    do throws(DecodeError) {
      var table = try PostingsOffsetTable(of: file, at: contents.postingsOffsetTable)
      while let entry = try table.next() { checkList(of: entry, file) }
    } catch {
      damage.append(error)
    }
    // Without the offset table, the first list is still that of all series.
    if seriesCount == nil, labelCount == 0 {
      let first = try? Postings(of: file, at: (contents.postings &+ 3) & ~3)
      seriesCount = first?.count
    }
  }

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
