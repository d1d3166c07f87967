extension UnsafeRawBufferPointer {
  /// Whether the bytes are text in UTF-8 (RFC 3629); nothing is copied.
  package var isWellFormedUTF8: Bool {
    if allSatisfy({ $0 < 0x80 }) { return true }
    var decoder = UTF8()
    var iterator = makeIterator()
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue: continue
      case .emptyInput: return true
      case .error: return false
      }
    }
  }
}
