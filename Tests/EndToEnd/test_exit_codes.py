"""What scripts rely on: exit codes, where output goes, and which session is meant when none is named."""

import json
import os
import re
import subprocess
import tomllib
from concurrent.futures import ThreadPoolExecutor

import pytest
from support import ctl
from support.agent import Agent
from support.binaries import program
from support.pool import PASSWORD
from support.processes import gone


def problem_of(result):
    """The problem object that `--json` puts on stderr, one line, with nothing on stdout."""
    assert result.stdout == "", result
    lines = result.stderr.strip().split("\n")
    assert len(lines) == 1, result
    return json.loads(lines[0])


def test_wrong_password_13(shared):
    shared.profile("x13")
    assert shared.ctl("login", "x13", "--username", "wrong", input="Wrong-1!\n").returncode == 13


def test_unknown_profile_or_session_67(shared):
    for command in ("token", "claims", "refresh", "logout", "login", "status"):
        result = shared.ctl(command, "nosuchname")
        assert result.returncode == 67, (command, result)
        assert result.stdout == "" and "nosuchname" in result.stderr, (command, result)
    assert shared.ctl("profile", "show", "nosuchname").returncode == 67
    assert shared.ctl("profile", "remove", "nosuchname").returncode == 67


def test_not_signed_in_10(shared):
    shared.profile("x10")
    for command in ("token", "claims", "refresh", "logout"):
        result = shared.ctl(command, "x10")
        assert result.returncode == 10, (command, result)
        assert "agentctl login x10" in result.stderr, (command, result)


def test_nothing_there_at_all_10_with_a_hint(world):
    result = world.ctl("token")
    assert result.returncode == 10, result
    assert "agentctl login" in result.stderr or "agentctl profile add" in result.stderr, result


def test_nor_a_keystore_10_with_a_hint(worlds):
    world = worlds(start=False)
    world.place.settings('[keystore]\nkey_source = "passphrase"\n')
    world.agent.start()
    assert world.client.get("/v1/keystore").json["state"] == "uninitialized"
    for command in (["token"], ["refresh"], ["account", "attributes"], ["account", "mfa"], ["account", "devices"]):
        result = world.ctl(*command)
        assert result.returncode == 10 and "agentctl login" in result.stderr, (command, result)


def test_pool_gone_and_token_expired_75_at_once(worlds):
    world = worlds()
    world.signed_in("work", "brief", refresh="on-demand")
    world.pool.stop()
    world.until_expired("work")
    result = world.ctl("token", "work", timeout=8)
    assert result.returncode == 75, result
    result = world.ctl("token", "work", timeout=1.5)  # the back-off runs now: no attempt is made
    assert result.returncode == 75, result
    assert result.stdout == ""
    assert world.ctl("status", "--check").returncode == 75
    assert world.ctl("refresh", "work").returncode == 75


def test_locked_11(shared):
    world = shared
    world.profile("x11")
    assert world.client.post("/v1/lock").json["state"] == "locked"
    try:
        for command in ("token", "claims", "refresh"):
            assert world.ctl(command, "x11").returncode in (10, 11), command
        result = world.ctl("login", "x11", "--username", "anna", input=f"{PASSWORD}\n")
        assert result.returncode == 11, result
        assert "agentctl unlock" in result.stderr, result
    finally:
        assert world.client.post("/v1/unlock", {}).json["state"] == "unlocked"


def test_a_session_on_a_locked_store_11(world):
    world.signed_in("work")
    assert world.ctl("lock").returncode == 0
    for command in ("token", "claims", "refresh"):
        result = world.ctl(command, "work")
        assert result.returncode == 11, (command, result)
        assert "agentctl unlock" in result.stderr, (command, result)
    assert world.ctl("status", "work", "--check").returncode == 11
    assert world.ctl("unlock").returncode == 0
    assert world.ctl("token", "work").returncode == 0


def test_what_the_agent_has_no_route_for_is_unsupported_1(shared):
    shared.signed_in("plainly")
    for options in (["--dpop", "GET", "https://api.example.org/"], ["--scope", "a"], ["--audience", "b"]):
        result = shared.ctl("token", "plainly", *options)
        assert result.returncode == 1 and result.stdout == "", (options, result)
        result = shared.ctl("token", "plainly", "--format", "json", *options)
        assert json.loads(result.stderr)["code"] == "unsupported", (options, result)


