"""The ways to sign in, and what mends an account on the way: by the socket, by pipes, on a terminal."""

import re

import pytest
from support.pool import PASSWORD, TOTP_SECRET, client, seed, user
from support.world import World

NEW_PASSWORD = "My-Own-Pass-9"


def answer_code(world, login, username):
    return world.answer(login, world.pool.sent_code(username))


def test_who_is_not_confirmed_has_the_code_sent_again_and_is_signed_in(shared):
    shared.profile("confirm")
    login = shared.answer(shared.start_login("confirm", "unconfirmed"), PASSWORD)
    assert login["step"]["kind"] == "email_code", login
    assert login["step"]["error"]["reason"] == "user_not_confirmed", login
    body = {"step": login["step"]["number"], "resend": True}
    login = shared.client.post(f"/v1/logins/{login['id']}/answer", body).json
    assert login["step"]["destination"].startswith("u***"), login
    login = shared.answer(login, "000000")
    assert login["step"]["error"]["reason"] == "wrong_code", login
    assert answer_code(shared, login, "unconfirmed")["step"]["kind"] == "done"
    assert shared.login("confirm", "unconfirmed")["step"]["kind"] == "done"


def test_a_password_to_be_reset_is_reset_on_the_way(shared):
    shared.profile("resetting")
    login = shared.answer(shared.start_login("resetting", "reset"), PASSWORD)
    assert login["step"]["kind"] == "email_code", login
    assert login["step"]["error"]["reason"] == "password_reset_required", login
    login = answer_code(shared, login, "reset")
    assert login["step"]["kind"] == "new_password", login
    login = shared.answer(login, "white space-9A")
    assert login["step"]["error"]["reason"] == "password_policy", login
    assert shared.answer(login, NEW_PASSWORD)["step"]["kind"] == "done"
    assert shared.login("resetting", "reset", password=NEW_PASSWORD)["step"]["kind"] == "done"


def test_the_end_of_input_where_the_code_is_asked_ends_with_13(worlds):
    world = worlds()
    world.profile("piped")
    for username in ("unconfirmed", "reset"):
        result = world.ctl("login", "piped", "--username", username, input=f"{PASSWORD}\n")
        assert result.returncode == 13, result
        assert "code" in result.stderr, result
    login = world.start_login("piped", "anna")
    assert login["step"]["kind"] == "password", "something was left of the others"


def test_on_a_terminal_an_empty_line_sends_the_code_again(worlds):
    world = worlds()
    world.profile("tty")
    with world.terminal("login", "tty", "--username", "unconfirmed") as terminal:
        terminal.expect("password")
        terminal.expect_echo(False)
        terminal.type(PASSWORD + "\r")
        seen = terminal.expect("not confirmed")
        seen = terminal.expect("code sent by mail", after=seen)
        terminal.expect_echo(False)
        terminal.type("\r")
        terminal.expect(r"code sent by mail to u\*\*\*", after=seen)
        terminal.expect_echo(False)
        terminal.type(world.pool.sent_code("unconfirmed") + "\r")
        assert terminal.wait() == 0, terminal.shown
    assert world.client.session("tty")["username"] == "unconfirmed"


@pytest.mark.parametrize("username", ["unconfirmed", "reset"])
def test_ctrl_c_where_the_account_is_mended_leaves_nothing(worlds, username):
    world = worlds()
    world.profile("ctrlc")
    with world.terminal("login", "ctrlc", "--username", username) as terminal:
        terminal.expect("password")
        terminal.expect_echo(False)
        terminal.type(PASSWORD + "\r")
        terminal.expect("code sent by mail")
        terminal.expect_echo(False)
        terminal.interrupt()
        assert terminal.wait() in (130, -2), terminal.shown
        assert terminal.echoes
    assert world.client.get("/v1/sessions").json["sessions"] == []
    assert world.start_login("ctrlc", "anna")["step"]["kind"] == "password"


ALL_FLOWS = ["USER_SRP_AUTH", "USER_PASSWORD_AUTH", "CUSTOM_AUTH", "USER_AUTH", "ADMIN_USER_PASSWORD_AUTH"]
ADMINISTRATOR = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}


def phone(username):
    person = user(username, phone_number="+15550100", phone_number_verified="true")
    return person | {"preferred_mfa": "SMS_MFA"}


