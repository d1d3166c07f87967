/// What may stand in an HTTP header without breaking the answer it is in.
enum HeaderText {
  private static let separators = Set("()<>@,;:\\\"/[]?={} \t".utf8)

  /// Visible ASCII and blanks; a name has no separators either (RFC 9110 §5.1, §5.5).
  static func check(_ text: String, isName: Bool = false, at path: String) throws(MemberError) {
    let isVisible = text.utf8.allSatisfy { 0x20..<0x7F ~= $0 }
    let isToken = !text.isEmpty && !text.utf8.contains(where: separators.contains)
    guard isVisible, isToken || !isName else { throw MemberError(path: path, problem: "can not be an HTTP header") }
  }
}
