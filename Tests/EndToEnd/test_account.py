"""Accounts: made, confirmed, looked after and deleted, by agentctl and over the socket."""

import json
import re
import sqlite3
import subprocess
import time

import pytest
from support import ctl, qr
from support.binaries import program
from support.pool import CLIENT_SECRET, CLIENTS, PASSWORD, POOL, client, seed, user
from support.totp import Authenticator
from support.world import World

NEW = "Fresh-Horse-8"
PASSKEYS = [{"id": "cGFzc2tleS1vbmU", "name": "laptop"}, {"id": "cGFzc2tleS10d28", "name": "phone"}]


def account_seed():
    people = ("mfa", "mfa2", "mfa3", "pw", "attr", "attr2", "victim", "goner", "goner2", "victim2", "lost", "expiry", "brief")
    users = [user(name) for name in people]
    users += [user("taken", email="taken@example.org"), {**user("keys"), "passkeys": PASSKEYS}]
    the_seed = seed(clients=[*CLIENTS, client("telling", prevent_user_existence_errors=False)], users=users)
    the_seed["user_pools"][0]["alias_attributes"] = ["email"]
    return the_seed


@pytest.fixture(scope="module")
def house():
    world = World(the_seed=account_seed())
    world.profile("work")
    yield world
    world.end()


def code_for(world, username, purpose):
    """The code that was last sent to somebody."""
    lines = (world.pool.folder / "deliveries.jsonl").read_text().splitlines()
    sent = [json.loads(line) for line in lines]
    return [one["code"] for one in sent if (one["username"], one["purpose"]) == (username, purpose)][-1]


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def can_sign_in(world, username, password, session):
    return world.login("work", username, password=password, session=session)["step"]["kind"] == "done"


# Before the sign-in


def test_an_account_is_made_confirmed_and_signed_in(house):
    made = house.ctl(
        "account", "signup", "work", "--username", "zoe", "--attribute", "email=zoe@example.org", input=NEW + "\n"
    )
    assert made.returncode == 0, made
    assert "mail to z***@e***" in made.stdout and "agentctl account confirm work --username zoe" in made.stdout, made
    assert NEW not in made.stdout + made.stderr
    code = code_for(house, "zoe", "sign_up")
    confirmed = house.ctl("account", "confirm", "work", "--username", "zoe", input=f"{other_than(code)}\n{code}\n")
    assert confirmed.returncode == 0, confirmed
    assert "agentctl login work --username zoe" in confirmed.stdout, confirmed
    assert can_sign_in(house, "zoe", NEW, "zoe")
    again = house.ctl("account", "confirm", "work", "--username", "zoe", input=f"{code}\n")
    assert again.returncode == 0, "after a lost answer the second try is no failure"


def test_the_socket_says_who_was_made_and_where_the_code_went(house):
    body = {"username": "yan", "password": NEW, "attributes": {"email": "yan@example.org"}}
    answer = house.client.post("/v1/profiles/work/account/signup", body)
    assert answer.status == 201 and answer.closes, answer
    delivery = {"medium": "EMAIL", "destination": "y***@e***", "attribute": "email"}
    assert answer.json == {"confirmed": False, "sub": answer.json["sub"], "delivery": delivery}
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.json["sub"])
    resent = house.client.post("/v1/profiles/work/account/resend-code", {"username": "yan"})
    assert (resent.status, resent.json) == (200, {"delivery": delivery})
    code = code_for(house, "yan", "sign_up")
    body = {"username": "yan", "code": other_than(code)}
    wrong = house.client.post("/v1/profiles/work/account/confirm", body)
    assert (wrong.status, wrong.code, wrong.json["reason"]) == (422, "credentials_refused", "wrong_code"), wrong
    right = house.client.post("/v1/profiles/work/account/confirm", {"username": "yan", "code": code})
    assert (right.status, right.json) == (200, {}), right
    late = house.client.post("/v1/profiles/work/account/resend-code", {"username": "yan"})
    assert (late.status, late.code) == (409, "conflict"), late


def test_a_name_or_an_address_that_is_taken(house):
    body = {"username": "taken", "password": NEW, "attributes": {"email": "other@example.org"}}
    answer = house.client.post("/v1/profiles/work/account/signup", body)
    assert (answer.status, answer.code) == (409, "conflict"), answer
    made = house.ctl(
        "account", "signup", "work", "--username", "alias", "--attribute", "email=taken@example.org", input=NEW + "\n"
    )
    assert made.returncode == 0, made
    code = code_for(house, "alias", "sign_up")
    answer = house.client.post("/v1/profiles/work/account/confirm", {"username": "alias", "code": code})
    assert (answer.status, answer.code) == (409, "conflict"), answer
    made = house.ctl("account", "resend-code", "work", "--username", "alias")
    assert made.returncode == 0, made
    code = code_for(house, "alias", "sign_up")
    refused = house.ctl("account", "confirm", "work", "--username", "alias", input=f"{code}\n")
    assert refused.returncode == 1 and "belongs to another account" in refused.stderr, refused


