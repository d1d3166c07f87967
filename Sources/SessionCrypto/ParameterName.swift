extension StaticString {
  /// The text for OpenSSL's parameter lists, which keep the pointer to a name: it must outlive the call, and only a
  /// literal's memory does. (A Swift string given for a `const char *` lives for that one call.)
  var parameterName: UnsafePointer<CChar> { UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self) }
}
