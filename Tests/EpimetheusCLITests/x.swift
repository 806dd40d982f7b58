// EpimetheusCLITests
