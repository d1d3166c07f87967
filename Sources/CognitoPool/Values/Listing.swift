/// A part of a list, and where the next one begins.
struct Listing<Element> {
  let items: [Element]
  /// Nil: this was the last.
  let next: String?

  /// `items` in the order of their keys, after the one that a token stands for, whether that is still there or not.
  /// Without a limit, or with 0, as many as there may be.
  init(
    of items: [Element], after token: String?, limit: Int?, most: Int = 60, key: (Element) -> String
  ) throws(ServiceError) {
    let limit = limit.flatMap { $0 == 0 ? nil : $0 } ?? most
    var rest = items.sorted { key($0) < key($1) }[...]
    if let token {
      guard let bytes = Base64URL.decode(token), let last = String(validating: bytes, as: UTF8.self) else {
        throw .invalidParameter("Invalid pagination token given.")
      }
      rest = rest.drop { key($0) <= last }
    }
    self.items = Array(rest.prefix(limit))
    next = rest.count > limit ? self.items.last.map { Base64URL.encode([UInt8](key($0).utf8)) } : nil
  }

  /// The answer of a list operation.
  func answer(_ list: String, token: String, _ describe: (Element) -> JSON) -> [String: JSON] {
    var answer: [String: JSON] = [list: .array(items.map(describe))]
    answer[token] = next.map(JSON.string)
    return answer
  }
}
