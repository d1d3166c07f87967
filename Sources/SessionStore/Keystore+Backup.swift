extension Keystore {
  /// The store as it is now, as the bytes of one consistent file: a copy that opens by the same slots.
  public func backup() throws(StoreError) -> [UInt8] {
    guard let database = try opened() else { throw .uninitialized }
    return try access { () throws(StoreError) in try database.serialized() }
  }
}