@pytest.mark.parametrize(
    "password, words",
    [
        ("short", "Password not long enough"),
        ("no-upper-case-1", "Password must have uppercase characters"),
        ("No-Number-At-All", "Password must have numeric characters"),
        ("White Space-1", r"[\S]+"),
        ("Long-1" + "x" * 251, "256"),
    ],
)
def test_a_password_against_the_policy_is_refused_in_the_pools_words(house, password, words):
    result = house.ctl("account", "signup", "work", "--username", "nobody", input=password + "\n")
    assert result.returncode == 13 and words in result.stderr, result
    assert password not in result.stderr
    body = {"username": "nobody", "password": password, "attributes": {}}
    answer = house.client.post("/v1/profiles/work/account/signup", body)
    assert (answer.status, answer.json["reason"]) == (422, "password_policy"), answer
    assert words in answer.json["detail"]


@pytest.mark.parametrize("password", ['Quo"te\'s-1', "Pässwörd-1", "Pa\u0308sswo\u0308rd-1", "Long-1" + "x" * 250])
def test_unusual_passwords_are_kept_as_they_were_typed(house, password):
    name = f"odd{len(password)}{password[1:3].encode().hex()}"
    made = house.ctl(
        "account", "signup", "work", "--username", name, "--attribute", f"email={name}@example.org", input=password + "\n"
    )
    assert made.returncode == 0, made
    confirm = house.ctl("account", "confirm", "work", "--username", name, input=code_for(house, name, "sign_up") + "\n")
    assert confirm.returncode == 0, confirm
    assert can_sign_in(house, name, password, name)


def test_on_a_terminal_the_password_is_asked_twice_without_echo(house):
    arguments = ["account", "signup", "work", "--username", "term", "--attribute", "email=term@example.org"]
    with house.terminal(*arguments) as terminal:
        place = terminal.expect("Password: ")
        assert "no white space" in terminal.shown[:place]
        terminal.expect_echo(False)
        terminal.type("weak\n")
        place = terminal.expect("Again: ", after=place)
        terminal.type("weak\n")
        place = terminal.expect("Password not long enough", after=place)
        for answer in (NEW, "Another-1", NEW, NEW):
            place = terminal.expect("Password: |Again: ", after=place)
            terminal.type(answer + "\n")
        assert "not the same" in terminal.shown or terminal.expect("not the same")
        assert terminal.wait() == 0, terminal.shown
        assert NEW not in terminal.shown
        assert terminal.echoes


def test_what_the_pool_has_said_of_passwords_is_shown_before_the_next_is_typed(worlds):
    world = worlds()
    world.profile("work")
    assert "password_rules" not in world.client.get("/v1/profiles/work").json
    for weak in ("weak", "long-enough", "weak"):
        assert world.ctl("account", "signup", "work", "--username", "ann", input=weak + "\n").returncode == 13
    rules = world.client.get("/v1/profiles/work").json["password_rules"]
    said = '"Password not long enough", "Password must have uppercase characters".'
    assert rules == "This pool has refused passwords with: " + said, rules
    world.agent.restart()
    world.profile("other", "minute")
    login = world.answer(world.start_login("other", "newcomer"), "Temporary-1")
    assert login["step"]["policy"] == rules, "another client, the same pool"
    for arguments in (["account", "signup", "other", "--username", "u"], ["login", "work", "--username", "newcomer2"]):
        with world.terminal(*arguments, columns=500) as terminal:
            if arguments[0] == "login":
                terminal.expect("Password: ")
                terminal.expect_echo(False)
                terminal.type("Temporary-1\r")
            terminal.expect("no white space. This pool has refused .*not long enough.*\n.*Password: ")
    assert world.client.put("/v1/profiles/work", world.client.get("/v1/profiles/work").json).status == 200


def test_without_an_open_keystore_nobody_is_asked_for_secrets(worlds):
    world = worlds()
    world.signed_in("work")
    world.client.post("/v1/lock")
    for arguments in (["change-password"], ["signup", "work", "--username", "u"], ["verify-attribute", "email"]):
        with world.terminal("account", *arguments) as terminal:
            assert terminal.wait() == 11 and "agentctl unlock" in terminal.shown, terminal.shown
            assert ": " not in terminal.shown.replace("agentctl: ", "").replace("Run: ", ""), terminal.shown


def test_who_prefers_an_authenticator_that_is_not_there_is_told_how_to_set_one_up(house):
    signed_in(house, "mfa", "mfa")
    refused = house.ctl("account", "mfa", "mfa", "--prefer", "SOFTWARE_TOKEN_MFA")
    assert refused.returncode == 1 and refused.stderr.endswith("agentctl account mfa mfa --enroll-totp\n"), refused


def test_a_forgotten_password_is_replaced_and_a_refused_answer_asked_again(house):
    sent = house.ctl("account", "forgot-password", "work", "--username", "lost")
    assert sent.returncode == 0 and "agentctl account reset-password work --username lost" in sent.stdout, sent
    code = code_for(house, "lost", "forgot_password")
    # The policy is looked at before the code: first another password, then the right code.
    answers = f"{other_than(code)}\nweak\n{NEW}\n{code}\n"
    reset = house.ctl("account", "reset-password", "work", "--username", "lost", input=answers)
    assert reset.returncode == 0, reset
    assert can_sign_in(house, "lost", NEW, "lost")
    again = house.ctl("account", "reset-password", "work", "--username", "lost", input=f"{code}\n{NEW}\n")
    assert again.returncode == 13, again
    assert "agentctl account forgot-password work --username lost" in again.stderr, "a code is good once"


