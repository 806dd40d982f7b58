internal import Crypto

/// Pseudonyms of the same shape as the value: a keyed permutation of the values of each shape, so that two
/// values never have the same pseudonym.
///
/// Each run of a value is permuted by itself, under a tweak of all that stands around it, the runs before
/// it being permuted already; if there are several, twice. A run is a row of digits, each with the base of
/// its alphabet. A Feistel network permutes all such rows: in turns, one half gets digits added, modulo
/// their bases, that the keyed hash gives for the other half. An image of another shape (`a1` for `7f` is
/// one of the same, `42` is not) is permuted again until it has the shape. That walks along the cycle of
/// the permutation on which the value itself lies, so it ends; and as half of the images or more have the
/// shape, whatever the run, it ends soon.
extension Redactor {
  /// Longer values get pseudonyms of the same length only.
  static let longestShape = 4096
  /// So do values with more runs: each run is hashed with all the others.
  static let mostRuns = 64
  /// Rounds of the Feistel network.
  private static let rounds: UInt8 = 10

  /// A value of the shape of `value`; one with the same length where it has none that can be kept.
  func shapePseudonym(of value: [UInt8]) -> [UInt8] {
    guard value.count <= Self.longestShape, let shape = CharacterShape(value),
      shape.runs.count <= Self.mostRuns
    else { return lengthPseudonym(of: value) }
    var image = value
    for pass in 0..<(shape.runs.count > 1 ? 2 : 1) {
      for run in shape.runs {
        permute(&image, run, shape, tweak: tweak(image, run, shape, pass: UInt8(pass)))
      }
    }
    return image
  }

  /// What a run's permutation depends on besides the key: its place, its shape, and what is around it.
  private func tweak(
    _ image: [UInt8], _ run: [Int], _ shape: CharacterShape, pass: UInt8
  ) -> [UInt8] {
    var message = Array("shape:".utf8) + [pass] + Self.bytes(of: UInt64(run.first ?? 0))
    message += shape.alphabets.map(\.rawValue)
    var around = image
    for place in run { around[place] = 0 }
    return Array(hash(message + around))
  }

  private func permute(
    _ image: inout [UInt8], _ run: [Int], _ shape: CharacterShape, tweak: [UInt8]
  ) {
    let alphabets = run.map { shape.alphabets[$0].characters }
    let bases = alphabets.map(\.count)
    var digits = zip(run, alphabets).map { place, alphabet in
      alphabet.firstIndex(of: image[place]) ?? 0
    }
    repeat {
      for round in 0..<Self.rounds { turn(&digits, bases, round, tweak) }
      for (index, place) in run.enumerated() { image[place] = alphabets[index][digits[index]] }
    } while CharacterShape(image) != shape
  }

  /// One round: the digits of one half grow by what the other half's hash gives.
  private func turn(_ digits: inout [Int], _ bases: [Int], _ round: UInt8, _ tweak: [UInt8]) {
    let middle = digits.count / 2
    let changes = round.isMultiple(of: 2) ? middle..<digits.count : 0..<middle
    guard !changes.isEmpty else { return }
    let other = round.isMultiple(of: 2) ? 0..<middle : middle..<digits.count
    let seed = Array(hash(tweak + [round] + digits[other].map { UInt8(truncatingIfNeeded: $0) }))
    var stream = seed
    var block: UInt64 = 0
    var next = 0
    for place in changes {
      if next + 2 > stream.count {
        block &+= 1
        stream = Array(hash(seed + Self.bytes(of: block)))
        next = 0
      }
      let number = Int(stream[next]) << 8 | Int(stream[next + 1])
      next += 2
      digits[place] = (digits[place] + number) % bases[place]
    }
  }
}
