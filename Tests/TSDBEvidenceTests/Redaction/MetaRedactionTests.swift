import TSDBFormat
import TSDBStore
import Testing

@testable import TSDBEvidence

@Suite struct MetaRedactionTests {
  private let meta = """
    {"ulid":"01M7XPVHDBEN0X46Y430AHYY2Q","minTime":1,"maxTime":2,"version":1,"compaction":{"level":1},
    "thanos":{"labels":{"__org_id__":"secret1","replica":"secret2"},"downsample":{"resolution":300000},
    "source":"receive","files":[{"rel_path":"index","size_bytes":12}],
    "rewrites":[{"deletions_applied":[{"matchers":"{a=\\"secret3\\"}"}]}],"extensions":{"x":"secret4"}},
    "note":"secret5","flag":true}
    """

  private func redacted(_ labels: Evidence.Redaction) throws -> String {
    let redactor = try #require(Redactor(labels, key: Array("0123456789abcdef".utf8)))
    let meta = try BlockMeta(json: Array(meta.utf8))
    let result = MetaRedaction.redact(meta, ValueReplacer(redactor))
    #expect(result.ulid == meta.ulid)
    // Who knows what others put into a name.
    #expect(result.extras.map(\.key).first == "thanos")
    #expect(result.extras.dropFirst().allSatisfy { $0.key.hasPrefix("redacted-") })
    return String(decoding: result.json, as: UTF8.self)
  }

  @Test func `external labels and other texts are replaced, names of files stay`() throws {
    let text = try redacted(.all)
    #expect(!text.contains("secret"))
    for part in [
      "\"__org_id__\":\"redacted-", "\"source\":\"receive\"", "\"rel_path\":\"index\"",
      "\"resolution\":300000", "\"size_bytes\":12", "\": true",
    ] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test func `of some labels only those that were named go, and all texts that may quote them`()
    throws
  {
    let text = try redacted(.labels(["replica"]))
    #expect(text.contains("\"__org_id__\":\"secret1\""))
    for number in 2...5 { #expect(!text.contains("secret\(number)")) }
  }
}