def test_a_code_that_has_expired_says_how_to_get_another(house):
    house.client.post("/v1/profiles/work/account/forgot-password", {"username": "expiry"})
    code = code_for(house, "expiry", "forgot_password")
    house.pool.control("clock", offset_seconds=3700)
    try:
        body = {"username": "expiry", "code": code, "new_password": NEW}
        answer = house.client.post("/v1/profiles/work/account/reset-password", body)
    finally:
        house.pool.control("clock", offset_seconds=0)
    assert (answer.status, answer.code, answer.json["reason"]) == (422, "credentials_refused", "code_expired"), answer
    answer = house.client.post("/v1/profiles/work/account/reset-password", body)
    assert (answer.status, answer.json) == (200, {}), answer


def test_nothing_is_revealed_of_who_does_not_exist_unless_the_pool_does(house):
    asked = house.ctl("account", "forgot-password", "work", "--username", "nosuchuser")
    assert asked.returncode == 0 and "A code was sent by mail" in asked.stdout, asked
    house.profile("telling", "telling")
    told = house.ctl("account", "forgot-password", "telling", "--username", "nosuchuser")
    assert told.returncode == 13 and "no user of that name" in told.stderr, told


def test_too_many_requests_for_codes(house):
    house.client.post("/v1/profiles/work/account/signup", {"username": "eager", "password": NEW, "attributes": {
        "email": "eager@example.org"}})
    for _ in range(5):
        assert house.client.post("/v1/profiles/work/account/resend-code", {"username": "eager"}).status == 200
    refused = house.ctl("account", "resend-code", "work", "--username", "eager")
    assert refused.returncode == 13 and "limit" in refused.stderr, refused


def test_a_client_with_a_secret(house):
    house.profile("secretive", "confidential", client_secret=CLIENT_SECRET)
    arguments = ["secretive", "--username", "Sec+Ret"]
    made = house.ctl("account", "signup", *arguments, "--attribute", "email=sec@example.org", input=NEW + "\n")
    assert made.returncode == 0, made
    assert house.ctl("account", "resend-code", *arguments).returncode == 0
    code = code_for(house, "Sec+Ret", "sign_up")
    assert house.ctl("account", "confirm", *arguments, input=code + "\n").returncode == 0
    assert house.ctl("account", "forgot-password", *arguments).returncode == 0
    answers = f"{code_for(house, 'Sec+Ret', 'forgot_password')}\n{PASSWORD}\n"
    assert house.ctl("account", "reset-password", *arguments, input=answers).returncode == 0
    assert house.login("secretive", "Sec+Ret", password=PASSWORD)["step"]["kind"] == "done"


def test_the_end_of_input_before_any_answer_ends_with_1(house):
    for arguments in (["signup"], ["confirm"], ["reset-password"]):
        result = house.ctl("account", *arguments, "work", "--username", "whoever")
        assert result.returncode == 1 and "input ended" in result.stderr, result


def test_an_unknown_profile_or_session(house):
    assert house.ctl("account", "confirm", "nosuch", "--username", "u", input="1\n").returncode == 67
    assert house.ctl("account", "attributes", "nosuch").returncode == 67
    assert house.ctl("account", "devices", "work").returncode == 10
    assert house.ctl("account", "signup", "work", input="x\n").returncode == 64, "no --username"


# Signed in


def signed_in(world, session, username, client="long"):
    """Somebody signed in under a profile of the session's name, if they are not yet."""
    if session not in {one["name"] for one in world.client.status()["sessions"]}:
        world.signed_in(session, client, username)


def test_the_password_is_changed(house):
    signed_in(house, "pw", "pw")
    changed = house.ctl("account", "change-password", "pw", input=f"Wrong-Horse-7\n{NEW}\n{PASSWORD}\n")
    assert changed.returncode == 0, changed
    assert PASSWORD not in changed.stdout + changed.stderr and NEW not in changed.stdout + changed.stderr
    assert can_sign_in(house, "pw", NEW, "pw-new") and not can_sign_in(house, "pw", PASSWORD, "pw-old")
    refused = house.ctl("account", "change-password", "pw", input=f"Wrong-Horse-7\n{NEW}\n")
    assert refused.returncode == 13 and "old password is wrong" in refused.stderr, refused
    answer = house.client.post(
        "/v1/sessions/pw/account/change-password", {"old_password": NEW, "new_password": "weak"}
    )
    assert (answer.status, answer.json["reason"], answer.closes) == (422, "password_policy", True), answer
    assert answer.json["session"] == "pw" and "Password not long enough" in answer.json["detail"], answer
    body = {"old_password": NEW, "new_password": PASSWORD}
    answer = house.client.post("/v1/sessions/pw/account/change-password", body)
    assert (answer.status, answer.json, answer.closes) == (200, {}, True), answer


