// What commands show is worded and written by TSDBReport; every file of the command line may use it, and
// the words of Wording with it.
@_exported public import TSDBReport
