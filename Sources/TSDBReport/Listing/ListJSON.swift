internal import TSDBFormat
internal import TSDBStore

extension DirectoryListing {
  /// A directory listing as one JSON object. Paths are relative to the directory, sizes are in bytes, counts
  /// are those of `meta.json`. Docs/commands.md describes each field.
  package var json: JSONObject {
    let logs = [directory.wal, directory.wbl].compactMap { $0 }
    let report: JSONObject = [
      "path": JSONText(directory.path), "kind": directory.kind.rawValue, "totalBytes": totalSize,
      "lock": directory.lock.name, "blocks": blocks.map { json(of: $0) },
      "wal": directory.wal.map { json(of: $0) }, "wbl": directory.wbl.map { json(of: $0) },
      "parts": directory.parts.map { json(of: $0) }, "headChunks": headChunks.map(\.json),
      "snapshots": directory.snapshots.map { snapshot -> JSONObject in
        [
          "name": JSONText(snapshot.entry.name), "bytes": snapshot.size,
          "segment": snapshot.segment, "offset": snapshot.offset,
        ] + .access(snapshot.entry.access)
      },
      "queriesActive": directory.activeQueries.map { json(of: $0) },
      "leftovers": (directory.leftovers + logs.flatMap(\.leftovers)).map { json(of: $0) },
      "strangers": (directory.strangers + logs.flatMap(\.strangers)).map { json(of: $0) },
      "findings": FindingJSON.all(failures, in: directory.path),
    ]
    return report.report + .access(directory.own.access)
  }

  /// A block; what `meta.json` says is missing where that cannot be read.
  private func json(of block: ListedBlock) -> JSONObject {
    let (meta, folder) = (block.meta, block.folder)
    let own: JSONObject = [
      "name": JSONText(folder.name), "bytes": folder.size, "indexBytes": folder.index?.size,
      "chunkSegments": folder.chunks.count, "readable": block.openingFailures.isEmpty,
      "strangers": (folder.strangers + folder.companions).map { json(of: $0) },
      "marks": folder.marks().compactMap { try? $0.mark.get() }.map { mark -> JSONObject in
        [
          "kind": mark.kind.rawValue, "time": mark.time.map { JSONTime($0) },
          "reason": JSONText(mark.reason),
        ]
      },
    ]
    let told: JSONObject = [
      "ulid": meta?.ulid.description, "minTime": meta.map { JSONTime($0.minTime) },
      "maxTime": meta.map { JSONTime($0.maxTime) }, "level": meta?.compaction.level,
      "series": meta?.stats.numSeries, "samples": meta?.stats.numSamples,
      "floatSamples": meta?.stats.numFloatSamples,
      "histogramSamples": meta?.stats.numHistogramSamples, "chunks": meta?.stats.numChunks,
      "tombstones": meta?.stats.numTombstones,
      "sources": meta?.compaction.sources.map(\.description) ?? [],
      "parents": meta?.compaction.parents.map(\.ulid.description) ?? [],
      "hints": meta?.compaction.hints ?? [], "deletable": meta?.compaction.deletable ?? false,
      "compactionFailed": meta?.compaction.failed ?? false,
      "extras": Dictionary((meta?.extras ?? []).map { ($0.key, $0.json) }) { $1 },
    ]
    return own + told + .access((try? FolderEntry(path: folder.path))?.access)
  }

  /// A `wal` or `wbl` folder.
  private func json(of folder: SegmentFolder) -> JSONObject {
    [
      "bytes": folder.size &+ folder.checkpoints.reduce(0) { $0 &+ $1.size },
      "segments": folder.segments.map { json(of: $0.entry) },
      "checkpoints": folder.checkpoints.map { checkpoint -> JSONObject in
        [
          "name": JSONText(checkpoint.entry.name), "number": checkpoint.number,
          "bytes": checkpoint.size, "segments": checkpoint.segments.map { json(of: $0.entry) },
        ] + .access(checkpoint.entry.access)
      }, "seriesState": folder.seriesState.map { json(of: $0) },
    ]
  }

  /// Anything in a folder.
  private func json(of entry: FolderEntry) -> JSONObject {
    [
      "name": JSONText(RelativePath.of(entry.path, to: directory.path)),
      "kind": entry.kind.rawValue, "bytes": entry.size,
      "modified": JSONTime(entry.modified / 1_000_000),
    ] + .access(entry.access)
  }
}

extension ListedHeadChunkFile {
  /// A file of `chunks_head`; `firstTime` is that of its first chunk.
  fileprivate var json: JSONObject {
    [
      "name": JSONText(file.name), "number": file.number, "bytes": file.size,
      "modified": JSONTime(file.modified / 1_000_000), "firstTime": firstTime.map { JSONTime($0) },
    ] + .access(file.entry.access)
  }
}

extension JSONObject {
  /// The user, the group and the permission bits of something.
  static func access(_ access: FileAccess?) -> JSONObject {
    ["owner": access?.owner, "group": access?.group, "mode": access?.modeText]
  }
}

extension LockState {
  /// `absent`, `left`, `held` or `unknown`.
  var name: String {
    switch self {
    case .absent: "absent"
    case .left: "left"
    case .held, .inUse: "held"
    case .unknown: "unknown"
    }
  }
}
