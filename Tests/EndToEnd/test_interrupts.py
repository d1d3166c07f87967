"""Ctrl-C at a prompt, whichever: the terminal echoes, nothing was done, and nothing is left half-done."""

import json

import pytest
from support.pool import PASSWORD, seed, user
from support.world import World

NEW = "Fresh-Horse-8"
# What the pool asks for once the password is right, what is typed on the way, and where Ctrl-C comes; prompts that hide
# what is typed, and those that don't.
CHALLENGES = {
    "new password": ("NEW_PASSWORD_REQUIRED", {"requiredAttributes": '["userAttributes.name"]'}, [], "New password: "),
    "new password again": ("NEW_PASSWORD_REQUIRED", {}, [("New password: ", NEW)], "Again: "),
    "attribute": (
        "NEW_PASSWORD_REQUIRED", {"requiredAttributes": '["userAttributes.name"]'},
        [("New password: ", NEW), ("Again: ", NEW)], "name: ",
    ),
    "authenticator": ("SOFTWARE_TOKEN_MFA", {}, [], "Code of the authenticator"),
    "sms": ("SMS_MFA", {"CODE_DELIVERY_DESTINATION": "+***1"}, [], r"Code sent by SMS to \+\*\*\*1"),
    "mail": ("EMAIL_OTP", {"CODE_DELIVERY_DESTINATION": "a***"}, [], r"Code sent by mail to a\*\*\*"),
    "factor": ("SELECT_MFA_TYPE", {"MFAS_CAN_CHOOSE": '["SMS_MFA","EMAIL_OTP"]'}, [], r"Second factor \[1-2\]: "),
    "way": ("SELECT_CHALLENGE", {}, [], r"Way to sign in \[1-2\]: "),
    "set-up": ("MFA_SETUP", {"MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]'}, [], "The code that the app shows: "),
    "question": ("CUSTOM_CHALLENGE", {"question": "2+2"}, [], "Answer: "),
}
SHOWN = ("name: ", r"Second factor \[1-2\]: ", r"Way to sign in \[1-2\]: ", "Username: ", "Its name, to delete it: ")
ACCOUNT = {
    "sign-up": (["signup", "work", "--username", "x"], [], "Password: ", "SignUp"),
    "sign-up again": (["signup", "work", "--username", "x"], [("Password: ", NEW)], "Again: ", "SignUp"),
    "confirm": (["confirm", "work", "--username", "x"], [], "Code: ", "ConfirmSignUp"),
    "reset": (["reset-password", "work", "--username", "x"], [], "Code: ", "ConfirmForgotPassword"),
    "reset, password": (
        ["reset-password", "work", "--username", "x"], [("Code: ", "123456")], "New password: ", "ConfirmForgotPassword"
    ),
    "change": (["change-password", "work"], [], "Old password: ", "ChangePassword"),
    "change, new": (["change-password", "work"], [("Old password: ", PASSWORD)], "New password: ", "ChangePassword"),
    "verify": (["verify-attribute", "work", "email"], [], "Code: ", "VerifyUserAttribute"),
    "enrol": (["mfa", "work", "--enroll-totp"], [], "The code that the app shows: ", "VerifySoftwareToken"),
    "delete": (["delete", "work"], [], "Its name, to delete it: ", "DeleteUser"),
}


@pytest.fixture(scope="module")
def house():
    world = World(the_seed=seed(users=[user("anna")]))
    world.signed_in("work")
    world.profile("ctrlc")
    yield world
    world.end()


def interrupt(world, arguments, typed, prompt):
    """Answers some prompts, and the last with Ctrl-C."""
    with world.terminal(*arguments) as terminal:
        place = 0
        for asked, answer in typed:
            place = terminal.expect(asked, after=place)
            terminal.expect_echo(asked in SHOWN)
            terminal.type(answer + "\r")
        terminal.expect(prompt, after=place)
        terminal.expect_echo(prompt in SHOWN)
        terminal.type("half an ans")
        terminal.interrupt()
        assert terminal.wait() in (130, -2), terminal.shown
        assert terminal.echoes
        assert "half an ans" not in terminal.shown or prompt in SHOWN


def nothing_is_left(world):
    names = {session["name"] for session in world.client.status()["sessions"]}
    assert names == {"work"}, names
    login = world.start_login("ctrlc", "anna")
    assert world.client.delete(f"/v1/logins/{login['id']}").status == 204, "a login was left waiting"


@pytest.mark.parametrize("kind", CHALLENGES)
def test_where_a_challenge_is_asked(house, kind):
    name, parameters, typed, prompt = CHALLENGES[kind]
    challenge = {"ChallengeName": name, "Session": "s" * 40, "ChallengeParameters": parameters}
    if name == "SELECT_CHALLENGE":
        challenge["AvailableChallenges"] = ["PASSWORD", "EMAIL_OTP"]
    answers = {"RespondToAuthChallenge": challenge}
    if name == "MFA_SETUP":
        answers["AssociateSoftwareToken"] = {"SecretCode": "JBSWY3DPEHPK3PXP", "Session": "t" * 40}
    for operation, body in answers.items():
        effect = {"status": 200, "content_type": "application/x-amz-json-1.1", "body": json.dumps(body)}
        house.pool.control("fault", id=operation, match={"operation": operation}, times=1, effect=effect)
    interrupt(house, ["login", "ctrlc", "--username", "anna"], [("Password: ", PASSWORD), *typed], prompt)
    nothing_is_left(house)


def test_where_the_name_and_the_password_are_asked(house):
    interrupt(house, ["login", "ctrlc"], [], "Username: ")
    nothing_is_left(house)
    interrupt(house, ["login", "ctrlc"], [("Username: ", "anna")], "Password: ")
    nothing_is_left(house)


@pytest.mark.parametrize("kind", ACCOUNT)
def test_where_the_account_is_looked_after(house, kind):
    arguments, typed, prompt, operation = ACCOUNT[kind]
    before = house.pool.requests(operation)
    interrupt(house, ["account", *arguments], typed, prompt)
    assert house.pool.requests(operation) == before, "it was done although it was given up"
    nothing_is_left(house)


def test_where_the_keystore_is_made_on_the_way(worlds):
    world = worlds(start=False)
    world.place.settings('[keystore]\nkey_source = "passphrase"\n[login]\nnotify = false\n')
    world.agent.start()
    world.profile("work")
    interrupt(world, ["login", "work", "--username", "anna"], [], "New passphrase: ")
    assert world.client.get("/v1/keystore").json["state"] == "uninitialized"
    assert not world.client.status()["sessions"]
