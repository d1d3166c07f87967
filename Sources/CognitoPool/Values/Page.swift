/// A part of a longer list, and where the next one begins.
enum Page {
  /// The items after the one whose id is `token`; a limit of zero is none.
  static func of<T>(
    _ items: [T], after token: String?, limit: Int, by id: (T) -> String
  ) throws(ServiceError) -> (page: [T], next: String?) {
    var rest = items[...]
    if let token {
      guard let index = items.firstIndex(where: { id($0) == token }) else {
        throw .invalidParameter("Invalid pagination token")
      }
      rest = items[(index + 1)...]
    }
    let page = limit > 0 ? Array(rest.prefix(limit)) : Array(rest)
    return (page, page.count < rest.count ? page.last.map(id) : nil)
  }
}
