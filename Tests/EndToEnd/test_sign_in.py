"""Signing in: by piped answers, on a terminal, and over the socket."""

import json
import re
import termios
import time

import pytest
from support.pool import CLIENT_SECRET, PASSWORD, POOL, seed, user
from support.totp import Authenticator
from support.waiting import until


def no_login_waits(world, session):
    """A new login can begin at once: nothing half-done is left."""
    login = world.start_login(session, "anna")
    assert world.client.delete(f"/v1/logins/{login['id']}").status == 204


def test_password_and_code_are_taken_from_a_pipe(shared):
    shared.profile("piped")
    code = shared.pool.authenticator(username="tom").code()
    result = shared.ctl("login", "piped", "--username", "tom", input=f"{PASSWORD}\n{code}\n")
    assert result.returncode == 0, result
    assert PASSWORD not in result.stdout + result.stderr and code not in result.stdout + result.stderr
    assert shared.client.session("piped")["username"] == "tom"
    assert shared.client.session("piped")["state"] == "active"
    assert shared.client.session("piped")["generation"] == 1


def test_the_username_is_asked_for_where_it_is_not_given(shared):
    shared.profile("asked")
    result = shared.ctl("login", "asked", input=f"anna\n{PASSWORD}\n")
    assert result.returncode == 0, result
    assert shared.client.session("asked")["username"] == "anna"


def test_a_wrong_password_at_the_end_of_input_ends_with_13_and_leaves_nothing(shared):
    shared.profile("refused")
    result = shared.ctl("login", "refused", "--username", "wrong", input="Wrong-Horse-7\n")
    assert result.returncode == 13, result
    assert result.stdout == "" and "Wrong-Horse-7" not in result.stderr
    assert [s for s in shared.client.status()["sessions"] if s["name"] == "refused"] == []
    no_login_waits(shared, "refused")


def test_a_wrong_password_is_asked_again_twice(shared):
    shared.profile("again")
    result = shared.ctl("login", "again", "--username", "bert", input=f"Wrong-1!\nWrong-2!\n{PASSWORD}\n")
    assert result.returncode == 0, result


def test_after_three_wrong_passwords_the_login_is_over(shared):
    shared.profile("thrice")
    answers = "Wrong-1!\nWrong-2!\nWrong-3!\n" + PASSWORD + "\n"
    result = shared.ctl("login", "thrice", "--username", "wrong2", input=answers)
    assert result.returncode == 13, result
    no_login_waits(shared, "thrice")


def test_a_wrong_code_ends_with_13_and_a_right_one_after_it_signs_in(shared):
    shared.profile("codes")
    authenticator = shared.pool.authenticator(username="tina")
    wrong = authenticator.wrong_code()
    result = shared.ctl("login", "codes", "--username", "tina", input=f"{PASSWORD}\n{wrong}\n")
    assert result.returncode == 13, result
    no_login_waits(shared, "codes")
    result = shared.ctl("login", "codes", "--username", "tina", input=f"{PASSWORD}\n{wrong}\n{authenticator.code()}\n")
    assert result.returncode == 0, result


def test_the_end_of_input_before_any_refusal_ends_with_1(shared):
    shared.profile("silent")
    result = shared.ctl("login", "silent", "--username", "anna", input="")
    assert result.returncode == 1, result
    no_login_waits(shared, "silent")


def test_an_unknown_user_is_refused_like_a_wrong_password(shared):
    shared.profile("nobody")
    result = shared.ctl("login", "nobody", "--username", "nosuchuser", input="Whatever-1!\n")
    assert result.returncode == 13, result


@pytest.mark.parametrize(
    "username, reason", [("banned", "user_disabled")]
)
def test_a_user_who_may_not_enter_is_told_why(shared, username, reason):
    shared.profile(f"p-{username}")
    login = shared.login(f"p-{username}", username)
    assert login["step"]["kind"] == "failed", login
    assert login["step"]["problem"]["code"] == "credentials_refused", login
    assert login["step"]["problem"]["reason"] == reason, login
    result = shared.ctl("login", f"p-{username}", "--username", username, input=f"{PASSWORD}\n")
    assert result.returncode == 13, result


def test_a_new_password_is_set_where_the_pool_demands_one(shared):
    shared.profile("fresh")
    answers = "Temporary-1\nMy-Own-Pass-9\n"
    result = shared.ctl("login", "fresh", "--username", "newcomer", input=answers)
    assert result.returncode == 0, result
    shared.profile("fresh2")
    login = shared.login("fresh2", "newcomer", password="My-Own-Pass-9")
    assert login["step"]["kind"] == "done", login


