"""The operations guide, command by command, with the AWS CLI and boto3 as anybody has them.

Commands and calls stand here as they stand in the guide; only ids, addresses and the endpoint are filled in. Each is
followed by a look at its effect.
"""

import base64
import concurrent.futures
import hashlib
import hmac

import pytest
import requests
from jose import jwt
from jose.exceptions import ExpiredSignatureError, JWTClaimsError, JWTError
from pool import authenticator_code
from pycognito.aws_srp import AWSSRP

EMAIL, PASSWORD = "john@example.com", "SecurePassword123!"

CREATE_USER_POOL = """aws cognito-idp create-user-pool \\
  --pool-name my-app-users \\
  --policies '{
    "PasswordPolicy": {
      "MinimumLength": 12,
      "RequireUppercase": true,
      "RequireLowercase": true,
      "RequireNumbers": true,
      "RequireSymbols": true
    }
  }' \\
  --auto-verified-attributes email \\
  --username-attributes email \\
  --mfa-configuration OPTIONAL \\
  --user-attribute-update-settings '{
    "AttributesRequireVerificationBeforeUpdate": ["email"]
  }'
"""

CREATE_CLIENT = """aws cognito-idp create-user-pool-client \\
  --user-pool-id us-east-1_abc123 \\
  --client-name my-web-app \\
  --generate-secret \\
  --explicit-auth-flows ALLOW_USER_SRP_AUTH ALLOW_REFRESH_TOKEN_AUTH \\
  --supported-identity-providers COGNITO \\
  --callback-urls https://myapp.com/callback \\
  --logout-urls https://myapp.com/logout \\
  --allowed-o-auth-flows code \\
  --allowed-o-auth-scopes openid email profile \\
  --allowed-o-auth-flows-user-pool-client \\
  --access-token-validity 60 \\
  --id-token-validity 60 \\
  --refresh-token-validity 30 \\
  --token-validity-units '{
    "AccessToken": "minutes",
    "IdToken": "minutes",
    "RefreshToken": "days"
  }'
"""

CREATE_IDENTITY_POOL = """aws cognito-identity create-identity-pool \\
  --identity-pool-name my-app-identities \\
  --allow-unauthenticated-identities \\
  --cognito-identity-providers \\
    ProviderName=cognito-idp.us-east-1.amazonaws.com/us-east-1_abc123,\\
ClientId=client-id,\\
ServerSideTokenCheck=true
"""


def get_secret_hash(username, client_id, client_secret):
    message = username + client_id
    dig = hmac.new(
        client_secret.encode('utf-8'),
        message.encode('utf-8'),
        digestmod=hashlib.sha256
    ).digest()
    return base64.b64encode(dig).decode()


