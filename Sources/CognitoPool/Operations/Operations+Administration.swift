extension Operation {
  /// What administrators do with user pools, their clients and their users.
  static let administration: [String: Operation] = pools.merging(users) { $1 }.merging(groups) { $1 }

  private static let pools: [String: Operation] = [
    "AddCustomAttributes": Operation(.userPool) { try $0.addCustomAttributes($1) },
    "CreateUserPool": Operation(onAllPools: { try $0.createUserPool($1) }),
    "CreateUserPoolClient": Operation(.userPool) { try $0.createUserPoolClient($1) },
    "CreateUserPoolDomain": Operation(onAllPools: { try $0.createUserPoolDomain($1) }),
    "DeleteUserPool": Operation(onAllPools: { try $0.deleteUserPool($1) }),
    "DeleteUserPoolClient": Operation(.userPool) { try $0.deleteUserPoolClient($1) },
    "DeleteUserPoolDomain": Operation(onAllPools: { try $0.deleteUserPoolDomain($1) }),
    "DescribeUserPool": Operation(.userPool) { $0.describeUserPool($1) },
    "DescribeUserPoolClient": Operation(.userPool) { try $0.describeUserPoolClient($1) },
    "DescribeUserPoolDomain": Operation(onAllPools: { try $0.describeUserPoolDomain($1) }),
    "GetUICustomization": Operation(.userPool) { try $0.getUICustomization($1) },
    "GetUserPoolMfaConfig": Operation(.userPool) { $0.getUserPoolMFAConfig($1) },
    "ListUserPoolClients": Operation(.userPool) { try $0.listUserPoolClients($1) },
    "ListUserPools": Operation(onAllPools: { try $0.listUserPools($1) }),
    "SetUICustomization": Operation(.userPool) { try $0.setUICustomization($1) },
    "SetUserPoolMfaConfig": Operation(.userPool) { try $0.setUserPoolMFAConfig($1) },
    "UpdateUserPool": Operation(.userPool) { try $0.updateUserPool($1) },
    "UpdateUserPoolClient": Operation(.userPool) { try $0.updateUserPoolClient($1) },
    "UpdateUserPoolDomain": Operation(onAllPools: { try $0.updateUserPoolDomain($1) }),
  ]

  private static let users: [String: Operation] = [
    "AdminConfirmSignUp": Operation(.userPool) { try $0.adminConfirmSignUp($1) },
    "AdminCreateUser": Operation(.userPool) { try $0.adminCreateUser($1) },
    "AdminDeleteUser": Operation(.userPool) { try $0.adminDeleteUser($1) },
    "AdminDeleteUserAttributes": Operation(.userPool) { try $0.adminDeleteUserAttributes($1) },
    "AdminDisableUser": Operation(.userPool) { try $0.adminDisableUser($1) },
    "AdminEnableUser": Operation(.userPool) { try $0.adminEnableUser($1) },
    "AdminForgetDevice": Operation(.userPool) { try $0.forgetDevice($1, of: try $0.managedUser($1)) },
    "AdminGetDevice": Operation(.userPool) { try $0.getDevice($1, of: try $0.managedUser($1)) },
    "AdminGetUser": Operation(.userPool) { try $0.adminGetUser($1) },
    "AdminListDevices": Operation(.userPool) { try $0.devices(of: try $0.managedUser($1), $1) },
    "AdminResetUserPassword": Operation(.userPool) { try $0.adminResetUserPassword($1) },
    "AdminSetUserMFAPreference": Operation(.userPool) { try $0.adminSetUserMFAPreference($1) },
    "AdminSetUserPassword": Operation(.userPool) { try $0.adminSetUserPassword($1) },
    "AdminUpdateDeviceStatus": Operation(.userPool) { try $0.setStatus($1, of: try $0.managedUser($1)) },
    "AdminUpdateUserAttributes": Operation(.userPool) { try $0.adminUpdateUserAttributes($1) },
    "AdminUserGlobalSignOut": Operation(.userPool) { try $0.adminUserGlobalSignOut($1) },
    "ListUsers": Operation(.userPool) { try $0.listUsers($1) },
  ]

  private static let groups: [String: Operation] = [
    "AdminAddUserToGroup": Operation(.userPool) { try $0.adminAddUserToGroup($1) },
    "AdminListGroupsForUser": Operation(.userPool) { try $0.adminListGroupsForUser($1) },
    "AdminRemoveUserFromGroup": Operation(.userPool) { try $0.adminRemoveUserFromGroup($1) },
    "CreateGroup": Operation(.userPool) { try $0.createGroup($1) },
    "CreateResourceServer": Operation(.userPool) { try $0.createResourceServer($1) },
    "DeleteGroup": Operation(.userPool) { try $0.deleteGroup($1) },
    "DeleteResourceServer": Operation(.userPool) { try $0.deleteResourceServer($1) },
    "DescribeResourceServer": Operation(.userPool) { try $0.describeResourceServer($1) },
    "GetGroup": Operation(.userPool) { try $0.getGroup($1) },
    "ListGroups": Operation(.userPool) { try $0.listGroups($1) },
    "ListResourceServers": Operation(.userPool) { try $0.listResourceServers($1) },
    "ListUsersInGroup": Operation(.userPool) { try $0.listUsersInGroup($1) },
    "UpdateGroup": Operation(.userPool) { try $0.updateGroup($1) },
    "UpdateResourceServer": Operation(.userPool) { try $0.updateResourceServer($1) },
  ]
}