def test_a_new_password_against_the_policy_is_asked_again(shared):
    shared.profile("policy")
    login = shared.start_login("policy", "newcomer2")
    login = shared.answer(login, "Temporary-1")
    assert login["step"]["kind"] == "new_password", login
    login = shared.answer(login, "short")
    assert login["step"]["kind"] == "new_password", login
    assert login["step"]["error"]["reason"] == "password_policy", login
    login = shared.answer(login, "My-Own-Pass-9")
    assert login["step"]["kind"] == "done", login


def test_a_pool_id_makes_the_profile_on_the_way(world):
    arguments = ["login", POOL, "--client-id", "long", "--endpoint", world.pool.url, "--username", "anna"]
    result = world.ctl(*arguments, input=f"{PASSWORD}\n")
    assert result.returncode == 0, result
    assert world.client.session("default")["username"] == "anna"
    assert world.client.get("/v1/profiles/default").json["client_id"] == "long"
    result = world.ctl(*arguments, "--name", "second", input=f"{PASSWORD}\n")
    assert result.returncode == 0, result
    assert world.client.session("second")["profile"] == "second"


def test_a_client_with_a_secret_signs_in_and_refreshes(shared):
    secret = shared.place.root / "client-secret"
    secret.write_text(CLIENT_SECRET + "\n")
    result = shared.ctl(
        "profile", "add", "conf", "--user-pool-id", POOL, "--client-id", "confidential", "--endpoint",
        shared.pool.url, "--client-secret-file", secret,
    )
    assert result.returncode == 0, result
    profile = shared.client.get("/v1/profiles/conf").json
    assert profile["has_client_secret"] is True and CLIENT_SECRET not in str(profile)
    shared.sign_in("conf")
    assert shared.client.post("/v1/sessions/conf/refresh").json["generation"] == 2


def test_the_client_secret_may_come_by_a_pipe(shared):
    result = shared.ctl(
        "profile", "add", "confpipe", "--user-pool-id", POOL, "--client-id", "confidential", "--endpoint",
        shared.pool.url, "--client-secret-file", "-", input=CLIENT_SECRET + "\n",
    )
    assert result.returncode == 0, result
    shared.sign_in("confpipe")


def test_a_wrong_client_secret_is_named(shared):
    shared.profile("wrongsecret", "confidential", client_secret="Z" * 32)
    login = shared.login("wrongsecret")
    assert login["step"]["kind"] == "failed", login
    assert login["step"]["problem"]["code"] == "bad_configuration", login


def test_the_password_flow_where_the_client_has_it(shared):
    shared.profile("plain", "plain")
    result = shared.ctl("login", "plain", "--flow", "password", "--username", "anna", input=f"{PASSWORD}\n")
    assert result.returncode == 0, result
    shared.profile("srponly")
    login = shared.login("srponly", flow="password")
    assert login["step"]["kind"] == "failed", login
    assert login["step"]["problem"]["code"] == "bad_configuration", login


def test_somebody_already_signed_in_is_told_so(shared):
    shared.signed_in("already")
    result = shared.ctl("login", "already", "--username", "anna")
    assert result.returncode == 0, result
    assert "anna" in result.stdout + result.stderr
    assert shared.client.session("already")["generation"] == 1


def test_force_signs_the_same_person_in_again_and_the_generation_goes_on(shared):
    shared.signed_in("forced")
    result = shared.ctl("login", "forced", "--username", "anna", "--force", input=f"{PASSWORD}\n")
    assert result.returncode == 0, result
    assert shared.client.session("forced")["generation"] == 2


def test_another_person_under_the_same_name_needs_replace(shared):
    shared.signed_in("claimed")
    result = shared.ctl("login", "claimed", "--username", "bert", "--force", input=f"{PASSWORD}\n")
    assert result.returncode == 1, result
    assert "--replace" in result.stderr, result
    assert shared.client.session("claimed")["username"] == "anna"
    login = shared.login("claimed", "bert")
    assert login["step"]["problem"]["code"] == "conflict", login
    result = shared.ctl("login", "claimed", "--username", "bert", "--replace", input=f"{PASSWORD}\n")
    assert result.returncode == 0, result
    session = shared.client.session("claimed")
    assert session["username"] == "bert" and session["generation"] == 2


