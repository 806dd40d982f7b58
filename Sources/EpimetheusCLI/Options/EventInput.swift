internal import ArgumentParser
internal import TSDBEvidence

/// `--event TIME=TEXT`: when, in the ways that times are given, and what.
struct EventInput: ExpressibleByArgument {
  /// When.
  let time: TimeInput
  /// What.
  let text: String

  init?(argument: String) {
    guard let event = try? Self.parse(argument) else { return nil }
    self = event
  }

  private init(time: TimeInput, text: String) {
    self.time = time
    self.text = text
  }

  /// Reads an event, for an option.
  static func parse(_ argument: String) throws -> EventInput {
    guard let sign = argument.firstIndex(of: "=") else {
      throw ValidationError("it takes TIME=TEXT")
    }
    let text = argument[argument.index(after: sign)...]
    guard !text.isEmpty else { throw ValidationError("it takes TIME=TEXT, and there is no text") }
    return EventInput(time: try .parse(String(argument[..<sign])), text: String(text))
  }
}

extension Evidence.Moment {
  /// A time of the command line.
  init(_ input: TimeInput) {
    switch input {
    case .at(let time): self = .at(time)
    case .back(let distance): self = .back(distance)
    }
  }
}
