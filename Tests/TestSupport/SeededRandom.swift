import Glibc

/// Random numbers that come again for the same seed (SplitMix64). Put `seed` in the test's message,
/// so that a failure can be repeated with `EPIMETHEUS_SEED`.
public struct SeededRandom: RandomNumberGenerator {
  /// What makes the numbers come again.
  public let seed: UInt64
  private var state: UInt64

  /// Starts from `EPIMETHEUS_SEED` if that is set, else from `seed`.
  public init(seed: UInt64) {
    let given = getenv("EPIMETHEUS_SEED").flatMap { UInt64(String(cString: $0)) }
    self.seed = given ?? seed
    state = self.seed
  }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
