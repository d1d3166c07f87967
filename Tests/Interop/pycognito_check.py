#!/usr/bin/env python3
"""pycognito, a client written elsewhere, against a running local pool.

usage: pycognito_check.py URL POOL_ID CLIENT_ID USERNAME PASSWORD TOTP_SECRET [CLIENT_SECRET]

Signs in by SRP and an authenticator code, and must be refused with a wrong password and a wrong code.
"""
import base64
import hashlib
import hmac
import os
import sys
import time

os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="us-east-1")

import boto3
from pycognito.aws_srp import AWSSRP


def totp(secret, step):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    return str((int.from_bytes(digest[start:start + 4], "big") & 0x7FFFFFFF) % 1000000).zfill(6)


def first_unused(answer, client, codes):
    """Each code is taken once, so a second run within a minute needs the next one."""
    for code in codes:
        try:
            return answer(code)["AuthenticationResult"]
        except client.exceptions.ExpiredCodeException:
            continue
    sys.exit("every code of this minute was used before")


def main(url, pool_id, client_id, username, password, totp_secret, client_secret=None):
    client = boto3.client("cognito-idp", region_name=pool_id.split("_")[0], endpoint_url=url)

    def challenge(with_password):
        srp = AWSSRP(username=username, password=with_password, pool_id=pool_id, client_id=client_id,
                     client_secret=client_secret, client=client)
        first = client.initiate_auth(
            AuthFlow="USER_SRP_AUTH", AuthParameters=srp.get_auth_params(), ClientId=client_id)
        assert first["ChallengeName"] == "PASSWORD_VERIFIER", first
        responses = srp.process_challenge(first["ChallengeParameters"], srp.get_auth_params())
        return srp, client.respond_to_auth_challenge(
            ClientId=client_id, ChallengeName="PASSWORD_VERIFIER", ChallengeResponses=responses)

    try:
        challenge(password + "x")
        sys.exit("a wrong password was taken")
    except client.exceptions.NotAuthorizedException as refusal:
        assert refusal.response["Error"]["Message"] == "Incorrect username or password.", refusal

    srp, second = challenge(password)
    assert second["ChallengeName"] == "SOFTWARE_TOKEN_MFA", second["ChallengeName"]
    name = second["ChallengeParameters"].get("USER_ID_FOR_SRP", username)

    def answer(code):
        responses = {"USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": code}
        if client_secret:
            responses["SECRET_HASH"] = srp.get_secret_hash(name, client_id, client_secret)
        return client.respond_to_auth_challenge(
            ClientId=client_id, ChallengeName="SOFTWARE_TOKEN_MFA", Session=second["Session"],
            ChallengeResponses=responses)

    step = int(time.time()) // 30
    near = {totp(totp_secret, other) for other in range(step - 2, step + 3)}
    wrong = next(code for code in map("{:06d}".format, range(10)) if code not in near)
    try:
        answer(wrong)
        sys.exit("a wrong code was taken")
    except client.exceptions.CodeMismatchException:
        pass
    result = first_unused(answer, client, [totp(totp_secret, near) for near in (step, step + 1, step - 1)])
    user = client.get_user(AccessToken=result["AccessToken"])
    print("pycognito signed in as", user["Username"], "- wrong password and wrong code were refused")


if __name__ == "__main__":
    main(*sys.argv[1:])
