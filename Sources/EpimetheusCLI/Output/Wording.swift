// How numbers, times and foreign text are worded is shared with the reports of TSDBEvidence; every file
// of the command line may use it.
@_exported public import Wording
