// TSDBStoreTests
