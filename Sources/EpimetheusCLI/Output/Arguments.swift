internal import CProcess

/// What was typed behind the program's name.
enum Arguments {
  /// Taken from the kernel and not from `CommandLine`, which has nothing where /proc is not mounted.
  static let typed: [String] = {
    var typed: [String] = []
    while let place = Int32(exactly: typed.count + 1), let text = unsafe epimetheus_argument(place)
    {
      unsafe typed.append(String(cString: text))
    }
    return typed
  }()
}