def test_a_password_that_is_no_text_is_called_that_64(shared):
    shared.profile("latin1")
    result = shared.ctl("login", "latin1", "--username", "anna", input=b"p\xe4ssword\n", text=False)
    assert result.returncode == 64 and b"not UTF-8" in result.stderr, result


def test_a_late_answer_ends_as_the_login_did_10(worlds):
    world = worlds(start=False)
    settings = world.place.config / "session-agent" / "config.toml"
    settings.write_text(settings.read_text().replace("[login]\n", "[login]\ntimeout_seconds = 2\n"))
    world.agent.start()
    world.profile("work")
    with world.agent.events() as events, world.terminal("login", "work", "--username", "anna") as terminal:
        terminal.expect("Password: ")
        events.wait("login.step", kind="failed")
        terminal.type("whatever\n")
        assert terminal.wait() == 10 and "agentctl login work" in terminal.shown, terminal.shown


def test_a_bad_profile_file_78_with_file_and_line(shared):
    path = shared.place.profiles / "broken.toml"
    path.write_text('provider = "cognito"\nuser_pool_id = "us-east-1_e2e"\nclient_id = \n')
    for command in (["login", "broken", "--username", "anna"], ["token", "broken"], ["profile", "show", "broken"]):
        result = shared.ctl(*command)
        assert result.returncode == 78 and "broken.toml:3" in result.stderr, (command, result)
    path.write_text('provider = "cognito"\nuser_pool_id = "us-east-1_e2e"\nclient_id = "long"\nno_such_key = 1\n')
    result = shared.ctl("profile", "show", "broken")
    assert result.returncode == 78 and "broken.toml:4" in result.stderr and "no_such_key" in result.stderr, result
    for answer in (
        shared.client.post("/v1/logins", {"profile": "broken"}),
        shared.client.get("/v1/profiles/broken"),
        shared.client.get("/v1/sessions/broken"),
        shared.client.get("/v1/sessions/broken/token"),
        shared.client.get("/v1/sessions/broken/claims"),
        shared.client.post("/v1/sessions/broken/refresh"),
    ):
        assert (answer.status, answer.code) == (422, "bad_configuration"), answer
        assert "broken.toml:4" in answer.json["detail"], answer
    shared.profile("fine")
    assert shared.client.get("/v1/profiles/fine").status == 200
    listed = {profile["name"]: profile for profile in shared.client.get("/v1/profiles").json["profiles"]}
    assert "error" not in listed["fine"]
    assert "broken.toml:4" in listed["broken"]["error"], listed
    assert "broken" in shared.ctl("profile", "list").stdout
    assert shared.client.delete("/v1/profiles/broken").status == 204


def test_a_profile_file_that_can_not_be_removed(shared):
    path = shared.place.profiles / "stuck.toml"
    path.mkdir()
    answer = shared.client.delete("/v1/profiles/stuck")
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    path.rmdir()


def test_agent_missing_with_auto_start_off_69(place):
    for command in (["token"], ["status"], ["login", "work"], ["lock"], ["unlock"], ["events"], ["profile", "list"]):
        result = ctl.run(place, *command)
        assert result.returncode == 69, (command, result)
        assert result.stdout == "" and result.stderr != "", (command, result)


def test_an_agent_that_can_not_be_started_69(place):
    environment = {"SESSION_AGENT_NO_AUTOSTART": None, "SESSION_AGENT_BIN": place.root / "missing"}
    assert ctl.run(place, "status", environment=environment).returncode == 69


def test_usage_64(shared):
    for command in (
        ["nosuchcommand"],
        ["token", "--nosuchoption"],
        ["token", "--type", "refresh"],
        ["token", "--min-ttl", "soon"],
        ["token", "--format", "xml"],
        ["token", "bad/name"],
        ["login"],
        ["profile", "add", "x"],
        ["login", "us-east-1_abc"],
    ):
        result = shared.ctl(*command)
        assert result.returncode in ((64,) if command != ["login"] else (10, 64)), (command, result)
        assert result.stdout == "", (command, result)


def test_an_oidc_profile_is_unsupported_for_now_1(shared):
    result = shared.ctl("profile", "add", "oidc", "--issuer", "https://issuer.example.org", "--client-id", "c")
    assert result.returncode == 0, result
    result = shared.ctl("login", "oidc", "--username", "u", input="p\n")
    assert result.returncode == 1, result
    answer = shared.client.post("/v1/logins", {"profile": "oidc"})
    assert (answer.status, answer.code) == (501, "unsupported"), answer


