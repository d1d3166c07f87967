// swift-tools-version: 6.2
import PackageDescription

/// The rules every target of ours is compiled under.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioConcurrencyHelpers = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let tomlKit = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")

let package = Package(
  name: "session-agent",
  products: [
    .executable(name: "session-agent", targets: ["session-agent"]),
    .executable(name: "agentctl", targets: ["agentctl"]),
    .executable(name: "localpool", targets: ["localpool"]),
    .library(name: "SessionAgentClient", targets: ["SessionAgentClient"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
    .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
    .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit.git", exact: "0.6.0"),
  ],
  targets: [
    // What the system gives.
    .target(name: "CSystemCalls"),
    .target(name: "CTPM"),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CLibSecret", pkgConfig: "libsecret-1", providers: [.apt(["libsecret-1-dev"])]),

    // libqrencode 4.1.1 as its authors published it: no Debian package has it as a static library.
    .target(
      name: "CQREncode", exclude: ["COPYING", "README.md"],
      cSettings: [
        .define("MAJOR_VERSION", to: "4"), .define("MINOR_VERSION", to: "1"), .define("MICRO_VERSION", to: "1"),
        .define("VERSION", to: "\"4.1.1\""), .define("STATIC_IN_RELEASE", to: "static"),
        .define("HAVE_STRDUP", to: "1"),
      ]),

    // Values and pure logic.
    .target(name: "SessionModel", swiftSettings: strict),
    .target(name: "WireJSON", dependencies: ["SessionModel"], swiftSettings: strict),
    .target(name: "SessionCrypto", dependencies: ["SessionModel", "COpenSSL"], swiftSettings: strict),
    .target(name: "SessionAPI", dependencies: ["SessionModel", "WireJSON"], swiftSettings: strict),

    // The agent's parts, and the agent.
    .target(
      name: "AuthFlows",
      dependencies: [
        "SessionModel", "WireJSON", "SessionCrypto", asyncHTTPClient, nioCore, nioPosix, nioHTTP1, nioSSL, logging,
      ],
      swiftSettings: strict),
    .target(
      name: "SessionStore",
      dependencies: [
        "SessionModel", "WireJSON", "SessionCrypto", "CLibSecret", "CSystemCalls", "CTPM", grdb, grdbSQLite,
      ],
      swiftSettings: strict),
    .target(
      name: "SessionAgent",
      dependencies: [
        "SessionModel", "WireJSON", "SessionCrypto", "SessionAPI", "AuthFlows", "SessionStore", "CSystemCalls",
        "CLibSecret", nioConcurrencyHelpers, nioCore, nioPosix, nioHTTP1, logging, tomlKit,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "session-agent", dependencies: ["SessionAgent", "CSystemCalls"], swiftSettings: strict),

    // Clients: no Foundation, no NIO.
    .target(
      name: "SessionAgentClient", dependencies: ["SessionModel", "WireJSON", "SessionAPI", "CSystemCalls"],
      swiftSettings: strict),
    .executableTarget(
      name: "agentctl",
      dependencies: [
        "SessionModel", "WireJSON", "SessionAPI", "SessionAgentClient", "CSystemCalls", "CQREncode", argumentParser,
      ],
      swiftSettings: strict),

    // The local pool: the flows' oracle, so it imports nothing of ours.
    .target(
      name: "CognitoPool", dependencies: ["COpenSSL", nioCore, nioPosix, nioHTTP1, nioSSL], swiftSettings: strict),
    .executableTarget(name: "localpool", dependencies: ["CognitoPool"], swiftSettings: strict),

    // What a proof by SRP costs; see Benchmarks/README.md.
    .executableTarget(
      name: "srp-benchmark", dependencies: ["SessionModel", "SessionCrypto", "AuthFlows"], path: "Benchmarks/srp",
      swiftSettings: strict),

    // Tests. Those of whole programs are in Tests/EndToEnd, in Python.
    .testTarget(name: "SessionModelTests", dependencies: ["SessionModel"], swiftSettings: strict),
    .target(
      name: "Simulation", dependencies: ["SessionModel"], path: "Tests/Simulation",
      swiftSettings: strict + [.unsafeFlags(["-O"])]),
    .target(name: "CSimulation", dependencies: ["CSystemCalls"], path: "Tests/CSimulation"),
    .executableTarget(
      name: "agent-simulator",
      dependencies: [
        "CSimulation", "Simulation", "SessionAgent", "SessionStore", "SessionModel", "AuthFlows", "WireJSON",
        "CognitoPool", nioCore, nioHTTP1, logging,
      ],
      path: "Tests/agent-simulator", swiftSettings: strict),
    .executableTarget(
      name: "session-simulator", dependencies: ["SessionModel", "Simulation"], path: "Tests/session-simulator",
      // Optimised in every build: what it finds grows with the days that it lives through.
      swiftSettings: strict + [.unsafeFlags(["-O"])]),
    .testTarget(
      name: "SessionSimulationTests",
      dependencies: ["session-simulator", "agent-simulator", "Simulation", "SessionModel"], swiftSettings: strict),
    .testTarget(name: "WireJSONTests", dependencies: ["SessionModel", "WireJSON"], swiftSettings: strict),
    .testTarget(
      name: "SessionAPITests", dependencies: ["SessionModel", "WireJSON", "SessionAPI"], swiftSettings: strict),
    .testTarget(
      name: "AuthFlowsTests",
      dependencies: [
        "SessionModel", "WireJSON", "SessionCrypto", "AuthFlows", "COpenSSL", nioCore, nioPosix, nioHTTP1, nioSSL,
      ], swiftSettings: strict),
    .executableTarget(
      name: "keystore-probe", dependencies: ["SessionModel", "SessionStore", "CSystemCalls"],
      path: "Tests/keystore-probe", swiftSettings: strict),
    .testTarget(
      name: "SessionStoreTests",
      dependencies: ["SessionModel", "SessionCrypto", "SessionStore", "CSystemCalls", "keystore-probe", grdb],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "SessionAgentTests",
      dependencies: [
        "SessionAgent", "SessionAPI", "SessionModel", "SessionStore", "AuthFlows", "WireJSON", "CognitoPool",
        "agentctl", "CSystemCalls", nioCore, nioPosix, nioHTTP1, logging, argumentParser,
      ], swiftSettings: strict),
    .testTarget(
      name: "AgentctlTests",
      dependencies: ["agentctl", "SessionModel", "WireJSON", "SessionAPI", "SessionAgentClient", "CSystemCalls"],
      swiftSettings: strict),
    .testTarget(
      name: "CognitoPoolTests", dependencies: ["CognitoPool", "COpenSSL", nioCore, nioPosix, nioHTTP1],
      swiftSettings: strict),
  ]
)

// It lives inside the agent, which only a debug build opens to its tests: scripts/lib/build.sh leaves it out of releases.
if Context.environment["SESSION_AGENT_RELEASE"] != nil {
  package.targets.removeAll { ["agent-simulator", "SessionSimulationTests"].contains($0.name) }
}