class Guide:
    """What the guide's first steps leave behind: a pool, its client, and a user who has signed up."""

    def __init__(self, pool):
        self.pool = pool
        self.user_pool = pool.aws(CREATE_USER_POOL)["UserPool"]
        self.pool_id = self.user_pool["Id"]
        # The guide's own client, and one that may do what the guide does next.
        wider = CREATE_CLIENT.replace(
            "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_REFRESH_TOKEN_AUTH ALLOW_ADMIN_USER_PASSWORD_AUTH")
        self.narrow, self.client = at_once(
            lambda: pool.aws(self.filled(CREATE_CLIENT))["UserPoolClient"],
            lambda: pool.aws(self.filled(wider))["UserPoolClient"])
        self.client_id, self.secret = self.client["ClientId"], self.client["ClientSecret"]
        self.public = pool.unsigned("cognito-idp")
        self.admin = pool.client("cognito-idp")
        self.sign_up = self.public.sign_up(
            ClientId=self.client_id,
            SecretHash=get_secret_hash(EMAIL, self.client_id, self.secret),
            Username=EMAIL,
            Password=PASSWORD,
            UserAttributes=[
                {'Name': 'email', 'Value': EMAIL},
                {'Name': 'name', 'Value': 'John Doe'}
            ]
        )

    def filled(self, text):
        return text.replace("us-east-1_abc123", self.pool_id)

    def get(self, name=EMAIL):
        return self.admin.admin_get_user(UserPoolId=self.pool_id, Username=name)

    def confirm(self, code):
        return self.public.confirm_sign_up(
            ClientId=self.client_id,
            SecretHash=get_secret_hash(EMAIL, self.client_id, self.secret),
            Username=EMAIL,
            ConfirmationCode=code
        )

    def admin_sign_in(self, password=PASSWORD, name=EMAIL, client=None):
        client = client or self.client
        return self.admin.admin_initiate_auth(
            UserPoolId=self.pool_id,
            ClientId=client["ClientId"],
            AuthFlow='ADMIN_USER_PASSWORD_AUTH',
            AuthParameters={
                'USERNAME': name,
                'PASSWORD': password,
                'SECRET_HASH': get_secret_hash(name, client["ClientId"], client["ClientSecret"])
            }
        )

    def tokens(self, **keywords):
        return self.admin_sign_in(**keywords)["AuthenticationResult"]

    def refusal(self, call, *arguments, **keywords):
        with pytest.raises(self.admin.exceptions.ClientError) as caught:
            call(*arguments, **keywords)
        error = caught.value.response["Error"]
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        return f'{error["Code"]}: {error["Message"]}'


def at_once(*calls):
    """The commands of the CLI take a second each to start: those that don't wait for each other run together."""
    with concurrent.futures.ThreadPoolExecutor() as threads:
        return [future.result() for future in [threads.submit(call) for call in calls]]



@pytest.fixture(scope="module")
def unconfirmed(pool):
    return Guide(pool)


@pytest.fixture(scope="module")
def guide(unconfirmed):
    """With the user confirmed by the code that was mailed."""
    assert unconfirmed.refusal(unconfirmed.confirm, "000000").startswith("CodeMismatchException")
    unconfirmed.confirm(unconfirmed.pool.last_code(EMAIL))
    return unconfirmed


def attributes(user):
    return {item["Name"]: item["Value"] for item in user["UserAttributes"]}


