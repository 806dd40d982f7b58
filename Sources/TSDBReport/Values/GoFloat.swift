internal import TSDBFormat

/// Floats as Go prints them with `%g`, which is how promtool prints them: the shortest digits that are
/// read back as the same bits, with an exponent below 1e-04 and from 1e+06 on (strconv/ftoa.go). JSON
/// has such numbers too.
enum GoFloat {
  /// Appends `value`; NaN of any bits is `NaN`, infinities have their sign: `+Inf`.
  static func append(_ value: Double, to out: inout ByteBuffer) {
    guard value.isFinite else {
      out.append(value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf")
      return
    }
    if value.sign == .minus { out.append(UInt8(ascii: "-")) }
    let size = value.magnitude
    if size < 1e6, let whole = UInt64(exactly: size) {
      out.append(decimal: whole)
      return
    }
    let decimal = ShortestDecimal(size)
    if decimal.exponent < -4 || decimal.exponent >= 6 {
      out.append(decimal: decimal.digits, places: decimal.count - 1)
      appendExponent(decimal.exponent, to: &out)
    } else {
      // Whole numbers below 1e6 are done, so there is something behind the point.
      out.append(decimal: decimal.digits, places: decimal.count - 1 - decimal.exponent)
    }
  }

  /// `e+06`, `e-324`: two digits at least.
  private static func appendExponent(_ exponent: Int, to out: inout ByteBuffer) {
    out.append(exponent < 0 ? "e-" : "e+")
    if exponent.magnitude < 10 { out.append(UInt8(ascii: "0")) }
    out.append(decimal: UInt64(exponent.magnitude))
  }
}
