import CognitoPool

/// `localpool serve [--listen 127.0.0.1:PORT] [--data DIR] …`
struct Arguments {
  private(set) var configuration = PoolConfiguration()

  static let usage = """
    usage: localpool serve [--listen 127.0.0.1:PORT] [--data DIR] [--seed FILE]
                           [--tls-cert FILE --tls-key FILE] [--public-url URL]
    """

  init(_ arguments: [String]) throws(PoolStartError) {
    guard arguments.first == "serve" else {
      throw .usage(arguments.isEmpty ? Self.usage : "unknown command \(arguments[0])\n\(Self.usage)")
    }
    var rest = arguments.dropFirst()
    while let option = rest.popFirst() {
      guard let value = rest.popFirst() else { throw .usage("\(option) needs a value\n\(Self.usage)") }
      try take(option, value)
    }
  }

  private mutating func take(_ option: String, _ value: String) throws(PoolStartError) {
    switch option {
    case "--listen":
      guard let address = ListenAddress(value) else {
        throw .usage("--listen takes a loopback address and a port, like 127.0.0.1:9229, not \(value)")
      }
      configuration.listen = address
    case "--data": configuration.dataFolder = value
    case "--seed": configuration.seedFile = value
    case "--tls-cert": configuration.tlsCertificate = value
    case "--tls-key": configuration.tlsKey = value
    case "--public-url": configuration.publicURL = value
    default: throw .usage("unknown option \(option)\n\(Self.usage)")
    }
  }
}
