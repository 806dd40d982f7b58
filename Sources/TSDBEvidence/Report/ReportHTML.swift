/// `report.html`: the whole story as one page.
public enum ReportHTML {
  /// The page about `evidence`.
  public static func text(_ evidence: Evidence) -> String {
    ReportPage.text(Story(evidence).document)
  }
}

/// `report.md`: the same story, to be pasted in a document.
public enum ReportMarkdown {
  /// The document about `evidence`.
  public static func text(_ evidence: Evidence) -> String {
    MarkdownPage.text(Story(evidence).document)
  }
}
