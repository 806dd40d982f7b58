import Glibc
import TSDBStore
import TestSupport
import Testing

@Suite struct LockFileTests {
  @Test func `a lock is absent, left or held, and stays as it is`() throws {
    let copy = try Fixture("damaged-base/main").copy()
    let path = copy.data + "/lock"
    #expect(try DataDirectory(path: copy.data).lock == .absent)

    try writeFile(path, [])
    #expect(try DataDirectory(path: copy.data).lock == .left)

    let descriptor = open(path, O_RDWR)
    defer { close(descriptor) }
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    let before = try TreeState(copy.data)
    #expect(try DataDirectory(path: copy.data).lock == .held)
    #expect(before.changes(to: try TreeState(copy.data)) == [])

    // Asking did not keep the lock: its owner can give it back and take it again.
    #expect(flock(descriptor, LOCK_UN) == 0)
    #expect(try DataDirectory(path: copy.data).lock == .left)
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
  }
}
