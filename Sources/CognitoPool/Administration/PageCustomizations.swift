/// SetUICustomization and GetUICustomization: the look of the hosted pages, for all clients or one.
extension PoolTurn {
  private static let all = "ALL"

  mutating func setUICustomization(_ request: Request) throws -> [String: JSON] {
    let place = try place(request)
    guard pool.settings.domain != nil else {
      throw ServiceError.invalidParameter("There has to be an existing domain associated with this user pool.")
    }
    if request.string("CSS") == nil, request.string("ImageFile") == nil {
      throw ServiceError.invalidParameter("CSS and/or ImageFile has to be provided.")
    }
    if let css = request.string("CSS") { try PageStyle.check(css: css) }
    if let image = request.string("ImageFile") { try PageStyle.check(image: image) }
    let old = pool.settings.customizations[place]
    let made = PageCustomization(
      css: request.string("CSS") ?? old?.css, image: request.string("ImageFile") ?? old?.image,
      createdAt: old?.createdAt ?? now, modifiedAt: now)
    pool.settings.customizations[place] = made
    return ["UICustomization": description(made, place)]
  }

  /// A client without a look of its own has everybody's.
  func getUICustomization(_ request: Request) throws -> [String: JSON] {
    let place = try place(request)
    if let own = pool.settings.customizations[place] { return ["UICustomization": description(own, place)] }
    guard let common = pool.settings.customizations[Self.all] else { return ["UICustomization": .object([:])] }
    return ["UICustomization": description(common, Self.all)]
  }

  private func place(_ request: Request) throws(ServiceError) -> String {
    guard let id = request.string("ClientId"), id != Self.all else { return Self.all }
    return try client(id).id
  }

  private func description(_ customization: PageCustomization, _ place: String) -> JSON {
    var members: [String: JSON] = [
      "UserPoolId": .string(pool.id), "ClientId": .string(place),
      "CreationDate": .number(customization.createdAt), "LastModifiedDate": .number(customization.modifiedAt),
    ]
    members["CSS"] = customization.css.map(JSON.string)
    members["CSSVersion"] = customization.css.map { _ in .string("1") }
    return .object(members)
  }
}
