/// What is in a folder, for those who copy it or compare it, rather than read what it holds.
public enum FolderListing {
  /// Everything in the folder `path`, sorted by name.
  public static func entries(of path: String) throws(FileError) -> [FolderEntry] {
    try FileSystem.list(path)
  }

  /// `path` from the root on, with links followed; as it is where nothing is there.
  public static func realPath(_ path: String) throws(FileError) -> String {
    try FileSystem.realPath(path) ?? path
  }
}
