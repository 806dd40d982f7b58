import TestSupport
import Testing

/// A full read meets the damage, names the file, and goes on behind it.
@Suite struct DamageFindingTests {
  @Test(arguments: DamageRecipe.all)
  func `diagnose finds damage and names its file`(recipe: DamageRecipe) throws {
    let copy = try Fixture("damaged-base/main").copy()
    try recipe.spoil(copy.data)
    let result = try CommandRunner.run(["diagnose", copy.data, "--format", "json"])
    #expect(result.status == recipe.diagnoseStatus, "\(result.stdout)\(result.stderr)")
    if recipe.diagnoseStatus != 0,
      !result.stdout.contains("\"file\" : \"\(recipe.file)\"")
    {
      // What is not read in full is no finding; but what a start loses by it is known.
      let diagnosis = try JSONTree(result.stdout)
      #expect(diagnosis["startup", "outcome"] == "starts-with-loss", "\(result.stdout)")
      #expect(diagnosis["startup", "loss", "samples"].flatMap { Int($0) } ?? 0 > 0)
    }
    #expect(!result.stdout.contains("\"culprit\" : {"))
  }

  @Test(arguments: [
    ("wal-bad-snappy", "wal/00000005", "wal.compression.compression"),
    ("wal-bad-decode-series", "wal/00000005", "record.series.range"),
    ("wal-crcok-samples-truncated", "wal/00000005", "record.samples.truncated"),
  ])
  func `a sound checksum does not hide a record that cannot be read`(
    name: String, file: String, rule: String
  ) throws {
    let copy = try Fixture.damaged(name)
    let result = try CommandRunner.run(["diagnose", copy.data, "--format", "json"])
    #expect(result.status == 1)
    #expect(result.stdout.contains("\"file\" : \"\(file)\""))
    #expect(result.stdout.contains("\"rule\" : \"\(rule)\""))
  }
}
