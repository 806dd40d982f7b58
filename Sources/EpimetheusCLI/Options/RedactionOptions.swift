internal import ArgumentParser
internal import TSDBEvidence
internal import TSDBFormat
internal import TSDBRepair
internal import TSDBStore

/// Whose values are replaced by pseudonyms, and with which key.
struct RedactionOptions: ParsableArguments {
  @Flag(help: "Put pseudonyms in the place of all label values; names of labels and metrics stay.")
  var redact = false

  @Option(
    name: .customLong("redact-label"),
    help: ArgumentHelp(
      "Put pseudonyms in the place of the values of this label only; may be repeated.",
      valueName: "label"), transform: { try Word.nonEmpty($0, "the name of a label") })
  var labels: [String] = []

  @Option(
    name: .customLong("key"),
    help: ArgumentHelp(
      """
      A file with the key of the pseudonyms, 16 bytes at least: with one key a value has one \
      pseudonym in all bundles. Without it a key is made and written beside the bundle, as \
      BUNDLE.redact-key, which a later run uses again.
      """, valueName: "file"),
    completion: .file(), transform: { try Word.nonEmpty($0, "the name of a file") })
  var key: String?

  @OptionGroup var kind: PseudonymOption

  func validate() throws {
    if redact && !labels.isEmpty {
      throw ValidationError("--redact is for all labels: give it, or --redact-label, not both.")
    }
    if labels.contains("__name__") {
      throw ValidationError("--redact-label takes no __name__: names of metrics stay.")
    }
    if key != nil, !redact, labels.isEmpty {
      throw ValidationError("--key is for --redact and --redact-label.")
    }
  }

  /// The redactor that was asked for, if any, and the key that was made for it and has to be written.
  func redactor(for bundle: String) throws -> (redactor: Redactor, newKey: (String, String)?)? {
    guard redact || !labels.isEmpty else { return nil }
    let wanted = redact ? Evidence.Redaction.all : .labels(labels)
    return try RedactionKey.redactor(wanted, kind.pseudonyms, key: key, for: bundle)
  }
}

/// What pseudonyms look like.
struct PseudonymOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      What pseudonyms look like: plain (redacted- and 16 digits), length (as long as the value, but 12 \
      characters at least), shape (the same kinds of characters in the same places).
      """, valueName: "plain|length|shape"),
    transform: {
      guard let kind = Pseudonyms(rawValue: $0) else {
        throw ValidationError("'\($0)' is not plain, length or shape")
      }
      return kind
    })
  var pseudonyms = Pseudonyms.plain
}

/// The key of pseudonyms: one that is given, one that an earlier run made, or a new one.
enum RedactionKey {
  /// A redactor for `output`, and the key that was made for it and has to be written beside it.
  static func redactor(
    _ wanted: Evidence.Redaction, _ kind: Pseudonyms, key: String?, for output: String
  ) throws -> (redactor: Redactor, newKey: (String, String)?)? {
    let beside = output + ".redact-key"
    if let path = key ?? (FileStatus.exists(beside) ? beside : nil) {
      // One that was found and not given may be there because somebody wants to know the pseudonyms.
      let file = try key == nil ? MappedFile(secretAt: path) : MappedFile(path: path)
      guard let redactor = Redactor(wanted, key: [UInt8](file.bytes), pseudonyms: kind) else {
        throw ValidationError(
          "\(path) holds less than \(Redactor.keyLength) bytes, which is too short for a key.")
      }
      return (redactor, nil)
    }
    let made = Redactor.makeKey()
    return Redactor(wanted, key: Array(made.utf8), pseudonyms: kind).map { ($0, (beside, made)) }
  }
}
