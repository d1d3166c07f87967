"""The same calls to the local pool and to moto: a table in Markdown of what each makes of them."""

import base64
import concurrent.futures
import hashlib
import hmac
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import boto3
import moto
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

ROOT = pathlib.Path(__file__).resolve().parents[2]
REGION, PASSWORD, WRONG = "us-east-1", "Correct-Horse-9", "Wrong-Horse-9"
KEY = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")


class Side:
    """One of the two, with a pool, a client and a user that were made in the same way."""

    def __init__(self, url):
        self.url = url
        self.admin = self.client("cognito-idp")
        self.anyone = self.client("cognito-idp", signature_version=UNSIGNED)
        self.identity = self.client("cognito-identity")
        self.anyone_identity = self.client("cognito-identity", signature_version=UNSIGNED)
        self.pool = self.admin.create_user_pool(
            PoolName="p", AutoVerifiedAttributes=["email"], MfaConfiguration="OPTIONAL")["UserPool"]["Id"]
        self.admin.set_user_pool_mfa_config(
            UserPoolId=self.pool, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="OPTIONAL")
        self.app = self.make_client("ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_PASSWORD_AUTH",
                                    "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")
        self.admin.admin_create_user(UserPoolId=self.pool, Username="ann", MessageAction="SUPPRESS")
        self.set_password()

    def client(self, service, key=KEY, **options):
        configuration = Config(region_name=REGION, retries={"total_max_attempts": 1}, parameter_validation=False,
                               **options)
        return boto3.client(service, endpoint_url=self.url, aws_access_key_id=key[0], aws_secret_access_key=key[1],
                            config=configuration)

    def make_client(self, *flows, **options):
        made = self.admin.create_user_pool_client(
            UserPoolId=self.pool, ClientName="c", ExplicitAuthFlows=list(flows), **options)
        return made["UserPoolClient"]

    def set_password(self):
        self.admin.admin_set_user_password(
            UserPoolId=self.pool, Username="ann", Password=PASSWORD, Permanent=True)

    def sign_in(self, password=PASSWORD, app=None, **more):
        return self.anyone.initiate_auth(
            ClientId=(app or self.app)["ClientId"], AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ann", "PASSWORD": password, **more})

    def tokens(self):
        return self.sign_in()["AuthenticationResult"]


def changed(token, part):
    """The token with one bit of a part changed."""
    parts = token.split(".")
    raw = bytearray(base64.urlsafe_b64decode(parts[part] + "=" * (-len(parts[part]) % 4)))
    raw[len(raw) // 2] ^= 1
    parts[part] = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return ".".join(parts)


def srp(side):
    group = 1 << 3071
    challenge = side.anyone.initiate_auth(
        ClientId=side.app["ClientId"], AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": "ann", "SRP_A": f"{group:x}"})
    parameters = challenge["ChallengeParameters"]
    side.anyone.respond_to_auth_challenge(
        ClientId=side.app["ClientId"], ChallengeName="PASSWORD_VERIFIER", ChallengeResponses={
            "USERNAME": parameters["USER_ID_FOR_SRP"], "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(bytes(32)).decode(),
            "TIMESTAMP": time.strftime("%a %b %-d %H:%M:%S UTC %Y", time.gmtime())})


def wrong_code(side):
    side.anyone.sign_up(ClientId=side.app["ClientId"], Username="bea", Password=PASSWORD,
                        UserAttributes=[{"Name": "email", "Value": "bea@example.org"}])
    side.anyone.confirm_sign_up(ClientId=side.app["ClientId"], Username="bea", ConfirmationCode="000000")


def wrong_authenticator(side):
    access = side.tokens()["AccessToken"]
    side.anyone.associate_software_token(AccessToken=access)
    side.anyone.verify_software_token(AccessToken=access, UserCode="000000")


def locked(side):
    for _ in range(12):
        try:
            side.sign_in(WRONG)
        except ClientError:
            pass
    side.sign_in(WRONG)


def signed_out(side):
    access = side.tokens()["AccessToken"]
    side.anyone.global_sign_out(AccessToken=access)
    side.anyone.get_user(AccessToken=access)


def disabled(side):
    side.admin.admin_disable_user(UserPoolId=side.pool, Username="ann")
    try:
        side.sign_in()
    finally:
        side.admin.admin_enable_user(UserPoolId=side.pool, Username="ann")


def identity_pool(side):
    made = side.identity.create_identity_pool(
        IdentityPoolName="i", AllowUnauthenticatedIdentities=False, CognitoIdentityProviders=[
            {"ProviderName": f"cognito-idp.{REGION}.amazonaws.com/{side.pool}", "ClientId": side.app["ClientId"]}])
    return made["IdentityPoolId"]


def login(side, spoil):
    token = spoil(side.tokens()["IdToken"])
    side.anyone_identity.get_id(
        IdentityPoolId=identity_pool(side), Logins={f"cognito-idp.{REGION}.amazonaws.com/{side.pool}": token})


def guest(side):
    side.anyone_identity.get_id(IdentityPoolId=identity_pool(side))


def no_secret_hash(side):
    app = side.make_client("ALLOW_USER_PASSWORD_AUTH", GenerateSecret=True)
    side.sign_in(app=app)


def wrong_secret_hash(side):
    app = side.make_client("ALLOW_USER_PASSWORD_AUTH", GenerateSecret=True)
    digest = hmac.new(b"wrong", ("ann" + app["ClientId"]).encode(), hashlib.sha256).digest()
    side.sign_in(app=app, SECRET_HASH=base64.b64encode(digest).decode())


CHECKS = [
    ("a wrong password", lambda side: side.sign_in(WRONG)),
    ("an SRP proof that is none", srp),
    ("a wrong confirmation code", wrong_code),
    ("a wrong authenticator code at set-up", wrong_authenticator),
    ("a flow that the client does not allow", lambda side: side.sign_in(app=side.make_client("ALLOW_USER_SRP_AUTH"))),
    ("a client with a secret, no SECRET_HASH", no_secret_hash),
    ("a wrong SECRET_HASH", wrong_secret_hash),
    ("a password that breaks the policy", lambda side: side.admin.admin_set_user_password(
        UserPoolId=side.pool, Username="ann", Password="weakness", Permanent=True)),
    ("the thirteenth wrong password in a row", locked),
    ("a disabled user", disabled),
    ("an access token with one bit changed", lambda side: side.anyone.get_user(
        AccessToken=changed(side.tokens()["AccessToken"], 1))),
    ("an access token after global sign-out", signed_out),
    ("a refresh token that never was", lambda side: side.anyone.initiate_auth(
        ClientId=side.app["ClientId"], AuthFlow="REFRESH_TOKEN_AUTH", AuthParameters={"REFRESH_TOKEN": "x"})),
    ("a login token with one bit of its signature changed", lambda side: login(side, lambda t: changed(t, 2))),
    ("a login that is no token at all", lambda side: login(side, lambda _: "nonsense")),
    ("a guest where guests are not allowed", guest),
    ("administration without a signature", lambda side: side.anyone.list_user_pools(MaxResults=1)),
    ("administration signed with another key", lambda side: side.client(
        "cognito-idp", key=("AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY")).list_user_pools(
            MaxResults=1)),
    ("a value out of its range (MaxResults 61)", lambda side: side.admin.list_user_pools(MaxResults=61)),
    ("a value that is no choice (AuthFlow LOGIN)", lambda side: side.anyone.initiate_auth(
        ClientId=side.app["ClientId"], AuthFlow="LOGIN")),
    ("a required member missing", lambda side: side.admin.admin_get_user(UserPoolId=side.pool)),
    ("an access token that would live for ten days", lambda side: side.make_client(
        "ALLOW_USER_SRP_AUTH", AccessTokenValidity=10, TokenValidityUnits={"AccessToken": "days"})),
    ("a callback over http to another machine", lambda side: side.make_client(
        "ALLOW_USER_SRP_AUTH", CallbackURLs=["http://example.org/cb"])),
]


def outcome(check, side):
    try:
        check(side)
    except ClientError as error:
        return f'refused: `{error.response["Error"]["Code"]}`'
    except Exception as error:  # A crash is an outcome too.
        return f"fails: `{type(error).__name__}`"
    finally:
        side.set_password()
    return "**accepted**"


def column(url):
    side = Side(url)
    return [outcome(check, side) for _, check in CHECKS]


def main():
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [ROOT / ".build/debug/localpool", "serve", "--data", f"{folder}/data"]
        pool = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            url = json.loads(pool.stdout.readline())["url"]
            with concurrent.futures.ThreadPoolExecutor() as threads:
                ours, theirs = threads.map(column, [url, f"http://{host}:{port}"])
        finally:
            pool.terminate()
            pool.wait()
    server.stop()
    print("# The local pool and moto\n")
    print(f"The same calls to both, with moto {moto.__version__} as its server runs by default. Written by "
          "`scripts/compare-with-moto`.\n")
    print("moto has other aims: it answers for hundreds of services, so that code which calls them can be tested. The "
          "local pool\nhas this one service, and refuses what Cognito refuses.\n")
    print("| what is sent | local pool | moto |\n| --- | --- | --- |")
    for (what, _), mine, other in zip(CHECKS, ours, theirs):
        print(f"| {what} | {mine} | {other} |")


sys.exit(main())