def test_a_session_may_have_another_name_than_its_profile(shared):
    shared.profile("base")
    arguments = ["login", "base", "--session", "other", "--username", "anna"]
    assert shared.ctl(*arguments, input=f"{PASSWORD}\n").returncode == 0
    assert shared.client.session("other")["profile"] == "base"


def test_a_second_login_for_the_same_session_is_a_conflict_that_names_the_first(shared):
    shared.profile("busy")
    first = shared.start_login("busy", "anna")
    answer = shared.client.post("/v1/logins", {"profile": "busy", "username": "anna"})
    assert (answer.status, answer.code) == (409, "conflict"), answer
    assert answer.json["login_id"] == first["id"], answer
    shared.client.delete(f"/v1/logins/{first['id']}")


def test_sixty_four_logins_may_wait_and_no_more_and_ending_the_agent_takes_no_longer_for_it(world):
    world.profile("busy")
    for number in range(64):
        world.start_login("busy", "anna", session=f"waiting{number}")
    answer = world.client.post("/v1/logins", {"profile": "busy", "session": "one-more"})
    assert (answer.status, answer.code) == (503, "throttled"), answer
    began = time.monotonic()
    world.agent.stop()
    assert time.monotonic() - began < 10


def test_an_answer_to_another_step_is_a_conflict_and_an_abandoned_login_is_gone(shared):
    shared.profile("steps")
    login = shared.start_login("steps", "anna")
    address = f"/v1/logins/{login['id']}"
    answer = shared.client.post(f"{address}/answer", {"step": login["step"]["number"] + 1, "value": "x"})
    assert (answer.status, answer.code) == (409, "conflict"), answer
    assert shared.client.get(address).json["step"]["kind"] == "password"
    assert shared.client.delete(address).status == 204
    for answer in (
        shared.client.get(address),
        shared.client.delete(address),
        shared.client.post(f"{address}/answer", {"step": 1, "value": "x"}),
    ):
        assert (answer.status, answer.code) == (404, "not_found"), answer


def test_a_finished_login_can_still_be_read(shared):
    shared.profile("finished")
    login = shared.login("finished")
    assert shared.client.get(f"/v1/logins/{login['id']}").json == login
    answer = shared.client.post(f"/v1/logins/{login['id']}/answer", {"step": login["step"]["number"], "value": "x"})
    assert answer.status == 404, answer


def test_waiting_for_a_step_returns_when_somebody_else_answers(shared):
    shared.profile("watched")
    login = shared.start_login("watched", "anna")
    with shared.client.connect() as watcher:
        target = f"/v1/logins/{login['id']}?wait=30&after={login['step']['number']}"
        watcher.send_request("GET", target)
        done = shared.answer(login, PASSWORD)
        assert watcher.answer(to=("GET", target)).json["step"]["number"] == done["step"]["number"]


def test_a_wait_that_sees_nothing_returns_the_step_as_it_is(shared):
    shared.profile("unchanged")
    login = shared.start_login("unchanged", "anna")
    again = shared.client.get(f"/v1/logins/{login['id']}?wait=1&after={login['step']['number']}").json
    assert again["step"] == login["step"]


def test_login_steps_say_what_they_want(shared):
    shared.profile("stepwise")
    answer = shared.client.post("/v1/logins", {"profile": "stepwise"})
    login = answer.json
    assert login["step"]["kind"] == "username", login
    login = shared.answer(login, "toni")
    assert login["step"]["kind"] == "password", login
    login = shared.answer(login, PASSWORD)
    assert login["step"]["kind"] == "totp_code", login
    authenticator = shared.pool.authenticator(username="toni")
    login = shared.answer(login, authenticator.wrong_code())
    assert login["step"]["kind"] == "totp_code", login
    assert login["step"]["error"]["reason"] == "wrong_code", login
    login = shared.answer(login, authenticator.code())
    assert login["step"]["kind"] == "done", login
    assert login["step"]["session"] == shared.client.session("stepwise")


