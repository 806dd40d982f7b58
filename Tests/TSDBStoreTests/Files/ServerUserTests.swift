import TSDBStore
import Testing

@Suite struct ServerUserTests {
  private func access(_ owner: UInt32, _ group: UInt32, _ mode: UInt32) -> FileAccess {
    FileAccess(owner: owner, group: group, mode: mode)
  }

  @Test func `the bits of owner, group and others count, in that order`() {
    let user = ServerUser(id: 1000, group: 2000)
    #expect(user.mayRead(access(1000, 0, 0o400)))
    #expect(!user.mayRead(access(1000, 2000, 0o044)))
    #expect(user.mayWrite(access(0, 2000, 0o020)))
    #expect(!user.mayWrite(access(0, 2000, 0o702)))
    #expect(user.mayEnter(access(0, 0, 0o701)))
    #expect(!user.mayRead(access(0, 0, 0o600)))
  }

  @Test func `root may do everything`() {
    let root = ServerUser(id: 0, group: 0)
    #expect(root.mayRead(access(1000, 1000, 0)) && root.mayWrite(access(1000, 1000, 0)))
  }

  @Test func `modes are written as chmod takes them`() {
    #expect(access(0, 0, 0o644).modeText == "644")
    #expect(access(0, 0, 0o2775).modeText == "2775")
    #expect(access(0, 0, 0o4).modeText == "004")
    #expect(access(0, 0, 0).ownerText == "root")
    #expect(access(1000, 0, 0).ownerText == "user 1000")
  }
}
