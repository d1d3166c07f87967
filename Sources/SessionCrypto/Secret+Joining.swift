public import SessionModel

extension Secret {
  /// The parts, one after the other.
  public init(joining parts: [Secret]) {
    self.init(count: parts.reduce(0) { $0 + $1.count }) { output in
      var position = 0
      for part in parts {
        part.withRevealedBytes { bytes in
          UnsafeMutableRawBufferPointer(rebasing: output[position...]).copyMemory(from: bytes)
          position += bytes.count
        }
      }
    }
  }
}