@pytest.fixture(scope="module")
def rich():
    """A pool with every flow, questions of its own, and people with a telephone; it remembers devices."""
    flows = [f"ALLOW_{name}" for name in ALL_FLOWS] + ["ALLOW_REFRESH_TOKEN_AUTH"]
    the_seed = seed(
        clients=[client("all", flows=flows)],
        users=[user("anna"), user("bert"), user("carl", totp=TOTP_SECRET), phone("sara"), phone("susi")],
    )
    pool = the_seed["user_pools"][0]
    pool["custom_challenges"] = [{"parameters": {"question": "2+2"}, "answer": "4"}]
    pool["device_tracking"] = "always"
    world = World(the_seed=the_seed)
    world.profile("rich", "all")
    yield world
    world.end()


def ctl(world, session, *arguments, lines, **more):
    answers = "".join(f"{line}\n" for line in lines)
    return world.ctl("login", "rich", "--session", session, *arguments, input=answers, **more)


def test_the_pools_own_question_is_shown_and_answered(rich):
    result = ctl(rich, "custom", "--flow", "custom", "--username", "anna", lines=["5", "4"])
    assert result.returncode == 0, result
    assert "question: 2+2" in result.stderr and "not taken" in result.stderr, result
    result = ctl(rich, "custom2", "--flow", "custom-srp", "--username", "anna", lines=[PASSWORD, "4"])
    assert result.returncode == 0, result
    result = ctl(rich, "custom3", "--flow", "custom", "--username", "anna", lines=["5", "6", "7", "8"])
    assert result.returncode == 13, result


@pytest.mark.parametrize("choice", ["PASSWORD_SRP", "password", "2"])
def test_the_way_is_chosen_by_its_name_or_number(rich, choice):
    result = ctl(rich, f"chosen-{choice}", "--flow", "choice", "--username", "anna", lines=[choice, PASSWORD])
    assert result.returncode == 0, result


def test_a_code_by_mail_alone_signs_in_and_can_be_sent_again(rich):
    login = rich.start_login("rich", "bert", "mail", flow="choice", preferred_challenge="EMAIL_OTP")
    assert login["step"]["kind"] == "email_code" and login["step"]["destination"].startswith("b***"), login
    first = rich.pool.sent_code("bert")
    body = {"step": login["step"]["number"], "resend": True}
    login = rich.client.post(f"/v1/logins/{login['id']}/answer", body).json
    assert login["step"]["kind"] == "email_code" and login["step"]["error"] is None, login
    assert rich.pool.sent_code("bert") != first
    assert answer_code(rich, login, "bert")["step"]["kind"] == "done"


def test_a_passkey_is_said_to_need_the_hosted_pages(rich):
    result = ctl(rich, "key", "--flow", "choice", "--preferred", "WEB_AUTHN", "--username", "anna", lines=[])
    assert result.returncode == 1 and "hosted pages" in result.stderr, result


def test_an_administrator_signs_somebody_in_and_leaves_no_key_behind(rich):
    arguments = ["--flow", "admin", "--username", "anna"]
    result = ctl(rich, "admin", *arguments, lines=[PASSWORD], environment=ADMINISTRATOR)
    assert result.returncode == 0, result
    wrong = {**ADMINISTRATOR, "AWS_SECRET_ACCESS_KEY": "another-secret"}
    result = ctl(rich, "admin2", *arguments, lines=[PASSWORD], environment=wrong)
    assert result.returncode == 13 and "AWS_SECRET_ACCESS_KEY" in result.stderr, result
    for file in rich.place.root.rglob("*"):
        if file.is_file() and "pool" not in file.relative_to(rich.place.root).parts[0]:
            assert ADMINISTRATOR["AWS_SECRET_ACCESS_KEY"].encode() not in file.read_bytes(), file


def test_a_remembered_device_stands_in_for_the_code_after_sign_out_and_restart(rich):
    with rich.terminal("login", "rich", "--session", "device", "--username", "sara") as terminal:
        terminal.expect("password")
        terminal.expect_echo(False)
        terminal.type(PASSWORD + "\r")
        terminal.expect(r"code sent by sms to \+\*+0100")
        terminal.expect_echo(False)
        terminal.type(rich.pool.sent_code("sara") + "\r")
        assert terminal.wait() == 0, terminal.shown
    assert rich.client.post("/v1/sessions/device/refresh?force=true").json["generation"] == 2
    confirmed = rich.pool.requests("ConfirmDevice")
    assert rich.ctl("logout", "device").returncode == 0
    rich.agent.restart()
    result = ctl(rich, "device", "--username", "sara", lines=[PASSWORD])
    assert result.returncode == 0, result
    assert rich.pool.requests("ConfirmDevice") == confirmed, "it was taken for a new device"
    assert rich.client.post("/v1/sessions/device/refresh?force=true").json["generation"] == 4


