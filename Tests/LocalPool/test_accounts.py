"""boto3 and pycognito go through everything that a person does with an account at the local pool."""

import json

import pytest
from botocore.exceptions import ClientError
from pycognito.aws_srp import AWSSRP, generate_hash_device

from pool import authenticator_code
from running import administrator_of, claims_of, client_of, last_code, running_pool

POOL, CLIENT, PASSWORD = "us-east-1_Accounts", "accounts", "Correct-Horse-9"
FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_AUTH",
         "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def user(name, **more):
    attributes = {"email": f"{name}@example.org", "email_verified": "true"}
    return {"username": name, "password": PASSWORD, "attributes": attributes, **more}


def user_pool(name, users=(), **settings):
    client = {"id": name, "flows": FLOWS}
    return {"id": f"us-east-1_{name.capitalize()}", "clients": [client], "users": list(users), **settings}


SEED = {"user_pools": [
    user_pool("accounts", [user("ada"), user("bob"), user("cy")], mfa="OPTIONAL", auto_verified=["email"],
              custom_challenges=[{"parameters": {"question": "2+2"}, "answer": "4"}]),
    user_pool("strict", [user("dot")], mfa="ON"),
    user_pool("devices", [user("eve")], device_tracking="always"),
]}


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pool")
    seed = folder / "seed.json"
    seed.write_text(json.dumps(SEED))
    with running_pool(seed, folder) as pool:
        yield pool


@pytest.fixture
def service(pool):
    return client_of(pool)


def by_srp(service, username, password=PASSWORD, client=CLIENT, **device):
    pool_id = f"us-east-1_{client.capitalize()}"
    return AWSSRP(username=username, password=password, pool_id=pool_id, client_id=client, client=service, **device)


def by_password(service, username, password=PASSWORD, client=CLIENT):
    return service.initiate_auth(
        ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={"USERNAME": username, "PASSWORD": password})


def test_a_new_user_signs_up_confirms_and_signs_in(pool, service):
    answer = service.sign_up(
        ClientId=CLIENT, Username="new", Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "new@example.org"}])
    assert answer["CodeDeliveryDetails"]["Destination"] == "n***@e***"
    with pytest.raises(service.exceptions.UserNotConfirmedException):
        by_srp(service, "new").authenticate_user()
    service.confirm_sign_up(ClientId=CLIENT, Username="new", ConfirmationCode=last_code(pool, "sign_up"))
    tokens = by_srp(service, "new").authenticate_user()["AuthenticationResult"]
    assert claims_of(tokens["IdToken"])["email_verified"] is True
    service.delete_user(AccessToken=tokens["AccessToken"])
    with pytest.raises(service.exceptions.UserNotFoundException):
        by_srp(service, "new").authenticate_user()


def test_a_forgotten_password_is_replaced_and_the_new_one_changed(pool, service):
    service.forgot_password(ClientId=CLIENT, Username="bob")
    service.confirm_forgot_password(
        ClientId=CLIENT, Username="bob", ConfirmationCode=last_code(pool, "forgot_password"), Password="N3w-Horse-9")
    access = by_srp(service, "bob", "N3w-Horse-9").authenticate_user()["AuthenticationResult"]["AccessToken"]
    with pytest.raises(service.exceptions.InvalidPasswordException, match="Password not long enough"):
        service.change_password(AccessToken=access, PreviousPassword="N3w-Horse-9", ProposedPassword="Short-1")
    service.change_password(AccessToken=access, PreviousPassword="N3w-Horse-9", ProposedPassword=PASSWORD)
    by_srp(service, "bob").authenticate_user()


def test_attributes_are_read_changed_and_verified(pool, service):
    access = by_password(service, "bob")["AuthenticationResult"]["AccessToken"]
    deliveries = service.update_user_attributes(
        AccessToken=access, UserAttributes=[{"Name": "email", "Value": "rob@example.org"}])["CodeDeliveryDetailsList"]
    assert [delivery["Destination"] for delivery in deliveries] == ["r***@e***"]
    service.verify_user_attribute(AccessToken=access, AttributeName="email", Code=last_code(pool, "verify_email"))
    attributes = {item["Name"]: item["Value"] for item in service.get_user(AccessToken=access)["UserAttributes"]}
    assert (attributes["email"], attributes["email_verified"]) == ("rob@example.org", "true")