def test_an_authenticator_is_set_up_where_the_pool_demands_one(worlds):
    world = worlds(the_seed=seed(users=[user("anna")], mfa="ON"))
    world.profile("work")
    login = world.answer(world.start_login("work", "anna"), PASSWORD)
    assert login["step"]["kind"] == "mfa_setup", login
    secret = login["step"]["secret"]
    assert f"secret={secret}" in login["step"]["otpauth_uri"] and login["step"]["otpauth_uri"].startswith("otpauth://")
    authenticator = Authenticator(secret)
    address = f"/v1/logins/{login['id']}"
    fault = {"operation": "VerifySoftwareToken"}
    world.pool.control("fault", id="slow", match=fault, times=1, effect={"latency_ms": 700})
    with world.client.connect() as connection:
        body = {"step": login["step"]["number"], "value": authenticator.code(), "device_name": "phone"}
        connection.send_request("POST", f"{address}/answer", body)
        until(lambda: world.pool.control("stats")["in_flight"] >= 1, "the code to be checked")
        assert secret not in world.client.get(address).body.decode(), "shown although it was answered"
        done = connection.answer(to=("POST", f"{address}/answer")).json
    assert done["step"]["kind"] == "done", done
    login = world.answer(world.start_login("work", "anna"), PASSWORD)
    assert login["step"]["kind"] == "totp_code" and login["step"]["device_name"] == "phone", login
    assert world.answer(login, authenticator.code())["step"]["kind"] == "done"


def test_an_authenticator_is_set_up_on_a_terminal(worlds):
    world = worlds(the_seed=seed(users=[user("anna")], mfa="ON"))
    world.profile("work")
    with world.terminal("login", "work", "--username", "anna") as terminal:
        terminal.expect("password")
        terminal.expect_echo(False)
        terminal.type(PASSWORD + "\r")
        seen = terminal.expect("otpauth://[^ \r\n]*secret=[A-Z2-7]+")
        terminal.expect("code", after=seen)
        terminal.expect_echo(False)
        terminal.type(Authenticator(re.search("secret=([A-Z2-7]+)", terminal.shown)[1]).code() + "\r")
        assert terminal.wait() == 0, terminal.shown
    assert world.client.session("work")["username"] == "anna"


def test_a_challenge_that_is_not_known_is_named(world):
    world.profile("work")
    body = json.dumps({"ChallengeName": "TELEPATHY", "Session": "s" * 40, "ChallengeParameters": {}})
    effect = {"status": 200, "headers": {}, "body": body, "content_type": "application/x-amz-json-1.1"}
    world.pool.control("fault", match={"operation": "RespondToAuthChallenge"}, times=1, effect=effect)
    login = world.login("work")
    assert login["step"]["kind"] == "failed", login
    assert login["step"]["problem"]["code"] == "unsupported", login
    assert "TELEPATHY" in login["step"]["problem"]["detail"], login


@pytest.mark.parametrize("operation", ["InitiateAuth", "RespondToAuthChallenge"])
@pytest.mark.parametrize("kind", ["html", "truncated", "empty", "wrong_type"])
def test_a_sign_in_answer_that_makes_no_sense_makes_no_session(shared, operation, kind):
    name = f"odd-{operation}-{kind.replace('_', '-')}"
    shared.profile(name, "minute")
    match = {"operation": operation, "client_id": "minute"}
    shared.pool.control("fault", id="odd", match=match, times=9, effect={"malformed": kind})
    login = shared.login(name)
    shared.pool.control("clear")
    assert login["step"]["kind"] == "failed", login
    assert login["step"]["problem"]["code"] in ("offline", "provider_error"), login
    assert [session for session in shared.client.status()["sessions"] if session["name"] == name] == []


def test_tokens_of_a_login_that_was_given_up_meanwhile_are_given_back(world):
    world.profile("work")
    login = world.start_login("work", "anna")
    fault = {"operation": "RespondToAuthChallenge"}
    world.pool.control("fault", id="slow", match=fault, times=1, effect={"latency_ms": 700})
    with world.client.connect() as connection:
        target = f"/v1/logins/{login['id']}/answer"
        connection.send_request("POST", target, {"step": login["step"]["number"], "value": PASSWORD})
        until(lambda: world.pool.control("stats")["requests"].get("RespondToAuthChallenge"), "the last request")
        assert world.client.delete(f"/v1/logins/{login['id']}").status == 204
        assert connection.answer(to=("POST", target)).status == 404
    until(lambda: world.pool.requests("RevokeToken") == 1, "the tokens to be given back")
    assert world.client.get("/v1/sessions").json["sessions"] == []


def test_the_pool_gone_fails_a_login_as_offline(worlds):
    world = worlds(network="connect_timeout_seconds = 1\nrequest_timeout_seconds = 1")
    world.profile("work")
    world.pool.stop()
    login = world.login("work")
    assert login["step"]["kind"] == "failed", login
    assert login["step"]["problem"]["code"] == "offline", login
    result = world.ctl("login", "work", "--username", "anna", input=f"{PASSWORD}\n")
    assert result.returncode == 75, result


