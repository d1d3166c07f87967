import CQREncode
import SessionModel

/// A QR code (ISO/IEC 18004), drawn in text: two modules to a character, one above the other.
///
/// Its modules are its content, so they are guarded as that is.
struct QRCode {
  /// Light modules around it. The standard wants four; readers make do with two, and more would not fit 24 lines.
  private static let margin = 2

  private let modules: Secret
  private let size: Int

  /// The smallest code that holds the text; nil where none does.
  init?(_ text: Secret) {
    let code = text.withRevealedBytes { bytes in
      QRcode_encodeData(Int32(bytes.count), bytes.bindMemory(to: UInt8.self).baseAddress, 0, QR_ECLEVEL_L)
    }
    guard let code else { return nil }
    defer { QRcode_free(code) }
    size = Int(code.pointee.width)
    modules = Secret(copying: UnsafeRawBufferPointer(start: code.pointee.data, count: size * size))
  }

  /// How many columns it takes.
  var width: Int { size + 2 * QRCode.margin }

  /// Its lines.
  ///
  /// - Parameter isColoured: light and dark are then set outright and look alike on every terminal; without, light is
  ///   the terminal's ink, which is right where that is dark.
  func drawing(isColoured: Bool) -> Secret {
    // Bright white on black; most of the characters take three bytes.
    let (start, end) = isColoured ? ("\u{1B}[40;97m", "\u{1B}[0m\n") : ("", "\n")
    let rows = (width + 1) / 2
    let bound = rows * (3 * width + start.utf8.count + end.utf8.count)
    return modules.withRevealedBytes { modules in
      let picture = UnsafeMutableRawBufferPointer.allocate(byteCount: bound, alignment: 1)
      defer { picture.deallocate() }
      var count = 0
      func write(_ text: String) {
        for byte in text.utf8 {
          picture[count] = byte
          count += 1
        }
      }
      for row in 0..<rows {
        write(start)
        for column in 0..<width {
          let upper = isDark(modules, column, 2 * row)
          write(QRCode.character(upper: upper, lower: isDark(modules, column, 2 * row + 1)))
        }
        write(end)
      }
      defer { picture.initializeMemory(as: UInt8.self, repeating: 0) }
      return Secret(copying: UnsafeRawBufferPointer(rebasing: picture[..<count]))
    }
  }

  private func isDark(_ modules: UnsafeRawBufferPointer, _ column: Int, _ row: Int) -> Bool {
    let (x, y) = (column - QRCode.margin, row - QRCode.margin)
    guard (0..<size).contains(x), (0..<size).contains(y) else { return false }
    return modules[y * size + x] & 1 == 1
  }

  private static func character(upper: Bool, lower: Bool) -> String {
    switch (upper, lower) {
    case (false, false): "█"
    case (false, true): "▀"
    case (true, false): "▄"
    case (true, true): " "
    }
  }
}
