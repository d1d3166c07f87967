"""Signing out: at once, for good, network or not."""

import json
import time
import urllib.error
import urllib.request

import pytest
from support.place import Place
from support.pool import PASSWORD, LocalPool
from support.recorder import Recorder
from support.waiting import until

FAST = "connect_timeout_seconds = 1\nrequest_timeout_seconds = 1"


def test_logout_is_immediate_and_revokes(world):
    world.signed_in("work")
    before = world.pool.requests("RevokeToken")
    with world.agent.events("?session=work") as events:
        result = world.ctl("logout", "work")
        assert result.returncode == 0, result
        events.wait("session.removed", session="work")
    assert world.client.get("/v1/sessions/work/token").status == 401
    assert world.client.get("/v1/sessions").json["sessions"] == []
    until(lambda: world.pool.requests("RevokeToken") == before + 1, "the revocation")
    until(lambda: world.client.status()["pending"] == [], "the order to be done with")


def test_the_answer_says_what_became_of_the_refresh_token(world):
    world.signed_in("work")
    answer = world.client.delete("/v1/sessions/work").json
    assert answer["revocation"] in ("done", "queued") and answer["everywhere"] is None, answer
    assert answer["session"] == "work"


def test_offline_the_revocation_is_queued_and_delivered_when_the_pool_is_back(worlds):
    world = worlds(network=FAST)
    world.signed_in("work")
    world.pool.stop()
    answer = world.client.delete("/v1/sessions/work").json
    assert answer["revocation"] == "queued", answer
    assert world.client.get("/v1/sessions/work/token").status == 401
    pending = until(lambda: world.client.status()["pending"], "the order in status")
    assert pending[0]["action"] == "revoke" and pending[0]["session"] == "work", pending
    assert pending[0]["issuer"] == world.pool.issuer
    assert "work" in world.ctl("status").stdout
    world.agent.kill()
    world.agent.start()
    pending = world.client.status()["pending"]
    assert len(pending) == 1 and pending[0]["session"] == "work", pending
    with world.agent.events() as events:
        events.wait("snapshot")
        world.pool.start()
        events.wait("revocation.done", 60, session="work")
    assert world.client.status()["pending"] == []
    assert world.pool.requests("RevokeToken") == 1


def test_a_queued_revocation_really_ends_the_refresh_token(worlds):
    place, recorder = Place(), Recorder()
    pool = LocalPool(place, public_url=recorder.url)
    recorder.passes_to(pool.address)
    world = worlds(pool=pool, network=FAST)
    try:
        world.signed_in("work")
        token = recorder.refresh_tokens()[-1]
        pool.stop()
        assert world.client.delete("/v1/sessions/work").json["revocation"] == "queued"
        with world.agent.events() as events:
            events.wait("snapshot")
            pool.start()
            events.wait("revocation.done", 60)
        assert refresh_is_refused(pool, token)
    finally:
        world.agent.end()
        recorder.end()
        pool.end()
        place.remove()


def refresh_is_refused(pool, token):
    request = urllib.request.Request(
        pool.address + "/",
        data=json.dumps({"ClientId": "long", "RefreshToken": token}).encode(),
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AWSCognitoIdentityProviderService.GetTokensFromRefreshToken",
        },
    )
    try:
        urllib.request.urlopen(request, timeout=10).close()
    except urllib.error.HTTPError as error:
        return "revoked" in error.read().decode()
    return False


def test_everywhere_online(world):
    world.signed_in("work")
    world.sign_in("work", session="second")
    answer = world.client.delete("/v1/sessions/work?everywhere=true").json
    assert answer["everywhere"] == "done", answer
    assert world.pool.requests("GlobalSignOut") == 1
    assert world.client.post("/v1/sessions/second/refresh").status == 401
    assert world.client.session("second")["reason"] == "refresh_token_revoked"


def test_everywhere_offline_does_the_local_part_and_says_so(worlds):
    world = worlds(network=FAST)
    world.signed_in("work")
    world.pool.stop()
    result = world.ctl("logout", "work", "--everywhere")
    assert result.returncode == 75, result
    assert world.client.get("/v1/sessions").json["sessions"] == []
    world.profile("two")
    world.pool.start()
    world.sign_in("two")
    world.pool.stop()
    answer = world.client.delete("/v1/sessions/two?everywhere=true").json
    assert answer["everywhere"] == "not_done", answer


def test_logout_all_waits_for_a_provider_that_hangs_once_and_not_for_each_session(world):
    for name in ("one", "two", "three"):
        world.signed_in(name)
    world.pool.control("fault", id="revoke", match={"operation": "RevokeToken"}, times=100, effect={"hang": True})
    began = time.monotonic()
    result = world.ctl("logout", "--all")
    assert result.returncode == 0 and result.stdout.count("Signed out of ") == 3, result
    assert time.monotonic() - began < 6  # three times three seconds, one after the other
    assert world.client.get("/v1/sessions").json["sessions"] == []
    world.pool.clear()


def test_logout_works_on_a_locked_store(world):
    world.signed_in("work")
    world.client.post("/v1/lock")
    assert world.client.delete("/v1/sessions/work").status == 200
    assert world.client.get("/v1/sessions").json["sessions"] == []
    world.client.post("/v1/unlock", {})
    assert world.client.get("/v1/sessions").json["sessions"] == []
    assert world.client.get("/v1/sessions/work/token").status == 401


def test_on_a_locked_store_a_profile_nobody_is_signed_in_under_is_told_so(world):
    world.signed_in("work")
    world.client.post("/v1/lock")
    assert world.ctl("logout", "work").returncode == 0
    answer = world.client.delete("/v1/sessions/work")
    assert answer.status == 401 and answer.code == "sign_in_required", answer
    again = world.ctl("logout", "work")
    assert again.returncode == 10 and "agentctl login work" in again.stderr, again
    assert world.client.delete("/v1/sessions/nobody").status == 404


def test_logout_during_a_refresh_wins(world):
    world.signed_in("work", "rotating")
    world.pool.fault_refresh("rotating", {"latency_ms": 800}, times=1)
    with world.client.connect() as connection:
        connection.send_request("POST", "/v1/sessions/work/refresh")
        until(lambda: world.pool.control("stats")["in_flight"] >= 1, "the refresh to be under way")
        assert world.client.delete("/v1/sessions/work").status == 200
        assert world.client.get("/v1/sessions/work/token").status == 401
        answer = connection.answer(to=("POST", "/v1/sessions/work/refresh"))
        assert answer.status in (401, 404), answer
    assert world.client.get("/v1/sessions").json["sessions"] == []
    until(lambda: world.client.status()["pending"] == [], "the revocation", 30)


def test_a_session_signed_out_can_be_signed_in_again(world):
    world.signed_in("work")
    world.ctl("logout", "work")
    result = world.ctl("login", "work", "--username", "anna", input=f"{PASSWORD}\n")
    assert result.returncode == 0, result
    assert world.client.session("work")["generation"] == 2


@pytest.mark.parametrize("kept", ["keystore.sqlite", "keystore.sqlite-wal"])
def test_nothing_of_a_signed_out_session_is_left_in_the_files(world, kept):
    world.signed_in("work")
    world.client.delete("/v1/sessions/work")
    until(lambda: world.client.status()["pending"] == [], "the revocation", 30)
    path = world.place.keystore.parent / kept
    content = path.read_bytes() if path.exists() else b""
    assert b"anna" not in content