def test_create_user_pool(unconfirmed):
    described = unconfirmed.admin.describe_user_pool(UserPoolId=unconfirmed.pool_id)["UserPool"]
    assert described["Name"] == "my-app-users"
    assert described["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 12, "RequireUppercase": True, "RequireLowercase": True, "RequireNumbers": True,
        "RequireSymbols": True, "TemporaryPasswordValidityDays": 7}
    assert described["AutoVerifiedAttributes"] == described["UsernameAttributes"] == ["email"]
    assert described["MfaConfiguration"] == "OPTIONAL"
    assert described["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    assert described["Arn"].endswith(f"userpool/{unconfirmed.pool_id}")


def test_create_user_pool_client(unconfirmed):
    described = unconfirmed.admin.describe_user_pool_client(
        UserPoolId=unconfirmed.pool_id, ClientId=unconfirmed.narrow["ClientId"])["UserPoolClient"]
    assert described["ClientSecret"] == unconfirmed.narrow["ClientSecret"]
    assert described["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    assert described["CallbackURLs"] == ["https://myapp.com/callback"]
    assert described["LogoutURLs"] == ["https://myapp.com/logout"]
    assert described["AllowedOAuthFlows"] == ["code"]
    assert described["AllowedOAuthScopes"] == ["openid", "email", "profile"]
    assert described["AllowedOAuthFlowsUserPoolClient"] is True
    assert described["TokenValidityUnits"] == {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"}
    assert (described["AccessTokenValidity"], described["RefreshTokenValidity"]) == (60, 30)


def test_sign_up_leaves_a_user_who_has_to_be_confirmed(unconfirmed):
    assert unconfirmed.sign_up["UserConfirmed"] is False
    assert unconfirmed.sign_up["CodeDeliveryDetails"] == {
        "Destination": "j***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}
    # The first of the four troubles.
    assert unconfirmed.refusal(unconfirmed.admin_sign_in) == "UserNotConfirmedException: User is not confirmed."
    user = unconfirmed.get()
    assert user["UserStatus"] == "UNCONFIRMED"
    assert user["Username"] == unconfirmed.sign_up["UserSub"]


def test_confirm_sign_up(guide):
    user = guide.get()
    assert user["UserStatus"] == "CONFIRMED"
    assert attributes(user)["email_verified"] == "true"
    assert attributes(user)["name"] == "John Doe"


def test_the_guides_own_client_forbids_the_guides_next_command(guide):
    assert guide.refusal(guide.admin_sign_in, client=guide.narrow) == (
        "InvalidParameterException: Auth flow not enabled for this client")


def test_initiate_auth_by_srp(guide):
    srp = AWSSRP(
        username=EMAIL, password=PASSWORD, pool_id=guide.pool_id, client_id=guide.narrow["ClientId"],
        client_secret=guide.narrow["ClientSecret"], client=guide.public)
    result = srp.authenticate_user()["AuthenticationResult"]
    user = guide.public.get_user(AccessToken=result["AccessToken"])
    assert user["Username"] == guide.sign_up["UserSub"]
    assert result["ExpiresIn"] == 3600


def test_admin_initiate_auth_and_refresh(guide):
    tokens = guide.tokens()

    def refresh(name):
        return guide.public.initiate_auth(
            ClientId=guide.client_id,
            AuthFlow='REFRESH_TOKEN_AUTH',
            AuthParameters={
                'REFRESH_TOKEN': tokens['RefreshToken'],
                'SECRET_HASH': get_secret_hash(name, guide.client_id, guide.secret)
            }
        )

    # The guide hashes the address; Cognito wants the real username, as the pool has it.
    assert guide.refusal(refresh, EMAIL) == (
        f"NotAuthorizedException: SecretHash does not match for the client: {guide.client_id}")
    renewed = refresh(guide.sign_up["UserSub"])["AuthenticationResult"]
    assert "RefreshToken" not in renewed
    assert guide.public.get_user(AccessToken=renewed["AccessToken"])["Username"] == guide.sign_up["UserSub"]


def test_the_troubles_of_who_cannot_sign_in_are_told_apart(guide):
    name = "troubled@example.com"
    guide.admin.admin_create_user(UserPoolId=guide.pool_id, Username=name, MessageAction="SUPPRESS")
    guide.admin.admin_set_user_password(
        UserPoolId=guide.pool_id, Username=name, Password=PASSWORD, Permanent=True)

    def sign_in(password):
        return guide.admin_sign_in(name=name, password=password)

    wrong = "NotAuthorizedException: Incorrect username or password."
    assert guide.refusal(sign_in, "WrongPassword123!") == wrong
    guide.admin.admin_disable_user(UserPoolId=guide.pool_id, Username=name)
    assert guide.refusal(sign_in, PASSWORD) == "NotAuthorizedException: User is disabled."
    guide.admin.admin_enable_user(UserPoolId=guide.pool_id, Username=name)
    assert sign_in(PASSWORD)["AuthenticationResult"]
    refusals = [guide.refusal(sign_in, "WrongPassword123!") for _ in range(12)]
    assert refusals[:5] == [wrong] * 5
    assert "NotAuthorizedException: Password attempts exceeded" in refusals


def test_respond_to_auth_challenge(guide):
    name = "jane@example.com"
    guide.admin.set_user_pool_mfa_config(
        UserPoolId=guide.pool_id, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="OPTIONAL")
    created = guide.pool.aws(guide.filled(
        f"aws cognito-idp admin-create-user --user-pool-id us-east-1_abc123 --username {name}"))["User"]
    assert created["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    temporary = guide.pool.last_code(name)
    challenge = guide.admin_sign_in(name=name, password=temporary)
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    real = challenge["ChallengeParameters"]["USER_ID_FOR_SRP"]
    secret_hash = get_secret_hash(real, guide.client_id, guide.secret)

    def respond(name, session, **responses):
        words = ",".join(f"{key}={value}" for key, value in responses.items())
        return guide.pool.aws(
            f"aws cognito-idp respond-to-auth-challenge --client-id {guide.client_id} --challenge-name {name} "
            f"--session {session} --challenge-responses 'USERNAME={real},SECRET_HASH={secret_hash},{words}'")

    answer = respond("NEW_PASSWORD_REQUIRED", challenge["Session"], NEW_PASSWORD=PASSWORD)
    access = answer["AuthenticationResult"]["AccessToken"]
    secret = guide.public.associate_software_token(AccessToken=access)["SecretCode"]
    guide.public.verify_software_token(AccessToken=access, UserCode=authenticator_code(secret))
    guide.admin.admin_set_user_mfa_preference(
        UserPoolId=guide.pool_id, Username=name, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    challenge = guide.admin_sign_in(name=name)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    code = authenticator_code(secret, step=1)
    answer = respond("SOFTWARE_TOKEN_MFA", challenge["Session"], SOFTWARE_TOKEN_MFA_CODE=code)
    assert answer["AuthenticationResult"]["AccessToken"]


def test_identity_pool_and_aws_credentials(guide):
    roles = {kind: f"arn:aws:iam::123456789012:role/{kind}" for kind in ("authenticated", "unauthenticated")}
    words = guide.filled(CREATE_IDENTITY_POOL).replace("client-id", guide.client_id)
    created = guide.pool.aws(words)
    assert created["CognitoIdentityProviders"] == [{
        "ProviderName": f"cognito-idp.us-east-1.amazonaws.com/{guide.pool_id}", "ClientId": guide.client_id,
        "ServerSideTokenCheck": True}]
    guide.pool.client("cognito-identity").set_identity_pool_roles(
        IdentityPoolId=created["IdentityPoolId"], Roles=roles)
    id_token = guide.tokens()["IdToken"]
    cognito_identity = guide.pool.unsigned("cognito-identity")
    logins = {f'cognito-idp.us-east-1.amazonaws.com/{guide.pool_id}': id_token}
    response = cognito_identity.get_id(
        IdentityPoolId=created["IdentityPoolId"],
        Logins=logins
    )
    identity_id = response['IdentityId']
    response = cognito_identity.get_credentials_for_identity(
        IdentityId=identity_id,
        Logins=logins
    )
    credentials = response['Credentials']
    key = (credentials['AccessKeyId'], credentials['SecretKey'])
    token = credentials['SessionToken']
    caller = guide.pool.aws("aws sts get-caller-identity", key=key, token=token)
    assert caller["Account"] == "123456789012"
    assert caller["Arn"] == "arn:aws:sts::123456789012:assumed-role/authenticated/CognitoIdentityCredentials"
    guide.pool.control(action="clock", offset_seconds=3601)
    try:
        refused = guide.pool.refused("aws sts get-caller-identity", key=key, token=token)
    finally:
        guide.pool.control(action="clock", offset_seconds=0)
    assert "(ExpiredToken) when calling the GetCallerIdentity operation" in refused


def test_users_are_made_read_listed_changed_disabled_and_deleted(guide):
    name = "users@example.com"
    aws = lambda text: guide.pool.aws(guide.filled(text.replace("NAME", name)))  # noqa: E731
    aws("aws cognito-idp admin-create-user --user-pool-id us-east-1_abc123 --username NAME --message-action SUPPRESS")
    user, listed = at_once(
        lambda: aws("""aws cognito-idp admin-get-user \\
  --user-pool-id us-east-1_abc123 \\
  --username NAME"""),
        lambda: aws("aws cognito-idp list-users --user-pool-id us-east-1_abc123 --filter 'email = \"NAME\"'"))
    assert user["UserStatus"] == "FORCE_CHANGE_PASSWORD" and user["Enabled"] is True
    assert attributes(user)["email"] == name
    assert [found["Username"] for found in listed["Users"]] == [user["Username"]]
    at_once(
        lambda: aws("aws cognito-idp admin-set-user-password --user-pool-id us-east-1_abc123 --username NAME "
                    f"--password '{PASSWORD}' --permanent"),
        lambda: aws("aws cognito-idp admin-disable-user --user-pool-id us-east-1_abc123 --username NAME"))
    changed = guide.get(name)
    assert changed["UserStatus"] == "CONFIRMED" and changed["Enabled"] is False
    aws("aws cognito-idp admin-delete-user --user-pool-id us-east-1_abc123 --username NAME")
    assert guide.refusal(guide.get, name) == "UserNotFoundException: User does not exist."


def test_user_pools_are_described_updated_listed_and_deleted(pool):
    created = pool.aws("aws cognito-idp create-user-pool --pool-name short-lived --user-pool-tags a=b")["UserPool"]
    domain = "rehearsal-" + created["Id"].split("_")[1].lower()
    admin = pool.client("cognito-idp")
    admin.create_user_pool_domain(Domain=domain, UserPoolId=created["Id"])
    aws = lambda text: pool.aws(text.replace("us-east-1_abc123", created["Id"]))  # noqa: E731
    asked, domain_described, listed = at_once(
        lambda: aws("""aws cognito-idp describe-user-pool \\
  --user-pool-id us-east-1_abc123 \\
  --query 'UserPool.Domain'"""),
        lambda: aws(f"aws cognito-idp describe-user-pool-domain --domain {domain}"),
        lambda: aws("aws cognito-idp list-user-pools --max-results 60"))
    assert asked == domain
    assert domain_described["DomainDescription"]["UserPoolId"] == created["Id"]
    assert domain_described["DomainDescription"]["Status"] == "ACTIVE"
    assert {"Id": created["Id"], "Name": "short-lived"}.items() <= next(
        item for item in listed["UserPools"] if item["Id"] == created["Id"]).items()
    # What an update leaves out returns to its default.
    aws("aws cognito-idp update-user-pool --user-pool-id us-east-1_abc123 --auto-verified-attributes email")
    updated = admin.describe_user_pool(UserPoolId=created["Id"])["UserPool"]
    assert updated["AutoVerifiedAttributes"] == ["email"] and updated["UserPoolTags"] == {}
    delete = f"aws cognito-idp delete-user-pool --user-pool-id {created['Id']}"
    assert "domain configured that should be deleted first" in pool.refused(delete)
    admin.delete_user_pool_domain(Domain=domain, UserPoolId=created["Id"])
    pool.aws(delete)
    assert created["Id"] not in [item["Id"] for item in admin.list_user_pools(MaxResults=60)["UserPools"]]


def test_a_token_is_validated_as_the_guide_does_it_and_nothing_else_passes(guide):
    token = guide.tokens()["IdToken"]
    jwks_url = f'{guide.pool.url}/{guide.pool_id}/.well-known/jwks.json'
    jwks = requests.get(jwks_url).json()

    def decode(token, audience=guide.client_id):
        return jwt.decode(
            token,
            jwks,
            algorithms=['RS256'],
            audience=audience,
            issuer=f'{guide.pool.url}/{guide.pool_id}',
            options={'verify_at_hash': False}
        )

    assert decode(token)["email"] == EMAIL
    with pytest.raises(JWTClaimsError):
        decode(token, audience=guide.narrow["ClientId"])
    head, body, signature = token.split(".")
    for part in (body, signature):
        middle = len(part) // 2
        # One bit of what the letter stands for.
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        changed = part[:middle] + letters[letters.index(part[middle]) ^ 1] + part[middle + 1:]
        with pytest.raises(JWTError):
            decode(token.replace(part, changed))
    guide.pool.control(action="clock", offset_seconds=-7200)
    try:
        expired = guide.tokens()["IdToken"]
    finally:
        guide.pool.control(action="clock", offset_seconds=0)
    with pytest.raises(ExpiredSignatureError):
        decode(expired)
