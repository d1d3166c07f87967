public import WireJSON

/// Where pinentry can ask: what its asker knows of its display and terminal. An unknown member is refused.
public struct PinentryDocument: WireDocument, Hashable {
  /// `$DISPLAY`.
  public var display: String?
  /// `$WAYLAND_DISPLAY`.
  public var waylandDisplay: String?
  /// `$XAUTHORITY`.
  public var xAuthority: String?
  /// The terminal's device, as `$GPG_TTY` has it.
  public var ttyName: String?
  /// `$TERM` of that terminal.
  public var ttyType: String?
  /// The locale of what is typed.
  public var lcCtype: String?

  /// Nowhere, or there.
  public init(
    display: String? = nil, waylandDisplay: String? = nil, xAuthority: String? = nil, ttyName: String? = nil,
    ttyType: String? = nil, lcCtype: String? = nil
  ) {
    self.display = display
    self.waylandDisplay = waylandDisplay
    self.xAuthority = xAuthority
    self.ttyName = ttyName
    self.ttyType = ttyType
    self.lcCtype = lcCtype
  }

  /// Whether a person could see it there.
  public var isSomewhere: Bool { display != nil || waylandDisplay != nil || ttyName != nil }

  /// Reads it from JSON.
  public init(json: JSONValue) throws {
    let fields = try JSONFields(json)
    try fields.allowOnly(["display", "wayland_display", "xauthority", "ttyname", "ttytype", "lc_ctype"])
    self.init(
      display: try fields.optionalString("display"), waylandDisplay: try fields.optionalString("wayland_display"),
      xAuthority: try fields.optionalString("xauthority"), ttyName: try fields.optionalString("ttyname"),
      ttyType: try fields.optionalString("ttytype"), lcCtype: try fields.optionalString("lc_ctype"))
  }

  /// Each member by its name.
  public var members: [(name: String, value: String?)] {
    [
      ("display", display), ("wayland_display", waylandDisplay), ("xauthority", xAuthority), ("ttyname", ttyName),
      ("ttytype", ttyType), ("lc_ctype", lcCtype),
    ]
  }

  /// The members that say something.
  public var json: JSONValue {
    .object(members.compactMap { name, value in value.map { JSONMember(name, .string($0)) } })
  }
}
