internal import TSDBStore

/// The check of whose the files are: a server that runs as the user whom the directory belongs to has to
/// read and write them.
enum AccessCheck {
  /// More say nothing more.
  private static let most = 100

  /// What is wrong with that in `directory`.
  static func findings(_ directory: DataDirectory, as user: ServerUser? = nil) -> [Finding] {
    guard let review = AccessReview(directory, as: user) else { return [] }
    let user: Message = "\(name: review.user.name)"
    var findings = review.denials.prefix(most).map { denial in
      var finding = Finding(
        rule: .accessDenied, severity: severity(denial.effect), path: denial.entry.path,
        message: "\(user), \(name: review.user.why), may not \(words(denial)); "
          + whose(denial.entry))
      finding.startup = startup(denial.effect)
      return finding
    }
    if let first = review.foreign.first {
      let count = review.foreign.count
      let others: Message = count > 1 ? ", as \(count - 1) more do that are not \(user)'s" : ""
      findings.append(
        Finding(
          rule: .accessForeign, severity: .info, path: first.path,
          message: whose(first) + others + ": a restore as root leaves files so"))
    }
    return findings
  }

  private static func whose(_ entry: FolderEntry) -> Message {
    guard let access = entry.access else { return "whose it is cannot be seen" }
    return "it belongs to \(name: access.ownerText), mode \(name: access.modeText)"
  }

  private static func words(_ denial: AccessReview.Denial) -> Message {
    switch denial.want {
    case .read: denial.entry.isFile ? "read it" : "list it"
    case .write: denial.entry.isFile ? "write it" : "make or remove files in it"
    case .enter: "open what is in it"
    }
  }

  private static func severity(_ effect: AccessReview.Effect) -> Severity {
    switch effect {
    case .refuses: .fatal
    case .dropsBlock: .loss
    case .failsLater: .warning
    }
  }

  private static func startup(_ effect: AccessReview.Effect) -> Startup {
    switch effect {
    case .refuses: .refuses
    case .dropsBlock: .drops
    case .failsLater: .continues
    }
  }
}
