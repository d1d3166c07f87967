extension Operation {
  /// Identity pools, and the part of STS that goes with them.
  static let identities: [String: Operation] = [
    "AssumeRoleWithWebIdentity": Operation(onAllPools: { try $0.assumeRoleWithWebIdentity($1) }),
    "CreateIdentityPool": Operation(onAllPools: { try $0.createIdentityPool($1) }),
    "DeleteIdentities": Operation(onAllPools: { try $0.deleteIdentities($1) }),
    "DeleteIdentityPool": Operation(onAllPools: { try $0.deleteIdentityPool($1) }),
    "DescribeIdentity": Operation(identities: .identity) { try $0.describeIdentity($1) },
    "DescribeIdentityPool": Operation(identities: .pool) { $0.describeIdentityPool($1) },
    "GetCallerIdentity": Operation(onAllPools: { try $0.getCallerIdentity($1) }),
    "GetCredentialsForIdentity": Operation(identities: .identity) { try $0.getCredentialsForIdentity($1) },
    "GetId": Operation(identities: .pool) { try $0.getID($1) },
    "GetIdentityPoolRoles": Operation(identities: .pool) { $0.getIdentityPoolRoles($1) },
    "GetOpenIdToken": Operation(identities: .identity) { try $0.getOpenIDToken($1) },
    "ListIdentities": Operation(identities: .pool) { try $0.listIdentities($1) },
    "ListIdentityPools": Operation(onAllPools: { try $0.listIdentityPools($1) }),
    "SetIdentityPoolRoles": Operation(identities: .pool) { try $0.setIdentityPoolRoles($1) },
    "UnlinkIdentity": Operation(identities: .identity) { try $0.unlinkIdentity($1) },
    "UpdateIdentityPool": Operation(identities: .pool) { try $0.updateIdentityPool($1) },
  ]
}
