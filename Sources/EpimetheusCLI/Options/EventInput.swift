internal import ArgumentParser
internal import TSDBEvidence

/// `--event TIME=TEXT`: when, in the ways that times are given, and what.
struct EventInput: ExpressibleByArgument {
  /// When.
  let time: TimeInput
  /// What.
  let text: String

  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="),
      let time = TimeInput(argument: String(argument[..<sign]))
    else { return nil }
    let text = argument[argument.index(after: sign)...]
    guard !text.isEmpty else { return nil }
    self.time = time
    self.text = String(text)
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
