#!/usr/bin/env python3
"""Writes scripts/pool-model/*.json from the service models that an installed botocore carries.

Members, types, required flags, constraints, enumerations and error names of the operations that the local pool
carries out, or may; no documentation text. Run where botocore of the version below is installed, then
scripts/generate-pool-model.
"""
import gzip
import json
import pathlib

import botocore

VERSION = "1.44.5"
FOLDER = pathlib.Path(__file__).resolve().parents[1] / "pool-model"
# Besides those that botocore marks as unsigned.
SIGNED = {
    "cognito-idp": """AddCustomAttributes AdminAddUserToGroup AdminConfirmSignUp AdminCreateUser AdminDeleteUser
        AdminDeleteUserAttributes AdminDisableUser AdminEnableUser AdminForgetDevice AdminGetDevice AdminGetUser
        AdminInitiateAuth AdminListDevices AdminListGroupsForUser AdminRemoveUserFromGroup AdminResetUserPassword
        AdminRespondToAuthChallenge AdminSetUserMFAPreference AdminSetUserPassword AdminUpdateDeviceStatus
        AdminUpdateUserAttributes AdminUserGlobalSignOut CreateGroup CreateResourceServer CreateUserPool
        CreateUserPoolClient CreateUserPoolDomain DeleteGroup DeleteResourceServer DeleteUserPool
        DeleteUserPoolClient DeleteUserPoolDomain DescribeResourceServer DescribeUserPool DescribeUserPoolClient
        DescribeUserPoolDomain GetGroup GetUICustomization GetUserPoolMfaConfig ListGroups ListResourceServers
        ListUserPoolClients ListUserPools ListUsers ListUsersInGroup SetUICustomization SetUserPoolMfaConfig
        UpdateGroup UpdateResourceServer UpdateUserPool UpdateUserPoolClient UpdateUserPoolDomain""",
    "cognito-identity": """CreateIdentityPool DeleteIdentities DeleteIdentityPool DescribeIdentity
        DescribeIdentityPool GetIdentityPoolRoles GetOpenIdTokenForDeveloperIdentity ListIdentities
        ListIdentityPools SetIdentityPoolRoles UpdateIdentityPool""",
    "sts": "GetCallerIdentity",
}
UNSIGNED = {"sts": ["AssumeRoleWithWebIdentity"]}
KEPT = ("type", "enum", "min", "max", "pattern", "sensitive", "document", "union")


def read(service):
    folder = pathlib.Path(botocore.__file__).parent / "data" / service
    with gzip.open(max(folder.iterdir()) / "service-2.json.gz", "rt", encoding="utf-8") as file:
        return json.load(file)


def authorization(name, members, unsigned):
    if name not in unsigned:
        return "sigv4"
    if "AccessToken" not in members:
        return "none"
    return "access-token-or-session" if "Session" in members else "access-token"


def trimmed(shape):
    kept = {key: shape[key] for key in KEPT if key in shape}
    if "members" in shape:
        required = set(shape.get("required", []))
        kept["required"] = {n: m["shape"] for n, m in shape["members"].items() if n in required}
        kept["optional"] = {n: m["shape"] for n, m in shape["members"].items() if n not in required}
    for key in ("member", "key", "value"):
        if key in shape:
            kept[key] = shape[key]["shape"]
    if shape.get("exception"):
        kept["exception"] = True
        if shape.get("fault"):
            kept["fault"] = True
        if "error" in shape:
            kept["error"] = {k: v for k, v in shape["error"].items() if k in ("code", "httpStatusCode")}
    return kept


def extract(service):
    model = read(service)
    operations, shapes = model["operations"], model["shapes"]
    unsigned = {name for name, entry in operations.items() if entry.get("authtype") == "none"}
    chosen = sorted(set(SIGNED[service].split()) | set(UNSIGNED.get(service, unsigned)))
    rows, pending, seen = {}, [], {}
    for name in chosen:
        entry = operations[name]
        given, answer = entry["input"]["shape"], entry.get("output", {}).get("shape")
        errors = sorted({error["shape"] for error in entry.get("errors", [])})
        rows[name] = {"auth": authorization(name, shapes[given].get("members", {}), unsigned),
                      "input": given, "output": answer, "errors": errors}
        pending += [shape for shape in (given, answer, *errors) if shape]
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        shape = shapes[name]
        seen[name] = trimmed(shape)
        pending += [member["shape"] for member in shape.get("members", {}).values()]
        pending += [shape[key]["shape"] for key in ("member", "key", "value") if key in shape]
    return {"service": service, "generated_from": f"botocore {VERSION}",
            "target_prefix": model["metadata"].get("targetPrefix"), "operations": rows,
            "shapes": dict(sorted(seen.items()))}


def text(document):
    """One operation or shape a line: small, and fit for a diff."""
    parts = []
    for key, value in document.items():
        if isinstance(value, dict):
            lines = (f"  {json.dumps(n)}: {json.dumps(x, separators=(',', ':'))}" for n, x in value.items())
            parts.append(f" {json.dumps(key)}: {{\n" + ",\n".join(lines) + "\n }")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


assert botocore.__version__ == VERSION, f"botocore {VERSION} is wanted, {botocore.__version__} is installed"
for service in SIGNED:
    (FOLDER / f"{service}.json").write_text(text(extract(service)))