def test_boto3_sets_up_an_authenticator_while_signed_in(service):
    access = by_password(service, "ada")["AuthenticationResult"]["AccessToken"]
    secret = service.associate_software_token(AccessToken=access)["SecretCode"]
    with pytest.raises(service.exceptions.EnableSoftwareTokenMFAException):
        service.verify_software_token(AccessToken=access, UserCode=authenticator_code(secret, step=9))
    verified = service.verify_software_token(AccessToken=access, UserCode=authenticator_code(secret))
    assert verified["Status"] == "SUCCESS"
    service.set_user_mfa_preference(
        AccessToken=access, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True})
    assert service.get_user(AccessToken=access)["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"
    challenge = by_password(service, "ada")
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    service.respond_to_auth_challenge(
        ClientId=CLIENT, ChallengeName="SOFTWARE_TOKEN_MFA", Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": authenticator_code(secret, step=1)})


def test_boto3_sets_up_an_authenticator_where_the_pool_demands_one(service):
    challenge = by_password(service, "dot", client="strict")
    assert challenge["ChallengeName"] == "MFA_SETUP"
    associated = service.associate_software_token(Session=challenge["Session"])
    verified = service.verify_software_token(
        Session=associated["Session"], UserCode=authenticator_code(associated["SecretCode"]))
    answer = service.respond_to_auth_challenge(
        ClientId="strict", ChallengeName="MFA_SETUP", Session=verified["Session"],
        ChallengeResponses={"USERNAME": "dot"})
    assert claims_of(answer["AuthenticationResult"]["AccessToken"])["username"] == "dot"


def test_a_code_by_mail_and_a_custom_challenge_sign_in(pool, service):
    challenge = service.initiate_auth(
        ClientId=CLIENT, AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": "cy", "PREFERRED_CHALLENGE": "EMAIL_OTP"})
    answer = service.respond_to_auth_challenge(
        ClientId=CLIENT, ChallengeName="EMAIL_OTP", Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "cy", "EMAIL_OTP_CODE": last_code(pool, "authentication")})
    assert "AccessToken" in answer["AuthenticationResult"]
    challenge = service.initiate_auth(ClientId=CLIENT, AuthFlow="CUSTOM_AUTH", AuthParameters={"USERNAME": "cy"})
    answer = service.respond_to_auth_challenge(
        ClientId=CLIENT, ChallengeName="CUSTOM_CHALLENGE", Session=challenge["Session"],
        ChallengeResponses={"USERNAME": "cy", "ANSWER": "4"})
    assert "AccessToken" in answer["AuthenticationResult"]


def test_an_administrator_signs_somebody_in_with_the_pools_key_only(pool):
    request = {"UserPoolId": POOL, "ClientId": CLIENT, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
               "AuthParameters": {"USERNAME": "cy", "PASSWORD": PASSWORD}}
    answer = administrator_of(pool).admin_initiate_auth(**request)
    assert "AccessToken" in answer["AuthenticationResult"]
    for key, code in [
        (("AKIAIOSFODNN7EXAMPLE", "wrong"), "InvalidSignatureException"),
        (("AKIAOTHER", "wrong"), "UnrecognizedClientException"),
    ]:
        with pytest.raises(ClientError) as refused:
            administrator_of(pool, key).admin_initiate_auth(**request)
        assert refused.value.response["Error"]["Code"] == code


def test_a_device_is_confirmed_and_proves_itself_by_pycognitos_arithmetic(service):
    first = by_srp(service, "eve", client="devices").authenticate_user()["AuthenticationResult"]
    metadata = first["NewDeviceMetadata"]
    password, verifier = generate_hash_device(metadata["DeviceGroupKey"], metadata["DeviceKey"])
    service.confirm_device(
        AccessToken=first["AccessToken"], DeviceKey=metadata["DeviceKey"], DeviceSecretVerifierConfig=verifier)
    for secret, is_right in [("wrong", False), (password, True)]:
        client = by_srp(service, "eve", client="devices", device_key=metadata["DeviceKey"],
                        device_group_key=metadata["DeviceGroupKey"], device_password=secret)
        parameters = client.get_auth_params()
        challenge = service.initiate_auth(ClientId="devices", AuthFlow="USER_SRP_AUTH", AuthParameters=parameters)
        for name in ["PASSWORD_VERIFIER", "DEVICE_SRP_AUTH"]:
            assert challenge["ChallengeName"] == name
            responses = (
                client.process_challenge(challenge["ChallengeParameters"], parameters)
                if name == "PASSWORD_VERIFIER" else parameters)
            challenge = service.respond_to_auth_challenge(
                ClientId="devices", ChallengeName=name, Session=challenge["Session"], ChallengeResponses=responses)
        proof = dict(
            ClientId="devices", ChallengeName=challenge["ChallengeName"], Session=challenge["Session"],
            ChallengeResponses=client.process_device_challenge(challenge["ChallengeParameters"]))
        if is_right:
            tokens = service.respond_to_auth_challenge(**proof)["AuthenticationResult"]
            assert claims_of(tokens["AccessToken"])["device_key"] == metadata["DeviceKey"]
        else:
            with pytest.raises(service.exceptions.NotAuthorizedException):
                service.respond_to_auth_challenge(**proof)
