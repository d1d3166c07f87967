internal import GRDB

/// The store's schema: named migrations, appended to and never changed. Each change comes with a store made by the
/// schema before it, kept among the tests. A migration may add tables and columns, but not
/// change rows: the manifest speaks of them, and the key is not at hand.
enum Schema {
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1-sessions") { try $0.execute(sql: sessions) }
    migrator.registerMigration("2-journal") { try $0.execute(sql: journal) }
    migrator.registerMigration("3-manifest") { try $0.execute(sql: manifest) }
    migrator.registerMigration("4-devices") { try $0.execute(sql: devices) }
    return migrator
  }()

  private static let sessions = """
    CREATE TABLE store (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      store_id TEXT NOT NULL,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE slot (
      source TEXT PRIMARY KEY NOT NULL,
      created_at INTEGER NOT NULL,
      parameters BLOB NOT NULL,
      wrapped BLOB NOT NULL
    ) STRICT;
    CREATE TABLE generation (
      name TEXT PRIMARY KEY NOT NULL,
      last INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE session (
      name TEXT PRIMARY KEY NOT NULL REFERENCES generation (name),
      id TEXT NOT NULL UNIQUE,
      profile TEXT NOT NULL,
      provider TEXT NOT NULL,
      issuer TEXT NOT NULL,
      client_id TEXT NOT NULL,
      generation INTEGER NOT NULL,
      details BLOB NOT NULL,
      access_token BLOB NOT NULL,
      access_claims BLOB,
      id_token BLOB,
      id_claims BLOB,
      refresh_token BLOB,
      revocation BLOB
    ) STRICT;
    CREATE TABLE revocation (
      id TEXT PRIMARY KEY NOT NULL,
      subject TEXT NOT NULL UNIQUE,
      session TEXT NOT NULL,
      profile TEXT NOT NULL,
      issuer TEXT NOT NULL,
      client_id TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      gives_up_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL,
      last_error TEXT,
      sealed BLOB NOT NULL
    ) STRICT;
    CREATE TABLE client_secret (
      profile TEXT PRIMARY KEY NOT NULL,
      sealed BLOB NOT NULL
    ) STRICT;
    CREATE TABLE cache (
      key TEXT PRIMARY KEY NOT NULL,
      value BLOB NOT NULL,
      stored_at INTEGER NOT NULL
    ) STRICT;
    """

  private static let journal = """
    CREATE TABLE journal (
      session TEXT NOT NULL,
      seq INTEGER NOT NULL,
      at INTEGER NOT NULL,
      entry TEXT NOT NULL,
      PRIMARY KEY (session, seq)
    ) STRICT, WITHOUT ROWID;
    """

  /// What was written without the key is noted down until somebody has it again.
  private static let manifest = """
    CREATE TABLE manifest (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      sealed BLOB NOT NULL
    ) STRICT;
    CREATE TABLE unsealed_change (
      table_name TEXT NOT NULL,
      row_key TEXT NOT NULL,
      PRIMARY KEY (table_name, row_key)
    ) STRICT;
    """

  /// Who a device is remembered for is sealed with it.
  private static let devices = """
    CREATE TABLE device (
      id TEXT PRIMARY KEY NOT NULL,
      profile TEXT NOT NULL,
      sealed BLOB NOT NULL
    ) STRICT;
    """
}
