internal import EpimetheusCLI

@main
enum EntryPoint {
  static func main() async { await Program.main() }
}