def test_attributes_are_shown_set_removed_and_verified(house):
    signed_in(house, "attr", "attr")
    shown = house.ctl("account", "attributes", "attr")
    assert shown.returncode == 0 and re.search(r"^email +attr@example.org$", shown.stdout, re.M), shown
    changed = house.ctl(
        "account", "attributes", "attr", "--set", "name=A. Ttr = B", "--set", "email=new@example.org",
        "--set", "locale=de",
    )
    assert changed.returncode == 0, changed
    assert "agentctl account verify-attribute attr email" in changed.stdout, changed
    printed = house.ctl("account", "attributes", "attr", "--remove", "locale", "--json")
    assert json.loads(printed.stdout) == {"deliveries": []}, printed
    account = json.loads(house.ctl("account", "attributes", "attr", "--json").stdout)
    assert account["username"] == "attr" and account["attributes"]["name"] == "A. Ttr = B", account
    assert "locale" not in account["attributes"] and account["attributes"]["email_verified"] == "false", account
    code = code_for(house, "attr", "verify_email")
    answers = f"{other_than(code)}\n{code}\n"
    verified = house.ctl("account", "verify-attribute", "attr", "email", input=answers)
    assert verified.returncode == 0, verified
    account = house.client.get("/v1/sessions/attr/account").json
    assert account["attributes"]["email_verified"] == "true", account
    house.client.post("/v1/sessions/attr/account/attributes/email/send-code")
    body = {"code": code_for(house, "attr", "verify_email")}
    answer = house.client.post("/v1/sessions/attr/account/attributes/email/verify", body)
    assert (answer.status, answer.json) == (200, {}), answer
    # An alias that is taken at once, such as preferred_username, is refused when it is set.
    effect = {"error": "AliasExistsException", "message": "Already found an entry for username attr"}
    house.pool.control("fault", match={"operation": "UpdateUserAttributes"}, times=1, effect=effect)
    body = {"set": {"preferred_username": "taken"}, "remove": []}
    answer = house.client.request("PATCH", "/v1/sessions/attr/account/attributes", body)
    assert (answer.status, answer.code) == (409, "conflict"), answer


def test_a_verification_code_is_sent_and_an_address_of_somebody_else_refused(house):
    signed_in(house, "attr2", "attr2")
    body = {"set": {"email": "taken@example.org"}, "remove": []}
    answer = house.client.request("PATCH", "/v1/sessions/attr2/account/attributes", body)
    delivery = {"medium": "EMAIL", "destination": "t***@e***", "attribute": "email"}
    assert answer.json == {"deliveries": [delivery]}, answer
    sent = house.client.post("/v1/sessions/attr2/account/attributes/email/send-code")
    assert sent.json == {"delivery": delivery}, sent
    code = code_for(house, "attr2", "verify_email")
    answer = house.client.post("/v1/sessions/attr2/account/attributes/email/verify", {"code": code})
    assert (answer.status, answer.code) == (409, "conflict"), answer
    result = house.ctl("account", "verify-attribute", "attr2", "email", "--send", input="")
    assert result.returncode == 1 and "mail to t***@e***" in result.stderr, result
    answer = house.client.post("/v1/sessions/attr2/account/attributes/nickname/send-code")
    assert (answer.status, answer.code) == (502, "provider_error"), answer
    refused = house.ctl("account", "attributes", "attr2", "--set", "email_verified=true")
    assert refused.returncode == 1 and "may not write" in refused.stderr, refused


def test_what_was_set_before_a_removal_failed_is_said(house):
    signed_in(house, "attr2", "attr2")
    body = {"set": {"nickname": "nick"}, "remove": ["sub"]}
    answer = house.client.request("PATCH", "/v1/sessions/attr2/account/attributes", body)
    assert answer.status == 502 and answer.json["detail"].startswith("What was to be set is set"), answer
    assert house.client.get("/v1/sessions/attr2/account").json["attributes"]["nickname"] == "nick"


