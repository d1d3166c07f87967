"""Handing out tokens and claims."""

import base64
import json
import os
import shlex
import subprocess
import time

import pytest
from support.binaries import REPOSITORY
from support.pool import POOL
from support.world import seconds_of


def payload(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@pytest.fixture(scope="module")
def work(shared):
    return shared.signed_in("work")


def test_the_access_token_is_the_pools(shared, work):
    answer = shared.client.token(work)
    claims = payload(answer["token"])
    assert claims["token_use"] == "access" and claims["client_id"] == "long" and claims["username"] == "anna"
    assert claims["iss"] == shared.pool.issuer
    assert (answer["type"], answer["token_type"], answer["session"]) == ("access", "Bearer", work)
    assert seconds_of(answer["expires_at"]) == claims["exp"]
    assert abs(answer["expires_in"] - (claims["exp"] - time.time())) < 3
    assert answer["stale"] is False and answer["generation"] == 1


def test_the_id_token(shared, work):
    answer = shared.client.token(work, "?type=id")
    claims = payload(answer["token"])
    assert answer["type"] == "id" and claims["token_use"] == "id" and claims["aud"] == "long"
    assert claims["email"] == "anna@example.org"


def test_agentctl_prints_it_raw_as_json_and_as_a_header(shared, work):
    token = shared.client.token(work)["token"]
    assert shared.ctl("token", work).stdout == token + "\n"
    assert shared.ctl("token", work, "--format", "raw").stdout == token + "\n"
    assert shared.ctl("token", work, "--format", "header").stdout == f"Authorization: Bearer {token}\n"
    printed = json.loads(shared.ctl("token", work, "--format", "json").stdout)
    assert printed["token"] == token and printed["generation"] == 1
    identity = shared.ctl("token", work, "--type", "id").stdout.strip()
    assert payload(identity)["token_use"] == "id"
    for result in (shared.ctl("token", work), shared.ctl("token", work, "--min-ttl", "60")):
        assert result.returncode == 0 and result.stderr == "", result


def test_claims_are_the_tokens_payload(shared, work):
    for kind in ("access", "id"):
        token = shared.client.token(work, f"?type={kind}")["token"]
        answer = shared.client.get(f"/v1/sessions/{work}/claims?type={kind}").json
        assert answer["claims"] == payload(token)
        assert answer["expired"] is False and answer["type"] == kind and answer["session"] == work
    printed = json.loads(shared.ctl("claims", work, "--json").stdout)
    assert printed == shared.client.get(f"/v1/sessions/{work}/claims").json
    assert "anna" in shared.ctl("claims", work, "--type", "id").stdout


def test_answers_that_carry_a_token_are_not_to_be_stored(shared, work):
    answer = shared.client.get(f"/v1/sessions/{work}/token")
    assert answer.header("cache-control") == "no-store", answer.headers


@pytest.mark.parametrize(
    "target, word",
    [
        ("/v1/sessions/work/token?no_such=1", "no_such"),
        ("/v1/sessions/work/token?type=refresh", "type"),
        ("/v1/sessions/work/token?min_ttl=soon", "min_ttl"),
        ("/v1/sessions/work/token?min_ttl=-1", "min_ttl"),
        ("/v1/sessions/work/token?timeout=601", "timeout"),
        ("/v1/sessions/work/token?strict=perhaps", "strict"),
        ("/v1/sessions/work/claims?min_ttl=1", "min_ttl"),
        ("/v1/sessions/work?x=1", "x"),
        ("/v1/sessions?x=1", "x"),
        ("/v1/status?x=1", "x"),
        ("/v1/profiles?x=1", "x"),
        ("/v1/events?x=1", "x"),
    ],
)
def test_an_unknown_or_impossible_query_parameter_is_named(shared, work, target, word):
    answer = shared.client.get(target)
    assert (answer.status, answer.code) == (400, "invalid_request"), answer
    assert word in answer.json["detail"], answer


@pytest.mark.parametrize("query", ["?scope=openid", "?audience=x", "?scope=openid&audience=x"])
def test_scope_and_audience_are_not_for_a_user_pool(shared, work, query):
    answer = shared.client.get(f"/v1/sessions/{work}/token{query}")
    assert (answer.status, answer.code) == (501, "unsupported"), answer


def test_an_unknown_member_of_a_body_is_named(shared, work):
    answer = shared.client.post("/v1/logins", {"profile": work, "pass_word": "x"})
    assert answer.status == 400 and "pass_word" in answer.json["detail"], answer
    answer = shared.client.put("/v1/profiles/some", shared.keys(colour="red"))
    assert answer.status == 400 and "colour" in answer.json["detail"], answer
    answer = shared.client.post("/v1/unlock", {"password": "1"})
    assert answer.status == 400 and "password" in answer.json["detail"], answer


def test_a_longer_life_than_the_token_has_is_answered_by_a_refresh_or_marked_stale(worlds):
    world = worlds()
    world.signed_in("work", "minute", refresh="on-demand")
    before = world.client.token("work")
    longer = world.client.token("work", "?min_ttl=3000")
    assert longer["stale"] is True and longer["generation"] >= before["generation"]
    assert longer["expires_in"] > 50
    world.pool.stop()
    stale = world.client.token("work", "?min_ttl=3000&timeout=1")
    assert stale["stale"] is True, stale
    strict = world.client.get("/v1/sessions/work/token?min_ttl=3000&timeout=1&strict=true")
    assert strict.status == 503 and strict.code == "offline", strict
    assert world.client.token("work", "?min_ttl=10&strict=true")["stale"] is False


def test_timeout_0_does_not_wait(worlds):
    world = worlds()
    world.signed_in("work", "brief", refresh="on-demand")
    world.pool.fault_refresh("brief", {"latency_ms": 3000})
    world.until_expired("work")
    began = time.monotonic()
    answer = world.client.get("/v1/sessions/work/token?timeout=0")
    assert answer.status == 503 and answer.code == "offline", answer
    assert time.monotonic() - began < 1.5
    assert world.client.token("work", "?timeout=20")["generation"] == 2  # the refresh went on for the others


def test_nobody_signed_in_is_told_at_once_with_timeout_0(shared):
    shared.profile("vacant")
    began = time.monotonic()
    answer = shared.client.get("/v1/sessions/vacant/token?timeout=0")
    assert (answer.status, answer.code) == (401, "sign_in_required"), answer
    assert answer.json["session"] == "vacant" and "agentctl login vacant" in answer.json["detail"], answer
    assert time.monotonic() - began < 2


def test_whoever_needs_a_token_waits_for_the_running_login(shared):
    shared.profile("awaited")
    login = shared.start_login("awaited", "anna")
    with shared.client.connect() as waiter:
        target = "/v1/sessions/awaited/token?timeout=30"
        waiter.send_request("GET", target)
        shared.answer(login, "Right-Horse-7")
        assert waiter.answer(to=("GET", target)).json["generation"] == 1


def test_forty_callers_begin_no_login_and_open_no_browser(worlds, tmp_path):
    opened = tmp_path / "opened"
    for name in ("browser", "xdg-open", "x-www-browser", "sensible-browser", "gio"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho $0 $* >> {opened}\n")
        (tmp_path / name).chmod(0o755)
    world = worlds(environment={"PATH": f"{tmp_path}:{os.environ['PATH']}", "BROWSER": str(tmp_path / "browser")})
    world.profile("work")
    target = "/v1/sessions/work/token?timeout=30"
    assert {(answer.status, answer.code) for answer in at_once(world, target, 40)} == {(401, "sign_in_required")}
    assert world.pool.requests("InitiateAuth") == 0
    login = world.start_login("work", "anna")
    answers = at_once(world, target, 40, meanwhile=lambda: world.answer(login, "Right-Horse-7"))
    assert {(answer.status, answer.json["generation"]) for answer in answers} == {(200, 1)}
    assert world.pool.requests("InitiateAuth") == 1
    assert not opened.exists(), opened.read_text()


def at_once(world, target, count, meanwhile=lambda: None):
    """The answers to as many requests for one target, each on a connection of its own."""
    connections = [world.client.connect() for _ in range(count)]
    for connection in connections:
        connection.send_request("GET", target)
    meanwhile()
    answers = [connection.answer(to=("GET", target)) for connection in connections]
    for connection in connections:
        connection.close()
    return answers


def test_claims_are_served_after_expiry_and_say_so(worlds):
    world = worlds()
    world.signed_in("work", "brief", refresh="on-demand")
    world.pool.stop()
    world.until_expired("work")
    time_passes_until = seconds_of(world.client.session("work")["access_token_expires_at"])
    while time.time() <= time_passes_until:
        time.sleep(0.05)
    answer = world.client.get("/v1/sessions/work/claims").json
    assert answer["expired"] is True and answer["claims"]["username"] == "anna"
    printed = json.loads(world.ctl("claims", "work", "--json").stdout)
    assert printed["expired"] is True


def test_an_expired_token_is_never_handed_out(worlds):
    world = worlds()
    world.signed_in("work", "brief", refresh="on-demand")
    world.pool.stop()
    world.until_expired("work")
    answer = world.client.get("/v1/sessions/work/token")
    assert (answer.status, answer.code) == (503, "offline"), answer
    assert answer.json["retry_after_seconds"] is not None and answer.json["retryable"] is True, answer


def test_sessions_are_listed_by_name_and_never_with_a_refresh_token(shared, work):
    names = [session["name"] for session in shared.client.get("/v1/sessions").json["sessions"]]
    assert names == sorted(names) and work in names
    assert "refresh_token\"" not in shared.client.get("/v1/sessions").body.decode()
    session = shared.client.session(work)
    assert session["issuer"] == shared.pool.issuer and session["provider"] == "cognito"
    assert session["subject"] == shared.client.get(f"/v1/sessions/{work}/claims").json["claims"]["sub"]
    assert session["scopes"] == ["aws.cognito.signin.user.admin"], session


def readme_lines():
    text = (REPOSITORY / "README.md").read_text()
    return [line.strip().lstrip("$ ") for line in text.splitlines() if "curl" in line and "--unix-socket" in line]


def test_the_readmes_curl_line_prints_a_token(shared, work):
    lines = readme_lines()
    assert lines, "README.md has no line with curl --unix-socket"
    for line in lines:
        result = subprocess.run(
            ["/bin/bash", "-c", line], env=shared.place.environment(), capture_output=True, text=True, timeout=20
        )
        assert result.returncode == 0, (line, result)
        assert shared.client.token(work)["token"] in result.stdout, (line, result)


def test_curl_is_a_client(shared, work):
    line = f"curl -sS --unix-socket {shlex.quote(str(shared.place.socket))} http://agent/v1/sessions/{work}/token"
    result = subprocess.run(shlex.split(line), capture_output=True, text=True, timeout=20)
    assert json.loads(result.stdout)["session"] == work
    answer = subprocess.run(
        ["curl", "-sS", "--unix-socket", str(shared.place.socket), "-X", "POST",
         f"http://localhost/v1/sessions/{work}/refresh"],
        capture_output=True, text=True, timeout=20,
    )
    assert json.loads(answer.stdout)["name"] == work, answer


def test_profiles_over_the_socket(shared):
    answer = shared.client.put("/v1/profiles/viaput", shared.keys(refresh_token_days=30))
    assert answer.status == 201, answer
    profile = shared.client.get("/v1/profiles/viaput").json
    assert profile["name"] == "viaput" and profile["source"] == "user" and profile["has_client_secret"] is False
    assert profile["user_pool_id"] == POOL and profile["refresh_token_days"] == 30
    assert shared.client.put("/v1/profiles/viaput", profile).status == 200
    answer = shared.client.put("/v1/profiles/viaput", {**shared.keys(), "client_secret": "S" * 30})
    assert answer.json["has_client_secret"] is True and "S" * 30 not in answer.body.decode()
    assert "S" * 30 not in (shared.place.profiles / "viaput.toml").read_text()
    answer = shared.client.put("/v1/profiles/viaput", shared.keys())  # not named: it stays
    assert answer.json["has_client_secret"] is True
    answer = shared.client.put("/v1/profiles/viaput", {**shared.keys(), "client_secret": None})
    assert answer.json["has_client_secret"] is False
    assert shared.client.delete("/v1/profiles/viaput").status == 204
    for method in ("get", "delete"):
        answer = getattr(shared.client, method)("/v1/profiles/viaput")
        assert (answer.status, answer.code) == (404, "not_found"), answer


@pytest.mark.parametrize(
    "keys",
    [
        {"provider": "cognito", "client_id": "c"},
        {"provider": "cognito", "user_pool_id": "us-east-1_x"},
        {"provider": "saml", "client_id": "c"},
        {"provider": "oidc", "client_id": "c"},
        {"provider": "oidc", "client_id": "c", "issuer": "http://issuer.example.org"},
        {"provider": "cognito", "user_pool_id": "us-east-1_x", "client_id": "c", "endpoint": "http://pool.example.org"},
        {"provider": "cognito", "user_pool_id": "us-east-1_x", "client_id": "c", "endpoint": "http://127.0.0.1.nip.io"},
        {"provider": "cognito", "user_pool_id": "us-east-1_x", "client_id": "c", "endpoint": "ftp://127.0.0.1"},
        {"provider": "cognito", "user_pool_id": "us-east-1_x", "client_id": "c", "refresh": "sometimes"},
        {"provider": "cognito", "user_pool_id": "us-east-1_x", "client_id": "c", "issuer": "https://i.example.org"},
        {"provider": "cognito", "user_pool_id": "no pool", "client_id": "c"},
        {"provider": "cognito", "user_pool_id": "us-east-1_x", "client_id": "c", "client_secret": ""},
        {"provider": "cognito", "user_pool_id": "us-east-1_x", "client_id": "c", "client_secret": "s" * 1025},
        {"provider": "cognito", "user_pool_id": "us-east-1_x", "client_id": "c", "client_secret": "s\ns"},
        {"provider": "cognito", "user_pool_id": "us-east-1_x", "client_id": "c", "access": {"max_ttl": -1}},
        {"provider": "cognito", "user_pool_id": "us-east-1_x", "client_id": "c", "redirect_uris": ["http://a.b/c"]},
        [],
        "text",
    ],
)
def test_a_profile_that_can_not_be_is_refused(shared, keys):
    answer = shared.client.put("/v1/profiles/impossible", keys)
    assert (answer.status, answer.code) == (400, "invalid_request"), answer
    assert shared.client.get("/v1/profiles/impossible").status == 404


def test_a_login_under_a_profile_that_is_not_there(shared):
    answer = shared.client.post("/v1/logins", {"profile": "nosuchprofile"})
    assert (answer.status, answer.code) == (404, "not_found"), answer


def test_a_name_that_is_neither_session_nor_profile(shared):
    for answer in (
        shared.client.get("/v1/sessions/nobody"),
        shared.client.delete("/v1/sessions/nobody"),
        shared.client.get("/v1/sessions/nobody/token"),
        shared.client.get("/v1/sessions/nobody/claims"),
        shared.client.post("/v1/sessions/nobody/refresh"),
    ):
        assert (answer.status, answer.code) == (404, "not_found"), answer


def test_a_profile_nobody_is_signed_in_under(shared):
    shared.profile("unused")
    for answer in (
        shared.client.get("/v1/sessions/unused"),
        shared.client.delete("/v1/sessions/unused"),
        shared.client.get("/v1/sessions/unused/token"),
        shared.client.get("/v1/sessions/unused/claims"),
        shared.client.post("/v1/sessions/unused/refresh"),
    ):
        assert (answer.status, answer.code) == (401, "sign_in_required"), answer
