/// GetUserAttributeVerificationCode and VerifyUserAttribute.
extension PoolTurn {
  mutating func getUserAttributeVerificationCode(_ request: Request) throws -> [String: JSON] {
    var user = try userOfAccessToken(request.text("AccessToken"))
    let medium = try medium(request.text("AttributeName"))
    try count("GetUserAttributeVerificationCode", &user)
    let pending = user.codes[.verify(medium)]?.address
    guard let address = pending ?? user.attributes[medium.attribute] else {
      throw ServiceError.invalidParameter("User does not have the attribute \(medium.attribute)")
    }
    let details = sendCode(.verify(medium), to: user, by: medium, at: address, proves: pending != nil)
    return ["CodeDeliveryDetails": details]
  }

  mutating func verifyUserAttribute(_ request: Request) throws -> [String: JSON] {
    var user = try userOfAccessToken(request.text("AccessToken"))
    let medium = try medium(request.text("AttributeName"))
    try count("VerifyUserAttribute", &user)
    let sent = try take(request.text("Code"), .verify(medium), from: &user)
    let attribute = medium.attribute
    guard let address = sent.address ?? user.attributes[attribute] else { throw ServiceError.expiredCode }
    guard pool.holder(of: attribute, address, besides: user) == nil else { throw ServiceError.aliasExists(attribute) }
    user.attributes[attribute] = address
    user.attributes["\(attribute)_verified"] = "true"
    update(user)
    return [:]
  }

  private func medium(_ attribute: String) throws(ServiceError) -> DeliveryMedium {
    guard let medium = DeliveryMedium(attribute: attribute) else {
      throw .invalidParameter("Invalid attribute: only email and phone_number can be verified")
    }
    return medium
  }
}