class Piped:
    """agentctl with pipes, which a test answers as it goes on."""

    def __init__(self, world, *arguments):
        self.process = subprocess.Popen(
            [program("agentctl"), *arguments],
            env=world.place.environment(SESSION_AGENT_NO_AUTOSTART="1"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )

    def until(self, pattern):
        for line in self.process.stdout:
            if match := re.search(pattern, line):
                return match
        raise AssertionError(self.process.communicate())

    def end(self, text):
        out, err = self.process.communicate(text, timeout=30)
        return self.process.returncode, out, err


def test_an_authenticator_app_is_enrolled_used_and_turned_off(house):
    signed_in(house, "mfa", "mfa")
    nothing = house.ctl("account", "mfa", "mfa")
    assert "agentctl account mfa mfa --enroll-totp" in nothing.stdout, nothing
    enrolling = Piped(house, "account", "mfa", "mfa", "--enroll-totp")
    secret = enrolling.until(r"Secret: ([A-Z2-7]{16,})$")[1]
    uri = enrolling.until(r"Address: (otpauth://\S+)$")[1]
    assert uri == f"otpauth://totp/{POOL}:mfa?secret={secret}&issuer={POOL}"
    app = Authenticator(secret)
    status, out, err = enrolling.end(f"{app.wrong_code()}\n{app.code()}\n")
    assert status == 0 and "SOFTWARE_TOKEN_MFA (preferred)" in out and "█" not in out, (status, out, err)
    login = house.start_login("work", "mfa", "mfa-again")
    assert house.answer(login, PASSWORD)["step"]["kind"] == "totp_code"
    house.client.delete(f"/v1/logins/{login['id']}")
    off = house.ctl("account", "mfa", "mfa", "--off", "SOFTWARE_TOKEN_MFA", "--json")
    assert json.loads(off.stdout) == {"methods": [], "preferred": None}, off
    assert can_sign_in(house, "mfa", PASSWORD, "mfa-plain")


def test_the_second_factors_are_chosen_over_the_socket(house):
    signed_in(house, "mfa2", "mfa2")
    answer = house.client.post("/v1/sessions/mfa2/account/mfa/totp")
    assert answer.status == 200 and answer.closes, answer
    app = Authenticator(answer.json["secret"])
    body = {"code": app.wrong_code(), "device_name": "phone"}
    wrong = house.client.post("/v1/sessions/mfa2/account/mfa/totp/verify", body)
    assert (wrong.status, wrong.json["reason"]) == (422, "wrong_code"), wrong
    right = house.client.post("/v1/sessions/mfa2/account/mfa/totp/verify", {**body, "code": app.code()})
    assert (right.status, right.json) == (200, {}), right
    wanted = {"methods": ["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"], "preferred": "EMAIL_OTP"}
    answer = house.client.put("/v1/sessions/mfa2/account/mfa", wanted)
    assert answer.status == 200 and answer.json["preferred"] == "EMAIL_OTP", answer
    assert sorted(answer.json["methods"]) == ["EMAIL_OTP", "SOFTWARE_TOKEN_MFA"], answer
    assert house.client.get("/v1/sessions/mfa2/account/mfa").json == answer.json
    preferred = house.ctl("account", "mfa", "mfa2", "--prefer", "SOFTWARE_TOKEN_MFA")
    assert "SOFTWARE_TOKEN_MFA (preferred)" in preferred.stdout, preferred
    refused = house.ctl("account", "mfa", "mfa2", "--prefer", "SMS_MFA")
    assert refused.returncode == 1 and "delivery config" in refused.stderr, refused
    assert house.ctl("account", "mfa", "mfa2", "--prefer", "PIGEON").returncode == 64


def test_a_qr_code_is_drawn_on_a_terminal_that_can_show_it(house):
    signed_in(house, "mfa3", "mfa3")
    arguments = ["account", "mfa", "mfa3", "--enroll-totp"]
    for environment, columns, drawn in (
        ({}, 100, True),
        ({"NO_COLOR": "1"}, 100, True),
        ({}, 40, False),
        ({"LANG": "C"}, 100, False),
        ({"LC_ALL": "en_US.ISO-8859-1"}, 100, False),
        ({"TERM": "dumb"}, 100, False),
    ):
        with ctl.Terminal(house.place, *arguments, environment=environment, columns=columns) as terminal:
            place = terminal.expect("The code that the app shows: ")
            uri = re.search(r"Address: (\S+)", terminal.shown)[1]
            assert ("█" in terminal.shown) == drawn, (environment, columns, terminal.shown)
            if drawn:
                assert qr.read(terminal.shown[:place]) == uri, terminal.shown
            assert ("\x1b[40;97m" in terminal.shown) == (drawn and "NO_COLOR" not in environment)
            terminal.interrupt()
            terminal.wait()


def test_the_login_that_sets_an_authenticator_up_draws_the_same(worlds):
    world = worlds(the_seed=seed(users=[user("anna")], mfa="ON"))
    world.profile("work")
    with world.terminal("login", "work", "--username", "anna") as terminal:
        terminal.expect("Password: ")
        terminal.type(PASSWORD + "\n")
        place = terminal.expect("The code that the app shows: ")
        uri = re.search(r"Address: (\S+)", terminal.shown)[1]
        assert qr.read(terminal.shown[:place]) == uri
        terminal.type(Authenticator(re.search("secret=([A-Z2-7]+)", uri)[1]).code() + "\n")
        assert terminal.wait() == 0, terminal.shown


def test_passkeys_are_listed_and_removed(house):
    signed_in(house, "keys", "keys")
    listed = house.ctl("account", "passkeys", "keys")
    assert listed.returncode == 0 and "laptop" in listed.stdout and PASSKEYS[1]["id"] in listed.stdout, listed
    removed = house.ctl("account", "passkeys", "keys", "--delete", PASSKEYS[0]["id"])
    assert removed.returncode == 0, removed
    left = json.loads(house.ctl("account", "passkeys", "keys", "--json").stdout)["passkeys"]
    assert [(key["id"], key["name"]) for key in left] == [(PASSKEYS[1]["id"], "phone")], left
    assert house.client.get("/v1/sessions/keys/account/passkeys").json == {"passkeys": left}
    answer = house.client.delete(f"/v1/sessions/keys/account/passkeys/{PASSKEYS[0]['id']}")
    assert (answer.status, answer.code) == (404, "not_found"), answer
    gone = house.ctl("account", "passkeys", "keys", "--delete", PASSKEYS[0]["id"])
    assert gone.returncode == 67 and "no such passkey" in gone.stderr, gone
    assert house.client.delete(f"/v1/sessions/keys/account/passkeys/{PASSKEYS[1]['id']}").status == 204
    assert "no passkeys" in house.ctl("account", "passkeys", "keys").stderr


def test_the_account_is_deleted_by_who_types_its_name(house):
    signed_in(house, "goner", "goner")
    refused = house.ctl("account", "delete", "goner", input="gonner\n")
    assert refused.returncode == 64 and "Nothing was deleted" in refused.stderr, refused
    assert house.client.session("goner")["state"] == "active"
    deleted = house.ctl("account", "delete", "goner", input="goner\n")
    assert deleted.returncode == 0, deleted
    answer = house.client.get("/v1/sessions/goner/token")
    assert (answer.status, answer.code) == (401, "sign_in_required"), answer
    login = house.login("goner", "goner")
    assert login["step"]["error"]["reason"] == "wrong_credentials", login
    house.client.delete(f"/v1/logins/{login['id']}")
    assert not [order for order in house.client.status()["pending"] if order["session"] == "goner"]


# The session's token


def test_an_expired_access_token_is_renewed_first(worlds):
    world = worlds()
    world.signed_in("work", "brief", refresh="on-demand")
    world.until_expired("work")
    assert world.client.session("work")["generation"] == 1
    answer = world.client.get("/v1/sessions/work/account")
    assert answer.status == 200 and answer.json["username"] == "anna", answer
    assert world.client.session("work")["generation"] == 2


def test_a_token_that_the_pool_takes_no_more_is_renewed_and_the_work_done(house):
    signed_in(house, "victim", "victim")
    before = house.client.session("victim")["generation"]
    house.pool.control("expire", username="victim", token="access")
    answer = house.client.get("/v1/sessions/victim/account")
    assert answer.status == 200, answer
    assert house.client.session("victim")["generation"] == before + 1
    house.pool.control("revoke", username="victim")
    answer = house.client.get("/v1/sessions/victim/account")
    assert (answer.status, answer.code) == (401, "sign_in_required"), answer
    assert house.ctl("account", "attributes", "victim").returncode == 10


def test_without_network_the_answer_is_offline_at_once(worlds):
    world = worlds()
    world.signed_in("work", "brief")
    world.pool.stop()
    world.until_expired("work")
    world.client.get("/v1/sessions/work/token?timeout=5")
    began = time.monotonic()
    answer = world.client.get("/v1/sessions/work/account")
    assert (answer.status, answer.code) == (503, "offline"), answer
    assert answer.json["retry_after_seconds"] >= 1 and time.monotonic() - began < 1, answer
    result = world.ctl("account", "mfa", "work")
    assert result.returncode == 75 and "Nothing was done. Then try again." in result.stderr, result
    assert "next attempt" not in result.stderr, "that is the session's, not what was wanted"
    answer = world.client.post("/v1/profiles/work/account/forgot-password", {"username": "anna"})
    assert (answer.status, answer.code) == (503, "offline"), answer


# Every route, every answer

BEFORE = [
    ("signup", "SignUp", {"username": "u", "password": NEW, "attributes": {}}),
    ("confirm", "ConfirmSignUp", {"username": "u", "code": "123456"}),
    ("resend-code", "ResendConfirmationCode", {"username": "u"}),
    ("forgot-password", "ForgotPassword", {"username": "u"}),
    ("reset-password", "ConfirmForgotPassword", {"username": "u", "code": "123456", "new_password": NEW}),
]
KEY = "us-east-1_00000000-0000-4000-8000-000000000000"
SIGNED_IN = [
    ("GET", "", "GetUser", None),
    ("DELETE", "", "DeleteUser", {"username": "anna"}),
    ("POST", "/change-password", "ChangePassword", {"old_password": PASSWORD, "new_password": NEW}),
    ("PATCH", "/attributes", "UpdateUserAttributes", {"set": {"name": "n"}, "remove": []}),
    ("POST", "/attributes/email/send-code", "GetUserAttributeVerificationCode", None),
    ("POST", "/attributes/email/verify", "VerifyUserAttribute", {"code": "123456"}),
    ("GET", "/mfa", "GetUser", None),
    ("PUT", "/mfa", "GetUser", {"methods": ["SMS_MFA"], "preferred": None}),
    ("POST", "/mfa/totp", "AssociateSoftwareToken", None),
    ("POST", "/mfa/totp/verify", "VerifySoftwareToken", {"code": "123456"}),
    ("GET", "/devices", "ListDevices", None),
    ("PUT", f"/devices/{KEY}", "UpdateDeviceStatus", {"remembered": True}),
    ("DELETE", f"/devices/{KEY}", "ForgetDevice", None),
    ("GET", "/passkeys", "ListWebAuthnCredentials", None),
    ("DELETE", "/passkeys/id", "DeleteWebAuthnCredential", None),
]


def routes(session="work", profile="work"):
    """Every route as (method, target, body, the pool's operation)."""
    for what, operation, body in BEFORE:
        yield "POST", f"/v1/profiles/{profile}/account/{what}", body, operation
    for method, path, operation, body in SIGNED_IN:
        yield method, f"/v1/sessions/{session}/account{path}", body, operation


@pytest.fixture(scope="module")
def work(house):
    signed_in(house, "work", "victim2")
    return house


FAULTS = [
    ({"error": "OperationNotEnabledException", "message": "no"}, 501, "unsupported"),
    ({"error": "NotAuthorizedException", "message": "Access Token does not have required scopes"}, 501, "unsupported"),
    ({"error": "ForbiddenException", "message": "no"}, 502, "provider_error"),
    ({"error": "InternalErrorException", "message": "no", "status": 500}, 502, "provider_error"),
    ({"drop": "before"}, 503, "offline"),
    ({"status": 429, "headers": {"Retry-After": "60"}, "body": "{}"}, 503, "throttled"),
    ({"error": "LimitExceededException", "message": "no"}, 422, "credentials_refused"),
    ({"error": "ResourceNotFoundException", "message": "User pool client x does not exist."}, 422, "bad_configuration"),
    ({"malformed": "html"}, 502, "provider_error"),
]


@pytest.mark.parametrize("effect, status, code", FAULTS, ids=[str(one[0]) for one in FAULTS])
def test_each_route_tells_what_the_pool_refuses(work, effect, status, code):
    for method, target, body, operation in routes():
        if method == "DELETE" and body:
            body = {"username": work.client.session("work")["username"]}
        work.pool.control("fault", match={"operation": operation}, times=1, effect=effect)
        answer = work.client.request(method, target, body)
        work.pool.clear()
        assert (answer.status, answer.code) == (status, code), (target, answer)
        assert answer.json["session"] == ("work" if "/sessions/" in target else None), answer
    assert work.client.session("work")["state"] == "active", "nothing of it is about the session itself"


def test_each_route_without_session_or_profile(house):
    house.profile("nobodyhere")
    for method, target, body, _ in routes("nobodyhere", "nosuch"):
        answer = house.client.request(method, target, body)
        expected = (401, "sign_in_required") if "/sessions/" in target else (404, "not_found")
        assert (answer.status, answer.code) == expected, (target, answer)
    for method, target, body, _ in routes("nosuch"):
        if "/sessions/" in target:
            answer = house.client.request(method, target, body)
            assert (answer.status, answer.code) == (404, "not_found"), (target, answer)


def test_each_route_with_a_bad_profile(house):
    (house.place.profiles / "bad.toml").write_text('provider = "cognito"\nno_such_key = 1\n')
    answer = house.client.put("/v1/profiles/oidc", {"provider": "oidc", "issuer": "https://i.example", "client_id": "c"})
    assert answer.status == 201, answer
    for what, _, body in BEFORE:
        answer = house.client.post(f"/v1/profiles/bad/account/{what}", body)
        assert (answer.status, answer.code) == (422, "bad_configuration") and "bad.toml" in answer.json["detail"], answer
        answer = house.client.post(f"/v1/profiles/oidc/account/{what}", body)
        assert (answer.status, answer.code) == (501, "unsupported"), answer


def test_each_route_while_the_keystore_is_locked_or_damaged(worlds):
    world = worlds()
    world.signed_in("work")
    world.client.post("/v1/lock")
    for method, target, body, _ in routes():
        answer = world.client.request(method, target, body)
        assert (answer.status, answer.code) == (423, "locked"), (target, answer)
    assert world.ctl("account", "mfa", "work").returncode == 11
    world.agent.stop()
    world.place.keystore.write_bytes(b"this is no database" + bytes(5000))
    for suffix in ("-wal", "-shm"):
        world.place.keystore.with_name(world.place.keystore.name + suffix).unlink(missing_ok=True)
    world.agent.start()
    for method, target, body, _ in routes():
        answer = world.client.request(method, target, body)
        assert (answer.status, answer.code) == (507, "storage_failed"), (target, answer)


def test_each_body_is_strict(work):
    for method, target, body, _ in routes():
        for more in ({"no_such_member": 1}, {"device_name": "x"}):
            if more == {"device_name": "x"} and target.endswith("/totp/verify"):
                continue
            answer = work.client.request(method, target, {**(body or {}), **more})
            assert (answer.status, answer.code) == (400, "invalid_request"), (target, answer)
            assert next(iter(more)) in answer.json["detail"], (target, answer)
        for missing in body or {}:
            if missing in ("password", "attributes", "old_password", "set", "remove", "preferred"):
                continue
            answer = work.client.request(method, target, {name: body[name] for name in body if name != missing})
            assert (answer.status, answer.code) == (400, "invalid_request") and missing in answer.json["detail"], answer


@pytest.mark.parametrize(
    "method, path, body, named",
    [
        ("POST", "profiles/work/account/confirm", {"username": "", "code": "1"}, "username"),
        ("POST", "profiles/work/account/confirm", {"username": "u" * 257, "code": "1"}, "username"),
        ("POST", "profiles/work/account/confirm", {"username": "u\n", "code": "1"}, "username"),
        ("POST", "profiles/work/account/confirm", {"username": "u", "code": ""}, "code"),
        ("POST", "profiles/work/account/confirm", {"username": "u", "code": 123456}, "code"),
        ("POST", "profiles/work/account/signup", {"username": "u", "password": ""}, "password"),
        ("POST", "profiles/work/account/signup", {"username": "u", "password": "x" * 4097}, "password"),
        ("POST", "profiles/work/account/signup", {"username": "u", "attributes": {"": "x"}}, "attributes"),
        ("POST", "profiles/work/account/signup", {"username": "u", "attributes": {"a": 1}}, "attributes"),
        ("PATCH", "sessions/work/account/attributes", {}, "set"),
        ("PATCH", "sessions/work/account/attributes", {"set": {"a": "1"}, "remove": ["a"]}, "remove"),
        ("PATCH", "sessions/work/account/attributes", {"remove": "a"}, "remove"),
        ("PUT", "sessions/work/account/mfa", {"methods": ["PIGEON"]}, "methods"),
        ("PUT", "sessions/work/account/mfa", {"methods": ["SMS_MFA", "SMS_MFA"]}, "methods"),
        ("PUT", "sessions/work/account/mfa", {"methods": [], "preferred": "SMS_MFA"}, "preferred"),
        ("PUT", f"sessions/work/account/devices/{KEY}", {"remembered": "yes"}, "remembered"),
        ("POST", f"sessions/work/account/attributes/{'a' * 65}/send-code", None, "attribute"),
        ("DELETE", f"sessions/work/account/devices/{'a' * 129}", None, "key"),
        ("DELETE", f"sessions/work/account/passkeys/{'a' * 1025}", None, "id"),
        ("DELETE", "sessions/work/account", {"username": "somebody"}, "username"),
    ],
)
def test_bodies_out_of_their_bounds_are_named(work, method, path, body, named):
    answer = work.client.request(method, f"/v1/{path}", body)
    assert (answer.status, answer.code) == (400, "invalid_request"), answer
    assert f'"{named}"' in answer.json["detail"], answer


def test_with_json_a_failure_is_a_problem_object(work):
    for command in ("attributes", "mfa", "devices", "passkeys"):
        failed = work.ctl("account", command, "nobody", "--json")
        assert failed.returncode == 67 and failed.stdout == "", failed
        assert json.loads(failed.stderr)["code"] == "not_found", failed


def test_devices_as_the_pool_lists_them(work):
    """The routes' own part; what a pool does with devices is the remembered devices' test."""
    listed = {
        "Devices": [
            {
                "DeviceKey": KEY,
                "DeviceAttributes": [{"Name": "device_name", "Value": "my laptop"}],
                "DeviceCreateDate": 1.7938e9,
                "DeviceLastAuthenticatedDate": 1793800001.25,
            }
        ]
    }

    def answers(operation, body):
        effect = {"status": 200, "content_type": "application/x-amz-json-1.1", "body": json.dumps(body)}
        work.pool.control("fault", id=operation, match={"operation": operation}, effect=effect)

    answers("ListDevices", listed)
    answers("UpdateDeviceStatus", {})
    answers("ForgetDevice", {})
    answer = work.client.get("/v1/sessions/work/account/devices")
    device = {
        "key": KEY, "name": "my laptop", "created_at": "2026-11-04T13:46:40Z", "last_used_at": "2026-11-04T13:46:41Z",
        "current": False,
    }
    assert answer.json == {"devices": [device]}, answer
    assert KEY in work.ctl("account", "devices", "work").stdout
    assert json.loads(work.ctl("account", "devices", "work", "--json").stdout) == {"devices": [device]}
    assert work.client.put(f"/v1/sessions/work/account/devices/{KEY}", {"remembered": True}).json == {}
    assert work.client.delete(f"/v1/sessions/work/account/devices/{KEY}").status == 204
    assert work.ctl("account", "devices", "work", "--forget", KEY).returncode == 0
    work.pool.clear()


def test_a_device_that_is_forgotten_is_forgotten_here_too(worlds):
    the_seed = seed(users=[user("anna")])
    the_seed["user_pools"][0]["device_tracking"] = "always"
    world = worlds(the_seed=the_seed)
    world.signed_in("work")
    device = world.client.get("/v1/sessions/work/account/devices").json["devices"][0]
    assert device["current"] is True and device["name"].startswith("session-agent on "), device
    body = {"remembered": True}
    assert world.client.put(f"/v1/sessions/work/account/devices/{device['key']}", body).json == {}
    assert kept_devices(world) == 1
    forgotten = world.ctl("account", "devices", "work", "--forget", device["key"])
    assert forgotten.returncode == 0, forgotten
    assert kept_devices(world) == 0


def kept_devices(world):
    with sqlite3.connect(f"file:{world.place.keystore}?mode=ro", uri=True) as store:
        return store.execute("SELECT count(*) FROM device").fetchone()[0]


def test_the_account_is_deleted_over_the_socket(house):
    signed_in(house, "goner2", "goner2")
    assert house.client.delete("/v1/sessions/goner2/account", body={"username": "goner2"}).status == 204
    assert house.client.get("/v1/sessions/goner2/account").status == 401
