/// Sizes as Prometheus reads them (units.Base2Bytes): `512MB`, in powers of 1024.
public enum PrometheusSize {
  /// The bytes of `text`; nil where it is no size.
  public static func bytes(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let name = text.dropFirst(digits.count).filter { $0 != "i" }
    let units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"]
    if name.isEmpty, text == "0" { return 0 }
    guard let number = Int(digits), let power = units.firstIndex(of: String(name)) else {
      return nil
    }
    let (bytes, tooLarge) = number.multipliedReportingOverflow(by: 1 << (10 * power))
    return tooLarge ? .max : bytes
  }
}
