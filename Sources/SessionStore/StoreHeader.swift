internal import Foundation

/// The first 100 bytes of a store's file, of which most are the same in all stores (SQLite, "Database File Format",
/// 1.3): one flipped bit among them would keep SQLite from all the rest.
enum StoreHeader {
  private static let pageSize = 4096
  private static let constant: [(offset: Int, bytes: [UInt8])] = [
    (0, Array("SQLite format 3\u{0}".utf8)), (16, [0x10, 0]), (18, [2, 2, 0, 64, 32, 32]), (44, [0, 0, 0, 4]),
    (52, [0, 0, 0, 0, 0, 0, 0, 1]), (64, [0, 0, 0, 0]),
  ]

  /// Writes what all stores have into the header of a copy, and as many pages as the file has.
  static func mend(_ copy: String) throws {
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: copy))
    defer { try? file.close() }
    let pages = Int(try file.seekToEnd()) / pageSize
    guard pages > 0 else { return }
    for (offset, bytes) in constant { try write(bytes, at: offset, file) }
    try write(pages.bigEndianBytes, at: 28, file)
    // The count holds where the file's change counter is the one that it was written at.
    try file.seek(toOffset: 24)
    try write(Array(try file.read(upToCount: 4) ?? Data()), at: 92, file)
  }

  private static func write(_ bytes: [UInt8], at offset: Int, _ file: FileHandle) throws {
    try file.seek(toOffset: UInt64(offset))
    try file.write(contentsOf: Data(bytes))
  }
}
