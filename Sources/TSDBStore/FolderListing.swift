/// What is in a folder, for those who copy it or compare it, rather than read what it holds.
public enum FolderListing {
  /// Everything in the folder `path`, sorted by name.
  public static func entries(of path: String) throws(FileError) -> [FolderEntry] {
    try FileSystem.list(path)
  }
}
