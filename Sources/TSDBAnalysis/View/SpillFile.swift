internal import Glibc
internal import TSDBStore

/// A temporary file for what does not fit into memory. It has no name from its first moment on, so
/// that nothing is left of it however the process ends.
///
/// The only thing a reading command ever writes besides its output, and never into the inspected
/// directory.
@safe
final class SpillFile: @unchecked Sendable {
  /// A stretch of the file.
  struct Extent: Sendable {
    let offset: Int
    let size: Int
  }

  private let folder: String
  private let descriptor: Int32
  private var size = 0

  /// Makes a file in `folder`; throws `FileError.system` if it cannot.
  init(in folder: String) throws(FileError) {
    self.folder = folder
    var name = Array((folder + "/epimetheus-XXXXXX").utf8CString)
    let descriptor = unsafe mkstemp(&name)
    guard descriptor >= 0 else {
      throw .system(path: folder, operation: "create a temporary file", errno: errno)
    }
    unsafe unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Appends plain values.
  func append<Element: BitwiseCopyable>(
    _ elements: Span<Element>
  ) throws(FileError) -> Extent {
    let count = elements.count * MemoryLayout<Element>.stride
    let failure: Int32? = unsafe elements.withUnsafeBytes { bytes in
      var done = 0
      while done < count {
        let written = unsafe pwrite(
          descriptor, bytes.baseAddress?.advanced(by: done), count - done, off_t(size + done))
        if written < 0 && errno == EINTR { continue }
        if written <= 0 { return written == 0 ? ENOSPC : errno }
        done += written
      }
      return nil
    }
    if let failure {
      throw .system(path: folder, operation: "write a temporary file", errno: failure)
    }
    let extent = Extent(offset: size, size: count)
    size += count
    return extent
  }

  /// Reads back what `append` wrote to `extent`, into `elements`, which has room for it.
  func read<Element: BitwiseCopyable>(
    _ extent: Extent, into elements: inout MutableSpan<Element>, at index: Int
  ) throws(FileError) {
    let start = index * MemoryLayout<Element>.stride
    let failure: Int32? = unsafe elements.withUnsafeMutableBytes { bytes in
      guard start >= 0, extent.size <= bytes.count - start else { return EINVAL }
      var done = 0
      while done < extent.size {
        let got = unsafe pread(
          descriptor, bytes.baseAddress?.advanced(by: start + done), extent.size - done,
          off_t(extent.offset + done))
        if got < 0 && errno == EINTR { continue }
        if got <= 0 { return got == 0 ? EIO : errno }
        done += got
      }
      return nil
    }
    if let failure {
      throw .system(path: folder, operation: "read a temporary file", errno: failure)
    }
  }
}