# On a terminal


def test_nothing_typed_for_a_secret_is_shown_and_echo_comes_back(shared):
    shared.profile("tty")
    code = shared.pool.authenticator(username="tom").code()
    with shared.terminal("login", "tty") as terminal:
        terminal.expect("user ?name")
        terminal.expect_echo(True)
        terminal.type("tom\r")
        terminal.expect("password")
        terminal.expect_echo(False)
        terminal.type(PASSWORD + "\r")
        terminal.expect("code")
        terminal.expect_echo(False)
        terminal.type(code + "\r")
        assert terminal.wait() == 0, terminal.shown
        assert PASSWORD not in terminal.shown and code not in terminal.shown, terminal.shown
        assert terminal.echoes
    assert shared.client.session("tty")["username"] == "tom"


def test_a_wrong_password_on_a_terminal_says_so_and_asks_again(shared):
    shared.profile("ttywrong")
    with shared.terminal("login", "ttywrong", "--username", "bert") as terminal:
        seen = terminal.expect("password")
        terminal.expect_echo(False)
        terminal.type("Wrong-Horse-7\r")
        terminal.expect("password", after=seen)
        terminal.expect_echo(False)
        terminal.type(PASSWORD + "\r")
        assert terminal.wait() == 0, terminal.shown
        assert "Wrong-Horse-7" not in terminal.shown


def test_a_new_password_is_typed_twice_on_a_terminal(worlds):
    world = worlds()
    world.profile("ttynew")
    with world.terminal("login", "ttynew", "--username", "newcomer") as terminal:
        seen = terminal.expect("password")
        terminal.expect_echo(False)
        terminal.type("Temporary-1\r")
        seen = terminal.expect("new password", after=seen)
        terminal.expect_echo(False)
        terminal.type("My-Own-Pass-9\r")
        terminal.expect("again|repeat|once more|confirm", after=seen)
        terminal.expect_echo(False)
        terminal.type("My-Own-Pass-9\r")
        assert terminal.wait() == 0, terminal.shown
        assert "My-Own-Pass-9" not in terminal.shown


@pytest.mark.parametrize("secret_prompt", [False, True])
def test_ctrl_c_leaves_nothing_half_done_and_restores_the_terminal(shared, secret_prompt):
    name = f"ctrlc{int(secret_prompt)}"
    shared.profile(name)
    with shared.agent.events() as events:
        events.wait("snapshot")
        arguments = ["login", name] + (["--username", "anna"] if secret_prompt else [])
        with shared.terminal(*arguments) as terminal:
            terminal.expect("password" if secret_prompt else "user ?name")
            terminal.expect_echo(not secret_prompt)
            before = termios.tcgetattr(terminal.master)
            if secret_prompt:
                terminal.type("half a pass")
            terminal.interrupt()
            status = terminal.wait()
            assert status in (130, -2), (status, terminal.shown)
            assert terminal.echoes, "the terminal still hides what is typed"
            assert before[0] == termios.tcgetattr(terminal.master)[0]
            assert "half a pass" not in terminal.shown
    until(lambda: can_begin(shared, name), "the given-up login to be gone")
    assert [s for s in shared.client.status()["sessions"] if s["name"] == name] == []


def can_begin(world, profile):
    answer = world.client.post("/v1/logins", {"profile": profile, "username": "anna"})
    if answer.status == 201:
        world.client.delete(f"/v1/logins/{answer.json['id']}")
    return answer.status == 201


def test_ctrl_c_while_the_provider_is_asked_ends_at_once(worlds):
    world = worlds()
    world.profile("slow")
    fault = {"operation": "InitiateAuth", "client_id": "long"}
    world.pool.control("fault", id="hang", match=fault, times=100, effect={"hang": True})
    with world.terminal("login", "slow", "--username", "anna") as terminal:
        terminal.expect("password")
        terminal.expect_echo(False)
        terminal.type(PASSWORD + "\r")
        until(lambda: world.pool.control("stats")["in_flight"] >= 1, "the provider to be asked")
        terminal.interrupt()
        assert terminal.wait(5) in (130, -2), terminal.shown
        assert terminal.echoes
    world.pool.clear()
    until(lambda: can_begin(world, "slow"), "the given-up login to be gone")