def test_flows_not_built_yet_are_unsupported(shared):
    shared.profile("flows")
    for flow in ("web", "device", "guest"):
        answer = shared.client.post("/v1/logins", {"profile": "flows", "flow": flow, "username": "anna"})
        code = answer.code or answer.json["step"]["problem"]["code"]
        assert code == "unsupported", (flow, answer)
    assert shared.ctl("login", "flows", "--flow", "web", "--username", "anna").returncode == 1
    assert shared.ctl("login", "flows", "--flow", "nosuchflow").returncode == 64


def test_the_flow_admin_needs_aws_credentials_and_no_other_takes_them(shared):
    shared.profile("admin")
    result = shared.ctl("login", "admin", "--flow", "admin", "--username", "anna")
    assert result.returncode == 64 and "AWS_ACCESS_KEY_ID" in result.stderr, result
    keys = {"access_key_id": "AKID", "secret_access_key": "KEY"}
    for body in ({"flow": "admin"}, {"flow": "srp", "aws_credentials": keys}, {"aws_credentials": keys}):
        answer = shared.client.post("/v1/logins", {"profile": "admin", **body})
        assert (answer.status, answer.code) == (400, "invalid_request"), answer
        assert "aws_credentials" in answer.json["detail"], answer
    for bad in ({"access_key_id": "A\r\nX-Y: z"}, {"session_token": ""}, {"secret_access_key": ""}):
        body = {"profile": "admin", "flow": "admin", "aws_credentials": {**keys, **bad}}
        answer = shared.client.post("/v1/logins", body)
        assert (answer.status, answer.code) == (400, "invalid_request"), answer


def test_several_sessions_and_none_named_64_with_a_list(world):
    world.signed_in("one")
    assert world.ctl("token").returncode == 0  # the only one is meant
    world.signed_in("two", username="bert")
    result = world.ctl("token")
    assert result.returncode == 64, result
    assert "one" in result.stderr and "two" in result.stderr, result
    environment = {"SESSION_AGENT_SESSION": "two"}
    assert world.ctl("claims", environment=environment).returncode == 0
    claims = json.loads(world.ctl("claims", "--json", environment=environment).stdout)
    assert claims["session"] == "two"


def test_with_json_an_error_is_the_problem_object_on_stderr(shared):
    shared.profile("jsonerr")
    problem = problem_of(shared.ctl("status", "nosuchname", "--json"))
    assert problem["code"] == "not_found" and problem["status"] == 404
    problem = problem_of(shared.ctl("claims", "jsonerr", "--json"))
    assert problem["code"] == "sign_in_required"


def test_status_shows_and_ends_with_0(shared):
    shared.signed_in("shown")
    result = shared.ctl("status")
    assert result.returncode == 0 and "shown" in result.stdout and "anna" in result.stdout, result
    assert "\x1b[" not in result.stdout
    status = json.loads(shared.ctl("status", "--json").stdout)
    session = next(s for s in status["sessions"] if s["name"] == "shown")
    assert session == shared.client.session("shown")
    assert status["agent"]["pid"] == shared.agent.pid
    assert status["agent"]["socket"] == str(shared.place.socket)
    only = json.loads(shared.ctl("status", "shown", "--json").stdout)
    assert [s["name"] for s in only["sessions"]] == ["shown"]
    assert shared.ctl("status", "shown", "--check").returncode == 0


def test_status_fits_the_terminal_and_has_colour_only_there(shared):
    shared.signed_in("a-session-with-a-rather-long-name-that-goes-on-and-on-and-on-60")
    for columns in (60, 100):
        with shared.terminal("status", columns=columns, environment={"COLUMNS": str(columns)}) as terminal:
            assert terminal.wait() == 0
            plain = strip_colour(terminal.shown)
            assert max(len(line) for line in plain.splitlines()) <= columns, terminal.shown
    with shared.terminal("status", environment={"NO_COLOR": "1"}) as terminal:
        assert terminal.wait() == 0
        assert "\x1b[3" not in terminal.shown and "\x1b[1" not in terminal.shown, terminal.shown


