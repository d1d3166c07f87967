"""Clients that share no line with us sign in at the local pool: pycognito by SRP, boto3 for the rest.

The flows and the pool could be wrong in the same way; these could not.
"""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import struct
import subprocess
import time

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import SoftwareTokenMFAChallengeException

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
POOL, CLIENT, PASSWORD = "us-east-1_demo", "democlient", "Correct-Horse-9"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(scope="module")
def pool_url(tmp_path_factory):
    folder = pathlib.Path(os.environ.get("SESSION_AGENT_BUILD") or REPOSITORY / ".build" / "debug")
    seed = REPOSITORY / "contrib" / "localpool" / "seed.json"
    data = tmp_path_factory.mktemp("pool") / "data"
    command = [folder / "localpool", "serve", "--seed", seed, "--data", data]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as pool:
        yield json.loads(pool.stdout.readline())["url"]
        pool.terminate()


@pytest.fixture
def service(pool_url):
    """AWS's own client of the pool's API."""
    configuration = Config(signature_version=UNSIGNED, region_name="us-east-1")
    return boto3.client("cognito-idp", endpoint_url=pool_url, config=configuration)


def sign_in(service, username, password=PASSWORD):
    """By pycognito's SRP: the authentication result."""
    client = AWSSRP(username=username, password=password, pool_id=POOL, client_id=CLIENT, client=service)
    return client.authenticate_user()["AuthenticationResult"]


def claims_of(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def authenticator_code():
    digest = hmac.new(base64.b32decode(TOTP_SECRET), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000)


def test_a_user_signs_in_by_srp(service):
    tokens = sign_in(service, "ada")
    assert claims_of(tokens["AccessToken"])["username"] == "ada"
    assert claims_of(tokens["IdToken"])["email"] == "ada@example.org"


def test_a_wrong_password_is_refused_by_srp(service):
    with pytest.raises(service.exceptions.NotAuthorizedException):
        sign_in(service, "ada", "Wrong-Horse-9")


def test_a_user_with_an_authenticator_signs_in_by_srp_and_code(service):
    with pytest.raises(SoftwareTokenMFAChallengeException) as challenge:
        sign_in(service, "grace")
    answer = service.respond_to_auth_challenge(
        ClientId=CLIENT, ChallengeName="SOFTWARE_TOKEN_MFA", Session=challenge.value.get_tokens()["Session"],
        ChallengeResponses={"USERNAME": "grace", "SOFTWARE_TOKEN_MFA_CODE": authenticator_code()})
    assert claims_of(answer["AuthenticationResult"]["AccessToken"])["username"] == "grace"


def test_refresh_rotates_and_a_revoked_token_serves_no_more(service):
    first = sign_in(service, "ada")["RefreshToken"]
    renewed = service.get_tokens_from_refresh_token(RefreshToken=first, ClientId=CLIENT)
    successor = renewed["AuthenticationResult"]["RefreshToken"]
    assert successor != first
    service.revoke_token(Token=successor, ClientId=CLIENT)
    with pytest.raises(service.exceptions.NotAuthorizedException):
        service.get_tokens_from_refresh_token(RefreshToken=successor, ClientId=CLIENT)
