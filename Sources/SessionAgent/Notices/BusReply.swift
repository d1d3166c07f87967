internal import CLibSecret

/// A reply's values, whose type was checked; it lives as long as who takes the answer.
struct BusReply {
  private let tuple: OpaquePointer

  init(_ tuple: OpaquePointer) { self.tuple = tuple }

  /// The first value, a string.
  var text: String { text(at: 0) }

  func text(at index: Int) -> String { Self.take(g_variant_get_child_value(tuple, gsize(index)), Self.string) }

  /// The first value, a number.
  var number: UInt32 { Self.take(g_variant_get_child_value(tuple, 0), g_variant_get_uint32) }

  /// The first value, a list of strings.
  var texts: [String] {
    Self.take(g_variant_get_child_value(tuple, 0)) { list in
      (0..<g_variant_n_children(list)).map { Self.take(g_variant_get_child_value(list, $0), Self.string) }
    }
  }

  private static func string(_ variant: OpaquePointer?) -> String {
    g_variant_get_string(variant, nil).map { String(cString: $0) } ?? ""
  }

  private static func take<Value>(_ variant: OpaquePointer?, _ read: (OpaquePointer?) -> Value) -> Value {
    defer { g_variant_unref(variant) }
    return read(variant)
  }
}
