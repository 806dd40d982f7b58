/// This release of Epimetheus.
package enum Release {
  /// The only place that says it.
  package static let version = "0.1.0"
}
