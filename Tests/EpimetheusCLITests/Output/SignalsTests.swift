import Glibc
import Testing

@testable import EpimetheusCLI

@Suite struct SignalsTests {
  @Test func `a file cut short while it is read ends in a sentence and status 2`() async throws {
    let result = try await #require(
      processExitsWith: .exitCode(2), observing: [\.standardErrorContent]
    ) {
      Signals.install()
      raise(SIGBUS)
    }
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(text.contains("epimetheus: a file was cut short while it was being read\n"))
  }

  @Test func `a reader that went away ends the process by SIGPIPE, even if the parent ignored it`()
    async
  {
    await #expect(processExitsWith: .signal(SIGPIPE)) {
      signal(SIGPIPE, SIG_IGN)
      Signals.install()
      raise(SIGPIPE)
    }
  }
}
