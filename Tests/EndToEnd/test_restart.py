"""What survives: kill -9 at any moment, no network, a new start."""

import os
import random
import signal
import time

import pytest
from support.place import Place
from support.pool import LocalPool
from support.recorder import Recorder
from support.waiting import until

RANDOM = random.Random(20261122)


def test_after_kill_9_the_session_is_still_there(world):
    world.signed_in("work")
    before = world.client.token("work")
    session = world.client.session("work")
    world.agent.kill()
    assert world.place.socket.exists(), "a killed agent leaves its socket: that is what the next one must replace"
    world.agent.start()
    assert world.client.token("work") | {"expires_in": 0} == before | {"expires_in": 0}
    after = world.client.session("work")
    for member in ("state", "generation", "subject", "username", "signed_in_at", "access_token_expires_at"):
        assert after[member] == session[member], member
    assert world.client.post("/v1/sessions/work/refresh").json["generation"] == 2


def test_without_the_pool_a_restarted_agent_serves_what_is_valid(world):
    world.signed_in("work")
    before = world.client.token("work")
    world.pool.stop()
    world.agent.kill()
    world.agent.start()
    assert world.client.token("work")["token"] == before["token"]
    assert world.client.token("work", "?type=id")["generation"] == 1
    assert world.client.get("/v1/sessions/work/claims").json["claims"]["username"] == "anna"
    assert [session["name"] for session in world.client.status()["sessions"]] == ["work"]
    result = world.ctl("token", "work")
    assert result.returncode == 0 and result.stdout.strip() == before["token"], result


def test_an_agent_that_starts_offline_with_an_expired_token_is_signed_in(world):
    world.signed_in("work", "rotatingbrief", refresh="on-demand")
    world.until_expired("work")
    world.pool.stop()
    world.agent.restart()
    assert world.client.get("/v1/sessions/work/claims").json["expired"] is True
    answer = world.client.get("/v1/sessions/work/token?timeout=5")
    assert answer.status == 503 and answer.code == "offline", answer
    assert world.client.session("work")["state"] == "offline"
    world.pool.start()
    assert world.client.post("/v1/sessions/work/refresh").json["state"] == "active"


def test_a_refused_session_is_still_refused_after_a_restart(world):
    world.signed_in("work")
    world.pool.control("revoke", username="anna")
    assert world.client.post("/v1/sessions/work/refresh").status == 401
    world.agent.restart()
    session = world.client.session("work")
    assert session["state"] == "sign_in_required" and session["reason"] == "refresh_token_revoked", session


def test_generations_go_on_after_logout_and_restart(world):
    world.signed_in("work")
    world.client.post("/v1/sessions/work/refresh")
    assert world.client.session("work")["generation"] == 2
    assert world.client.delete("/v1/sessions/work").status == 200
    world.agent.restart()
    assert world.sign_in("work")["generation"] == 3


def test_a_running_login_does_not_outlive_the_agent(world):
    world.profile("work")
    login = world.start_login("work", "anna")
    world.agent.kill()
    world.agent.start()
    assert world.client.get(f"/v1/logins/{login['id']}").status == 404
    world.sign_in("work")


@pytest.fixture
def watched(worlds):
    """A world whose traffic with the pool goes through a recorder that can act at the moment of an answer."""
    place = Place()
    recorder = Recorder()
    pool = LocalPool(place, public_url=recorder.url)
    recorder.passes_to(pool.address)
    world = worlds(pool=pool)
    yield world, recorder
    world.agent.end()
    recorder.end()
    pool.end()
    place.remove()


def test_kill_9_between_the_providers_answer_and_the_commit_loses_nothing(watched):
    """Twenty times: killed some microseconds after the answer with the rotated token was on its way."""
    world, recorder = watched
    world.signed_in("work", "rotating")
    generation = 1
    outcomes = {"before": 0, "after": 0}
    for attempt in range(20):
        delay = RANDOM.uniform(0, 0.012) if attempt else 0
        killed = kill_after_answer(world, recorder, delay)
        with world.client.connect() as connection:
            connection.send_request("POST", "/v1/sessions/work/refresh?force=true")
            until(lambda: killed.get("done"), "the agent to be killed")
        recorder.after_answer = None
        world.agent.process.wait()
        world.agent.start()
        session = world.client.session("work")
        assert session["state"] in ("active", "offline"), (attempt, delay, session)
        assert session["generation"] >= generation, (attempt, session)
        outcomes["after" if session["generation"] > generation else "before"] += 1
        answer = world.client.post("/v1/sessions/work/refresh?force=true")
        assert answer.status == 200 and answer.json["state"] == "active", (attempt, delay, answer)
        assert answer.json["generation"] > session["generation"] - 1, answer
        generation = answer.json["generation"]
    assert outcomes["before"] > 0, f"never killed before the commit: {outcomes}"


def kill_after_answer(world, recorder, delay):
    killed = {}

    def act(operation, status):
        if operation not in ("GetTokensFromRefreshToken", "InitiateAuth") or killed:
            return
        killed["begun"] = True
        end = time.monotonic() + delay
        while time.monotonic() < end:
            pass
        world.agent.process.signal(signal.SIGKILL)
        killed["done"] = True

    recorder.after_answer = act
    return killed


def test_kill_9_at_random_moments_of_a_refresh_loses_nothing(world):
    world.signed_in("work", "rotating")
    generation = 1
    for attempt in range(int(os.environ.get("CRASHES", "6"))):
        world.pool.fault_refresh("rotating", {"latency_ms": 150}, times=1)
        with world.client.connect() as connection:
            connection.send_request("POST", "/v1/sessions/work/refresh?force=true")
            until(lambda: world.pool.control("stats")["in_flight"] >= 1, "the refresh to be under way")
            connection.socket.settimeout(RANDOM.uniform(0.01, 0.25))
            try:
                connection.receive()
            except TimeoutError:
                pass
        world.agent.kill()
        world.pool.clear()
        world.agent.start()
        # Without force: a store that a crash has left behind its witness would be held back here.
        answer = world.client.post("/v1/sessions/work/refresh")
        assert answer.status == 200 and answer.json["state"] == "active", (attempt, answer)
        assert answer.json["generation"] > generation, (attempt, answer)
        generation = answer.json["generation"]
    assert world.pool.control("stats")["refused"] == {}, "no reuse was detected, nothing else was refused"


def test_a_rotated_token_is_never_sent_again_once_its_successor_came(watched):
    world, recorder = watched
    world.signed_in("work", "rotating")
    for _ in range(3):
        assert world.client.post("/v1/sessions/work/refresh?force=true").status == 200
    world.agent.restart()
    assert world.client.post("/v1/sessions/work/refresh?force=true").status == 200
    sent = [request["RefreshToken"] for request in recorder.requests("GetTokensFromRefreshToken")]
    assert len(sent) == len(set(sent)) == 4, len(sent)