def test_a_device_that_its_account_forgets_is_no_device_any_more(rich):
    def asked_after_the_password():
        login = rich.answer(rich.start_login("rich", "susi", "susi"), PASSWORD)
        return answer_code(rich, login, "susi")["step"] if login["step"]["kind"] == "sms_code" else login["step"]

    assert asked_after_the_password()["kind"] == "done"
    [current] = [d for d in rich.client.get("/v1/sessions/susi/account/devices").json["devices"] if d["current"]]
    codes = rich.pool.sent_code("susi")
    assert asked_after_the_password()["kind"] == "done" and rich.pool.sent_code("susi") == codes
    assert rich.client.delete(f"/v1/sessions/susi/account/devices/{current['key']}").status == 204
    assert asked_after_the_password()["kind"] == "done" and rich.pool.sent_code("susi") != codes


def test_a_used_authenticator_code_is_said_to_be_old(rich):
    code = rich.pool.authenticator(username="carl").code()
    assert ctl(rich, "carl", "--flow", "password", "--username", "carl", lines=[PASSWORD, code]).returncode == 0
    result = ctl(rich, "carl2", "--flow", "password", "--username", "carl", lines=[PASSWORD, code])
    assert result.returncode == 13, result
    assert "This code was used already or is too old. Wait for the next one." in result.stderr, result


@pytest.fixture
def asking(worlds):
    """A pool that leaves it to the person whether a device is remembered."""
    the_seed = seed(users=[phone("sara"), phone("susi")])
    the_seed["user_pools"][0]["device_tracking"] = "opt_in"
    world = worlds(the_seed=the_seed)
    world.profile("work")
    return world


def test_the_person_is_told_that_the_device_is_remembered_only_on_wish_and_can_say_so(asking):
    arguments = ["login", "work", "--username", "sara", "--force"]
    with asking.terminal(*arguments) as terminal:
        place = terminal.expect("Password: ")
        terminal.expect_echo(False)
        terminal.type(PASSWORD + "\r")
        terminal.expect("code sent by sms", after=place)
        terminal.expect_echo(False)
        terminal.type(asking.pool.sent_code("sara") + "\r")
        assert terminal.wait() == 0, terminal.shown
    shown = terminal.shown.replace("\r\n", " ")
    [command] = re.findall(r"only if you wish.* Run: agentctl (account devices work --remember \S+)", shown)
    sent = asking.pool.sent_code("sara")

    def signs_in_by_the_password_alone():
        result = asking.ctl(*arguments, input=PASSWORD + "\n")
        assert "only if you wish" not in result.stderr, "it is the same device"
        return result.returncode == 0

    assert not signs_in_by_the_password_alone() and asking.pool.sent_code("sara") != sent
    done = asking.ctl(*command.split())
    assert done.returncode == 0 and "is remembered" in done.stdout, done
    assert signs_in_by_the_password_alone()
    key = command.split()[-1]
    done = asking.ctl("account", "devices", "work", "--no-remember", key, "--json")
    assert done.returncode == 0 and f'"{key}"' in done.stdout, done
    assert not signs_in_by_the_password_alone()
    assert asking.ctl("account", "devices", "work", "--remember", key, "--forget", key).returncode == 64


def test_on_the_socket_the_end_of_the_login_names_the_device_to_decide_on(asking):
    login = asking.answer(asking.start_login("work", "susi"), PASSWORD)
    step = answer_code(asking, login, "susi")["step"]
    [device] = asking.client.get("/v1/sessions/work/account/devices").json["devices"]
    assert step["device_to_remember"] == device["key"] and device["current"], step
    forgotten = asking.ctl("account", "devices", "work", "--forget", device["key"])
    assert forgotten.returncode == 0 and "agentctl login work --force" in forgotten.stdout, forgotten


def test_a_challenge_that_nobody_knows_can_not_be_preferred(shared):
    shared.profile("preferring")
    result = shared.ctl("login", "preferring", "--preferred", "PASWORD", "--username", "anna", input="x\n")
    assert result.returncode == 64 and "PASSWORD_SRP" in result.stderr, result
