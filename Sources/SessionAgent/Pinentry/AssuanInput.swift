internal import CSystemCalls

/// What came from an Assuan server and is not read yet, in memory that is overwritten: a line of it may be a passphrase.
struct AssuanInput: ~Copyable {
  private let memory: UnsafeMutableRawBufferPointer
  private var count = 0

  init() {
    memory = .allocate(byteCount: AssuanText.longestLine + 2, alignment: 16)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
  }

  deinit {
    csystem_wipe(memory.baseAddress, memory.count)
    memory.deallocate()
  }

  /// Takes in what `read` puts into the room that is left: it returns how many bytes, which are passed on.
  mutating func fill(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
    let got = read(UnsafeMutableRawBufferPointer(rebasing: memory[count...]))
    count += max(0, got)
    return got
  }

  /// The next line, once it is whole.
  ///
  /// - Throws: `unintelligible` where it is no Assuan, or longer than a line may be.
  mutating func next() throws(PinentryFailure) -> AssuanLine? {
    guard let end = memory[..<count].firstIndex(of: UInt8(ascii: "\n")) else {
      guard count < memory.count else { throw .unintelligible }
      return nil
    }
    let hasReturn = end > 0 && memory[end - 1] == UInt8(ascii: "\r")
    let line = AssuanLine(UnsafeRawBufferPointer(rebasing: memory[..<(hasReturn ? end - 1 : end)]))
    let left = count - end - 1
    memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[(end + 1)..<count]))
    csystem_wipe(memory.baseAddress.map { $0 + left }, count - left)
    count = left
    guard let line else { throw .unintelligible }
    return line
  }
}
