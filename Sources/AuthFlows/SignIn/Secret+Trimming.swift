internal import SessionModel

extension Secret {
  /// Without the spaces, tabs and line ends that pasting a code brings along, inside too.
  func trimmingSpace() -> Secret {
    withRevealedBytes { bytes in
      let kept = bytes.indices.filter { ![0x20, 0x09, 0x0A, 0x0D].contains(bytes[$0]) }
      return Secret(count: kept.count) { output in
        for (position, index) in kept.enumerated() { output[position] = bytes[index] }
      }
    }
  }
}
