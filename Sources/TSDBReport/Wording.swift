// How numbers, times and foreign text are worded is shared with the reports of TSDBEvidence; every file
// of this target, and whoever imports it, may use it.
@_exported public import Wording