def strip_colour(text):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def test_profile_commands(shared):
    result = shared.ctl(
        "profile", "add", "made", "--user-pool-id", "us-east-1_e2e", "--client-id", "long", "--endpoint",
        shared.pool.url, "--set", "refresh=on-demand", "--set", "refresh_token_days=30",
    )
    assert result.returncode == 0, result
    assert tomllib.loads((shared.place.profiles / "made.toml").read_text())["refresh"] == "on-demand"
    assert "made" in shared.ctl("profile", "list").stdout
    shown = shared.ctl("profile", "show", "made")
    assert shown.returncode == 0 and "us-east-1_e2e" in shown.stdout, shown
    assert shared.client.get("/v1/profiles/made").json["refresh_token_days"] == 30
    assert shared.ctl("profile", "remove", "made").returncode == 0
    assert shared.client.get("/v1/profiles/made").status == 404
    assert not (shared.place.profiles / "made.toml").exists()
    result = shared.ctl("profile", "add", "worse", "--user-pool-id", "us-east-1_e2e", "--client-id", "long",
                        "--set", "no_such_key=1")
    assert result.returncode == 64 and "no_such_key" in result.stderr, result
    result = shared.ctl("profile", "add", "plain", "--user-pool-id", "us-east-1_e2e", "--client-id", "long",
                        "--endpoint", "http://pool.example.org")
    assert result.returncode == 64, result


def test_a_profile_in_use_is_not_removed(shared):
    shared.signed_in("inuse")
    answer = shared.client.delete("/v1/profiles/inuse")
    assert (answer.status, answer.code) == (409, "conflict"), answer
    result = shared.ctl("profile", "remove", "inuse")
    assert result.returncode == 1, result


def test_events_prints_one_json_object_a_line(world):
    process = subprocess.Popen(
        [program("agentctl"), "events"], env=world.place.environment(), stdout=subprocess.PIPE, text=True
    )
    try:
        assert json.loads(process.stdout.readline())["event"] == "snapshot"
        world.signed_in("work")
        seen = []
        while "session.created" not in seen:
            seen.append(json.loads(process.stdout.readline())["event"])
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def test_completions(place):
    for shell in ("bash", "zsh", "fish"):
        result = ctl.run(place, "completions", shell)
        assert result.returncode == 0 and "agentctl" in result.stdout, (shell, result)


def test_the_agent_is_started_by_need(place):
    place.keyfile_settings()
    environment = {"SESSION_AGENT_NO_AUTOSTART": None}
    result = ctl.run(place, "status", "--json", environment={**environment, "PLANTED": "not to be passed on"})
    assert result.returncode == 0, result
    pid = json.loads(result.stdout)["agent"]["pid"]
    try:
        assert os.getsid(pid) == pid, "not in a session of its own"
        assert os.readlink(f"/proc/{pid}/cwd") == "/"
        with open(f"/proc/{pid}/environ", "rb") as environ:
            assert b"PLANTED" not in environ.read()
        log = place.state / "session-agent" / "agent.log"
        assert log.stat().st_mode & 0o777 == 0o600
        again = json.loads(ctl.run(place, "status", "--json", environment=environment).stdout)
        assert again["agent"]["pid"] == pid
    finally:
        os.kill(pid, 15)
        gone(pid)
    assert not place.socket.exists()


def test_many_starters_start_one_agent(place):
    place.keyfile_settings()
    environment = {"SESSION_AGENT_NO_AUTOSTART": None}
    with ThreadPoolExecutor(8) as threads:
        jobs = [threads.submit(ctl.run, place, "status", "--json", environment=environment) for _ in range(8)]
        results = [job.result() for job in jobs]
    assert [result.returncode for result in results] == [0] * 8, results
    pids = {json.loads(result.stdout)["agent"]["pid"] for result in results}
    try:
        assert len(pids) == 1, pids
    finally:
        for pid in pids:
            os.kill(pid, 15)
            gone(pid)


@pytest.mark.parametrize(
    "settings, line",
    [
        ("no_such_key = 1\n", 1),
        ('log_level = "info"\n[limits]\nno_such_limit = 1\n', 3),
        ('log_level = "loud"\n', 1),
        ("log_level = \n", 1),
        ('[keystore]\nkey_source = "magic"\n', 2),
        ("\n[no_such_table]\nx = 1\n", None),
    ],
)
def test_bad_settings_end_the_start_with_78_and_name_file_and_line(place, settings, line):
    path = place.settings(settings)
    agent = Agent(place)
    try:
        status = agent.launch().wait()
        assert status == 78, agent.log
        assert f"{path}:{line}" in agent.log if line else str(path) in agent.log, agent.log
        assert not place.socket.exists()
    finally:
        agent.end()


def test_a_socket_path_too_long_is_bad_configuration(place):
    place.keyfile_settings()
    agent = Agent(place, environment={"SESSION_AGENT_SOCK": f"{place.run}/{'s' * 108}"})
    try:
        assert agent.launch().wait() == 78, agent.log
    finally:
        agent.end()
