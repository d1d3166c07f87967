"""Clients that share no line with us sign in at the local pool: pycognito by SRP, boto3 for the rest.

The flows and the pool could be wrong in the same way; these could not.
"""

import pytest
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import SoftwareTokenMFAChallengeException

from pool import REPOSITORY, authenticator_code
from running import claims_of, client_of, running_pool

POOL, CLIENT, PASSWORD = "us-east-1_demo", "democlient", "Correct-Horse-9"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    with running_pool(REPOSITORY / "contrib" / "localpool" / "seed.json", tmp_path_factory.mktemp("pool")) as pool:
        yield pool


@pytest.fixture
def service(pool):
    """AWS's own client of the pool's API."""
    return client_of(pool)


def sign_in(service, username, password=PASSWORD):
    """By pycognito's SRP: the authentication result."""
    client = AWSSRP(username=username, password=password, pool_id=POOL, client_id=CLIENT, client=service)
    return client.authenticate_user()["AuthenticationResult"]


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
        ChallengeResponses={"USERNAME": "grace", "SOFTWARE_TOKEN_MFA_CODE": authenticator_code(TOTP_SECRET)})
    assert claims_of(answer["AuthenticationResult"]["AccessToken"])["username"] == "grace"


def test_refresh_rotates_and_a_revoked_token_serves_no_more(service):
    first = sign_in(service, "ada")["RefreshToken"]
    renewed = service.get_tokens_from_refresh_token(RefreshToken=first, ClientId=CLIENT)
    successor = renewed["AuthenticationResult"]["RefreshToken"]
    assert successor != first
    service.revoke_token(Token=successor, ClientId=CLIENT)
    with pytest.raises(service.exceptions.NotAuthorizedException):
        service.get_tokens_from_refresh_token(RefreshToken=successor, ClientId=CLIENT)
