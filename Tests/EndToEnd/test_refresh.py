"""Renewing tokens: once, before they expire, through every trouble that a provider can make."""

import socket
import threading
import time
import urllib.parse

import pytest
from support.agent import Agent
from support.pool import CLIENT_SECRET, POOL, LocalPool, client, seed, user
from support.recorder import Recorder
from support.swallowing import swallowing
from support.waiting import until
from support.world import World, seconds_of

FAST = "connect_timeout_seconds = 1\nrequest_timeout_seconds = 1"


@pytest.fixture(scope="module")
def quick():
    """A world whose agent gives up on a provider after a second."""
    world = World(network=FAST)
    yield world
    world.end()


def test_tokens_are_renewed_before_they_expire_and_everybody_is_told(shared):
    shared.profile("proactive", "short")
    with shared.agent.events("?session=proactive") as events:
        session = shared.sign_in("proactive")
        created = events.wait("session.created")
        assert created["session"] == "proactive" and created["generation"] == 1
        refreshed = events.wait("session.refreshed", generation=2)
        assert time.time() < seconds_of(session["access_token_expires_at"]), "refreshed after the expiry only"
        assert shared.client.token("proactive")["generation"] >= 2
        assert seconds_of(refreshed["expires_at"]) > seconds_of(session["access_token_expires_at"])
        events.wait("session.refreshed", generation=3)
    session = shared.client.session("proactive")
    assert session["state"] == "active" and session["last_refresh_at"] and session["next_refresh_at"]


def test_the_time_of_the_next_refresh_is_the_contracts(shared):
    shared.signed_in("due")
    session = shared.client.session("due")
    life = 3600
    begin = seconds_of(session["access_token_expires_at"]) - life
    due = max(0.5 * life, min(0.8 * life, life - 300))
    wait = seconds_of(session["next_refresh_at"]) - begin
    assert due - 0.1 * life - 2 <= wait <= due + 2, session


def fifty_ask(world, name):
    """What fifty clients are answered who ask for the session's token at once, each on a connection of its own."""
    connections = [world.client.connect() for _ in range(50)]
    assert len({connection.socket.fileno() for connection in connections}) == 50
    target = f"/v1/sessions/{name}/token"
    for connection in connections:
        connection.send_request("GET", target)
    answers = [connection.answer(to=("GET", target)) for connection in connections]
    for connection in connections:
        connection.close()
    return answers


def test_fifty_sockets_at_expiry_make_one_refresh(worlds):
    world = worlds()
    world.signed_in("crowd", "brief", refresh="on-demand")
    world.until_expired("crowd")
    world.pool.fault_refresh("brief", {"latency_ms": 400}, times=1)
    before = world.pool.refreshes()
    answers = fifty_ask(world, "crowd")
    assert {answer.status for answer in answers} == {200}
    assert {answer.json["generation"] for answer in answers} == {2}
    assert len({answer.json["token"] for answer in answers}) == 1
    assert world.pool.refreshes() == before + 1
    assert world.pool.control("stats")["max_in_flight"] == 1


def test_of_two_agents_on_one_store_one_serves_and_refreshes_for_all(worlds):
    world = worlds()
    world.signed_in("crowd", "rotatingstrict", refresh="on-demand")
    world.until_expired("crowd")
    before = world.pool.refreshes()
    other = Agent(world.place, environment={"SESSION_AGENT_SOCK": world.place.run / "other" / "agent.sock"})
    world.ends_with(other).launch()
    answers = fifty_ask(world, "crowd")
    assert {(answer.status, answer.json["generation"]) for answer in answers} == {(200, 2)}
    assert other.process.wait() == 1, other.log
    assert world.pool.refreshes() == before + 1
    assert world.client.session("crowd")["state"] == "active"


def test_a_client_that_gives_up_changes_nothing_for_the_others(worlds):
    world = worlds()
    world.signed_in("crowd", "brief", refresh="on-demand")
    world.until_expired("crowd")
    world.pool.fault_refresh("brief", {"latency_ms": 800}, times=1)
    target = "/v1/sessions/crowd/token"
    first, second = world.client.connect(), world.client.connect()
    first.send_request("GET", target)
    second.send_request("GET", target)
    until(lambda: world.pool.control("stats")["in_flight"] >= 1, "the refresh to be on its way")
    first.close()
    assert second.answer(to=("GET", target)).json["generation"] == 2
    second.close()


def test_whoever_gives_up_a_refresh_or_a_logout_holds_nobody_up(worlds):
    world = worlds()
    world.signed_in("slow", "brief", refresh="on-demand")
    world.signed_in("other")
    world.pool.fault_refresh("brief", {"latency_ms": 3000}, times=1)
    world.pool.control(
        "fault", id="revoke", match={"operation": "RevokeToken"}, times=1, effect={"latency_ms": 3000})
    for method, target in [("POST", "/v1/sessions/slow/refresh"), ("DELETE", "/v1/sessions/slow")]:
        asking = world.client.connect()
        asking.send_request(method, target)
        until(lambda: world.pool.control("stats")["in_flight"] >= 1, "the provider to be asked")
        asking.close()
        began = time.monotonic()
        for _ in range(20):
            assert world.client.token("other")["session"] == "other"
        assert time.monotonic() - began < 1.5, method
        until(lambda: world.pool.control("stats")["in_flight"] == 0, "the provider to have answered")
        if method == "POST":
            until(lambda: world.client.session("slow")["generation"] == 2, "what came to be kept")


def test_on_demand_sessions_refresh_only_when_asked(worlds):
    world = worlds()
    world.signed_in("lazy", "middling", refresh="on-demand")
    before = world.pool.refreshes()
    expiry = seconds_of(world.client.session("lazy")["access_token_expires_at"])
    while time.time() < expiry - 2.2:  # less than a fifth of twelve seconds is left, more than the last second
        assert world.client.session("lazy")["generation"] == 1
        time.sleep(0.1)
    assert world.pool.refreshes() == before
    assert world.client.session("lazy")["next_refresh_at"] is None
    answer = world.client.token("lazy")
    assert answer["generation"] == 1, "the token at hand comes at once"
    until(lambda: world.client.session("lazy")["generation"] == 2, "the refresh behind it")


TROUBLES = {
    "html": {"malformed": "html"},
    "truncated": {"malformed": "truncated"},
    "empty": {"malformed": "empty"},
    "wrong-type": {"malformed": "wrong_type"},
    "status-500": {"status": 500, "headers": {}, "body": "oops", "content_type": "text/plain"},
    "status-503": {"status": 503, "headers": {}, "body": "", "content_type": "text/plain"},
    "portal-200": {
        "status": 200, "headers": {}, "body": "<html>Please log in to this network</html>", "content_type": "text/html",
    },
    "portal-302": {
        "status": 302, "headers": {"Location": "http://127.0.0.1:9/portal"}, "body": "", "content_type": "text/html",
    },
    "forbidden-waf": {"status": 403, "headers": {}, "body": "<html>Forbidden</html>", "content_type": "text/html"},
    "unauthorised-html": {"status": 401, "headers": {}, "body": "<html>Proxy</html>", "content_type": "text/html"},
    "bad-request-html": {"status": 400, "headers": {}, "body": "<html>Bad</html>", "content_type": "text/html"},
    "internal-error": {"error": "InternalErrorException", "message": "Internal error", "status": 500},
    "throttled": {"error": "TooManyRequestsException", "message": "Rate exceeded", "status": 400},
    "status-429": {"status": 429, "headers": {"Retry-After": "7"}, "body": "{}", "content_type": "application/json"},
    "hang": {"hang": True},
    "drop-before": {"drop": "before"},
    "drop-after": {"drop": "after"},
}


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_at_refresh_never_ends_a_session(quick, name):
    session = f"t-{name}"
    quick.signed_in(session, "rotatingbrief", refresh="on-demand")
    quick.until_expired(session)
    quick.pool.fault_refresh("rotatingbrief", TROUBLES[name])
    answer = quick.client.get(f"/v1/sessions/{session}/token?timeout=5")
    assert answer.status == 503 and answer.code in ("offline", "throttled"), answer
    assert answer.json["retry_after_seconds"] is not None, answer
    shown = quick.client.session(session)
    assert shown["state"] == "offline" and shown["reason"] is None, shown
    assert shown["last_error"]["retryable"] is True, shown
    assert shown["username"] == "anna", shown
    assert quick.client.get(f"/v1/sessions/{session}/claims").json["claims"]["username"] == "anna"
    quick.pool.clear()
    after = quick.client.post(f"/v1/sessions/{session}/refresh")
    assert after.status == 200 and after.json["state"] == "active", after
    assert after.json["generation"] >= 2 and after.json["last_error"] is None, after


def test_throttling_is_said_to_be_throttling(quick):
    quick.signed_in("throttle", "brief", refresh="on-demand")
    quick.until_expired("throttle")
    quick.pool.fault_refresh("brief", TROUBLES["throttled"])
    for answer in (
        quick.client.get("/v1/sessions/throttle/token?timeout=5"),
        quick.client.post("/v1/sessions/throttle/refresh"),
    ):
        assert (answer.status, answer.code) == (503, "throttled"), answer
    quick.pool.clear()


def test_retry_after_of_the_provider_is_kept_to(quick):
    quick.signed_in("later", "brief", refresh="on-demand")
    quick.until_expired("later")
    effect = {"status": 503, "headers": {"Retry-After": "60"}, "body": "", "content_type": "text/plain"}
    quick.pool.fault_refresh("brief", effect)
    answer = quick.client.get("/v1/sessions/later/token?timeout=5")
    assert answer.status == 503 and 55 <= answer.json["retry_after_seconds"] <= 60, answer
    wait = seconds_of(quick.client.session("later")["next_refresh_at"]) - time.time()
    assert 50 <= wait <= 61
    quick.pool.clear()


def test_a_link_that_swallows_packets_makes_nobody_wait_for_its_timeouts(worlds):
    """By default a connection has five seconds; half of the requests meet an attempt that sits them out."""
    world = worlds()
    world.signed_in("work", "brief")
    world.pool.stop()
    with swallowing(urllib.parse.urlsplit(world.pool.url).port):
        until(lambda: world.client.session("work")["state"] == "offline", "the first failure", 20)
        world.until_expired("work")
        begun, waits = time.monotonic(), []
        while time.monotonic() - begun < 12:
            asked = time.monotonic()
            answer = world.client.get("/v1/sessions/work/token")
            waits.append(time.monotonic() - asked)
            assert (answer.status, answer.code) == (503, "offline"), answer
            time.sleep(0.05)
        assert any(wait > 0.5 for wait in waits), "no request met an attempt"
        assert max(waits) < 2.5, waits


def test_the_back_off_grows_and_a_request_makes_no_attempt_while_it_runs(worlds):
    world = worlds(network=FAST)
    world.signed_in("backoff", "brief")
    world.pool.fault_refresh("brief", TROUBLES["status-500"])
    waits = []
    with world.agent.events("?session=backoff") as events:
        events.wait("session.offline")

        def failed_again():
            shown = world.client.session("backoff")
            if shown["next_refresh_at"] is None:  # an attempt is under way
                return False
            key = (shown["last_error"]["at"], shown["next_refresh_at"])
            if not waits or waits[-1][0] != key:
                waits.append((key, seconds_of(shown["next_refresh_at"]) - seconds_of(shown["last_error"]["at"])))
            return len(waits) >= 3

        until(failed_again, "three failures", 30)
    lengths = [wait for _, wait in waits]
    # The first may already be the second failure: an answer that may be lost is asked for again at once.
    for n, wait in enumerate(lengths, start=1):
        assert 2 ** (n - 1) - 1 <= wait <= 2 ** (n + 1) + 1, lengths
    world.until_expired("backoff")
    before = world.pool.refreshes()
    began = time.monotonic()
    for _ in range(20):
        answer = world.client.get("/v1/sessions/backoff/token")
        assert (answer.status, answer.code) == (503, "offline"), answer
    assert time.monotonic() - began < 2, "an answer during the back-off waited for something"
    assert world.pool.refreshes() == before
    world.pool.clear()
    assert world.client.post("/v1/sessions/backoff/refresh").json["state"] == "active"


def test_a_failing_provider_is_asked_at_most_once_in_ten_seconds_by_hand(quick):
    quick.signed_in("byhand", "brief", refresh="on-demand")
    quick.until_expired("byhand")
    quick.pool.fault_refresh("brief", TROUBLES["status-500"])
    first = quick.client.post("/v1/sessions/byhand/refresh")
    assert first.status == 503, first
    before = quick.pool.refreshes()
    for _ in range(5):
        answer = quick.client.post("/v1/sessions/byhand/refresh")
        assert answer.status == 503 and answer.json["retry_after_seconds"] is not None, answer
    assert quick.pool.refreshes() <= before + 1
    quick.pool.clear()


def test_online_again_is_told(quick):
    quick.signed_in("comes-and-goes", "rotatingbrief")
    with quick.agent.events("?session=comes-and-goes") as events:
        quick.pool.fault_refresh("rotatingbrief", TROUBLES["status-500"], times=1)
        events.wait("session.offline", 20)
        events.wait("session.online", 20)
        events.wait("session.refreshed", 20)
    quick.pool.clear()


def test_refresh_by_hand_gives_the_next_generation(shared):
    shared.signed_in("manual")
    before = shared.client.token("manual")
    result = shared.ctl("refresh", "manual")
    assert result.returncode == 0, result
    after = shared.client.token("manual")
    assert after["generation"] == before["generation"] + 1 and after["token"] != before["token"]
    result = shared.ctl("refresh", "manual", "--force")
    assert result.returncode == 0, result
    assert shared.client.token("manual")["generation"] == before["generation"] + 2
    answer = shared.client.post("/v1/sessions/manual/refresh?force=true")
    assert answer.status == 200 and answer.json["generation"] == before["generation"] + 3, answer


# Refusals

GOOD = "on-demand"


def ended(world, name, reason):
    """The session is over for that reason, and everybody is told."""
    answer = world.client.get(f"/v1/sessions/{name}/token?timeout=5")
    assert (answer.status, answer.code) == (401, "sign_in_required"), answer
    assert answer.json["reason"] == reason, answer
    assert f"agentctl login {name}" in answer.json["detail"], answer
    session = world.client.session(name)
    assert session["state"] == "sign_in_required" and session["reason"] == reason, session
    result = world.ctl("token", name)
    assert result.returncode == 10 and result.stdout == "", result
    assert world.ctl("status", name, "--check").returncode == 10
    answer = world.client.post(f"/v1/sessions/{name}/refresh")
    assert (answer.status, answer.code) == (401, "sign_in_required"), answer


def test_a_revoked_refresh_token_ends_the_session_with_its_reason(worlds):
    world = worlds()
    world.signed_in("revoked", "brief", refresh=GOOD)
    world.pool.control("revoke", username="anna")
    world.until_expired("revoked")
    with world.agent.events("?session=revoked") as events:
        ended(world, "revoked", "refresh_token_revoked")
        events.wait("session.sign_in_required", session="revoked")
    problem = world.client.get("/v1/sessions/revoked/token").json
    assert problem["provider"]["code"] == "NotAuthorizedException", problem
    assert world.ctl("status").returncode == 0
    assert world.client.get("/v1/sessions/revoked/claims").json["expired"] is True
    assert world.sign_in("revoked")["generation"] == 2
    assert world.client.session("revoked")["reason"] is None


def test_an_expired_refresh_token_ends_the_session(worlds):
    world = worlds()
    world.signed_in("old", "ending", refresh=GOOD)
    until(lambda: time.time() > seconds_of(world.client.session("old")["signed_in_at"]) + 6, "its end")
    ended(world, "old", "refresh_token_expired")


REFUSALS = {
    "revoked": (
        {"error": "NotAuthorizedException", "message": "Refresh Token has been revoked", "status": 400},
        "refresh_token_revoked",
    ),
    "expired": (
        {"error": "NotAuthorizedException", "message": "Refresh Token has expired", "status": 400},
        "refresh_token_expired",
    ),
    "reused": (
        {"error": "RefreshTokenReuseException", "message": "Refresh token reuse detected.", "status": 400},
        "refresh_token_reused",
    ),
    "disabled": ({"error": "NotAuthorizedException", "message": "User is disabled.", "status": 400}, "user_disabled"),
    "deleted": ({"error": "UserNotFoundException", "message": "User does not exist.", "status": 400}, "user_deleted"),
    "client-gone": (
        {"error": "ResourceNotFoundException", "message": "User pool client rotatingbrief does not exist.",
         "status": 400},
        "client_removed",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_definite_refusal_ends_the_session(quick, name):
    effect, reason = REFUSALS[name]
    session = f"r-{name}"
    quick.signed_in(session, "brief", refresh=GOOD)
    quick.until_expired(session)
    quick.pool.fault_refresh("brief", effect)
    try:
        ended(quick, session, reason)
    finally:
        quick.pool.clear()


BLOCKS = {
    "unknown": (
        {"error": "NotAuthorizedException", "message": "Request not allowed due to security reasons.", "status": 400},
        "refused", "provider_error",
    ),
    "new-exception": (
        {"error": "SomethingNewException", "message": "Not seen before.", "status": 400}, "refused", "provider_error",
    ),
    "lambda": (
        {"error": "UserLambdaValidationException", "message": "PreTokenGeneration failed with error x.", "status": 400},
        "refused", "provider_error",
    ),
    "reset": (
        {"error": "PasswordResetRequiredException", "message": "Password reset required for the user", "status": 400},
        "password_reset_required", "provider_error",
    ),
    "secret": (
        {"error": "NotAuthorizedException", "message": "SecretHash does not match for the client: brief",
         "status": 400},
        "client_credentials_wrong", "provider_error",
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_refusal_that_is_not_for_good_blocks_and_keeps_the_session(quick, name):
    effect, reason, code = BLOCKS[name]
    session = f"b-{name}"
    quick.signed_in(session, "brief", refresh=GOOD)
    quick.until_expired(session)
    quick.pool.fault_refresh("brief", effect)
    with quick.agent.events(f"?session={session}") as events:
        answer = quick.client.get(f"/v1/sessions/{session}/token?timeout=5")
        assert answer.code == code and answer.json["reason"] == reason, answer
        events.wait("session.blocked", session=session)
    shown = quick.client.session(session)
    assert shown["state"] == "blocked" and shown["reason"] == reason, shown
    wait = seconds_of(shown["next_refresh_at"]) - time.time()
    assert 0 < wait <= 301, shown
    assert quick.ctl("status", session, "--check").returncode == 75
    quick.pool.clear()
    answer = quick.client.post(f"/v1/sessions/{session}/refresh?force=true")
    assert answer.status == 200 and answer.json["state"] == "active", answer


def test_a_blocked_session_serves_its_token_while_it_is_valid(quick):
    quick.signed_in("still", "minute", refresh=GOOD)
    quick.pool.fault_refresh("minute", BLOCKS["unknown"][0])
    assert quick.client.post("/v1/sessions/still/refresh").code == "provider_error"
    assert quick.client.session("still")["state"] == "blocked"
    assert quick.client.token("still")["generation"] == 1
    quick.pool.clear()


def test_a_profile_that_differs_from_the_sign_in_blocks_and_no_secret_goes_to_a_new_place(worlds):
    world = worlds()
    world.signed_in("moved", "brief", refresh=GOOD)
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.5)
        elsewhere = f"http://127.0.0.1:{trap.getsockname()[1]}"
        world.profile("moved", "brief", refresh=GOOD, endpoint=elsewhere)
        until(lambda: world.client.session("moved")["state"] == "blocked", "the change to be seen")
        assert world.client.session("moved")["reason"] == "profile_changed"
        world.until_expired("moved")
        answer = world.client.get("/v1/sessions/moved/token")
        assert (answer.status, answer.code) == (422, "bad_configuration"), answer
        assert answer.json["reason"] == "profile_changed", answer
        answer = world.client.post("/v1/sessions/moved/refresh?force=true")
        assert (answer.status, answer.code) == (422, "bad_configuration"), answer
        with pytest.raises(TimeoutError):
            trap.accept()
    world.profile("moved", "brief", refresh=GOOD)
    answer = world.client.post("/v1/sessions/moved/refresh")
    assert answer.status == 200 and answer.json["state"] == "active", answer


def test_a_profile_file_that_breaks_keeps_the_last_good_one_until_a_restart(worlds):
    world = worlds()
    world.signed_in("breaks", "minute", refresh=GOOD)
    path = world.place.profiles / "breaks.toml"
    good = path.read_text()
    path.write_text(good + "no_such_key = 1\n")
    world.agent.reload()
    until(lambda: world.client.get("/v1/profiles/breaks").status == 422, "the file to be read")
    answer = world.client.get("/v1/profiles/breaks")
    assert (answer.status, answer.code) == (422, "bad_configuration"), answer
    assert "breaks.toml:" in answer.json["detail"], answer
    assert "breaks.toml" in world.client.get("/v1/status").body.decode(), "status does not say so"
    assert world.client.post("/v1/sessions/breaks/refresh").status == 200
    world.agent.restart()
    session = world.client.session("breaks")
    assert session["state"] == "blocked" and session["reason"] == "profile_changed", session
    assert world.client.token("breaks")["generation"] == 2
    path.write_text(good)
    world.agent.reload()
    until(lambda: world.client.session("breaks")["state"] == "active", "the good file to be read")


# Rotation


def test_a_lost_answer_within_the_grace_period_loses_nothing(quick):
    quick.signed_in("lost", "rotatingbrief", refresh=GOOD)
    quick.until_expired("lost")
    quick.pool.fault_refresh("rotatingbrief", {"drop": "after"}, times=1)
    answer = quick.client.get("/v1/sessions/lost/token?timeout=10")
    quick.pool.clear()
    if answer.status != 200:  # the second try may fall into the back-off
        assert answer.code == "offline", answer
        answer = quick.client.post("/v1/sessions/lost/refresh")
    assert answer.status == 200 and answer.json["generation"] >= 2, answer


def test_a_lost_answer_without_grace_is_named_as_what_it_is(quick):
    quick.signed_in("lostforever", "rotatingstrict", refresh=GOOD)
    quick.until_expired("lostforever")
    quick.pool.fault_refresh("rotatingstrict", {"drop": "after"}, times=1)
    quick.client.get("/v1/sessions/lostforever/token?timeout=10")

    def over():
        quick.client.post("/v1/sessions/lostforever/refresh")
        return quick.client.session("lostforever")["state"] == "sign_in_required"

    until(over, "the refusal of the old token", 20, every=0.5)
    assert quick.client.session("lostforever")["reason"] == "refresh_answer_lost"
    quick.pool.clear()


def test_keys_that_the_pool_changes_are_followed_at_once(world):
    world.signed_in("followed")
    for generation in (2, 3):
        world.pool.control("rotate_keys", user_pool_id=POOL)
        answer = world.client.post("/v1/sessions/followed/refresh")
        assert answer.status == 200 and answer.json["generation"] == generation, answer
    world.pool.control("rotate_keys", user_pool_id=POOL)
    world.sign_in("followed", "bert", session="another")


def test_rotating_tokens_survive_many_refreshes(shared):
    shared.signed_in("rotates", "rotating")
    for generation in range(2, 8):
        assert shared.client.post("/v1/sessions/rotates/refresh?force=true").json["generation"] == generation


def test_a_hanging_provider_holds_nobody_else_up(worlds):
    world = worlds(network="connect_timeout_seconds = 5\nrequest_timeout_seconds = 10")
    world.signed_in("good")
    world.signed_in("hangs", "brief", refresh=GOOD)
    world.until_expired("hangs")
    world.pool.fault_refresh("brief", {"hang": True})
    alone = latency_of_a_token(world, "good")
    with world.client.connect() as waiter:
        waiter.send_request("GET", "/v1/sessions/hangs/token?timeout=1")
        until(lambda: world.pool.control("stats")["in_flight"] >= 1, "the refresh to hang")
        beside = latency_of_a_token(world, "good")
        answer = waiter.answer(to=("GET", "/v1/sessions/hangs/token?timeout=1"))
        assert answer.status == 503, answer
    assert beside < 2 * alone + 0.002, f"{beside} s beside a provider that hangs, {alone} s before"


def latency_of_a_token(world, session):
    """The median of a hundred."""
    latencies = []
    for _ in range(100):
        began = time.monotonic()
        world.client.token(session)
        latencies.append(time.monotonic() - began)
    return sorted(latencies)[50]


def test_the_agent_ends_in_seconds_while_a_provider_hangs_and_complains_of_nothing(world):
    world.signed_in("hanging")
    world.pool.fault_refresh("long", {"hang": True})
    with world.client.connect() as connection:
        connection.send_request("POST", "/v1/sessions/hanging/refresh")
        until(lambda: world.pool.control("stats")["in_flight"] > 0, "the refresh to be under way")
        began = time.monotonic()
        world.agent.stop()
    assert time.monotonic() - began < 6
    assert world.agent.log.rstrip().endswith("stopped"), world.agent.log[-500:]


def test_generations_never_go_back_for_any_client(worlds):
    world = worlds()
    world.signed_in("steady", "brief")
    stop = threading.Event()
    failures = []

    def watch():
        last = 0
        while not stop.is_set():
            answer = world.client.get("/v1/sessions/steady/token")
            if answer.status == 200:
                generation = answer.json["generation"]
                if generation < last:
                    failures.append((last, generation))
                last = generation

    threads = [threading.Thread(target=watch) for _ in range(4)]
    for thread in threads:
        thread.start()
    with world.agent.events("?session=steady") as events:
        first = events.wait("session.refreshed", 20)["generation"]
        seen = world.client.token("steady")["generation"]
        assert seen >= first, "a subscriber heard of a generation before a client can have it"
        events.wait("session.refreshed", 20, generation=first + 1)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


def older_refresh_seed():
    """A pool with aliases that tracks devices, and clients with a secret: what the older refresh has to say right."""
    clients = [
        client("older", secret=CLIENT_SECRET), client("neither", secret=CLIENT_SECRET, flows=["ALLOW_USER_SRP_AUTH"])
    ]
    the_seed = seed(clients=clients, users=[user("anna"), user("bert")])
    the_seed["user_pools"][0] |= {"alias_attributes": ["email"], "device_tracking": "always"}
    return the_seed


@pytest.mark.parametrize("exception", ["UnsupportedOperationException", "UnknownOperationException"])
def test_the_older_refresh_renews_where_the_pool_refuses_the_newer_one(worlds, place, exception):
    recorder = Recorder()
    pool = LocalPool(place, older_refresh_seed(), public_url=recorder.url)
    recorder.passes_to(pool.address)
    world = worlds(pool=pool)
    world.ends_with(recorder)
    world.ends_with(pool)
    recorder.refusals = {"GetTokensFromRefreshToken": exception}
    world.profile("work", "older", client_secret=CLIENT_SECRET)
    assert world.sign_in("work", "anna@example.org")["username"] == "anna"
    for generation in (2, 3):
        answer = world.client.post("/v1/sessions/work/refresh?force=true")
        assert (answer.status, answer.json["generation"]) == (200, generation), answer
        world.agent.restart()
    older = recorder.requests("InitiateAuth")[-1]
    assert older["AuthFlow"] == "REFRESH_TOKEN_AUTH" and "USERNAME" not in older["AuthParameters"], older
    assert {"REFRESH_TOKEN", "SECRET_HASH", "DEVICE_KEY"} <= older["AuthParameters"].keys(), older
    if exception.startswith("Unknown"):
        return
    # Refused there, it means what it means anywhere.
    world.pool.control("revoke", username="anna")
    answer = world.client.post("/v1/sessions/work/refresh?force=true")
    assert (answer.status, answer.json["reason"]) == (401, "refresh_token_revoked"), answer
    world.profile("neither", "neither", client_secret=CLIENT_SECRET)
    world.sign_in("neither", "bert@example.org")
    answer = world.client.post("/v1/sessions/neither/refresh?force=true")
    assert (answer.status, answer.json["reason"]) == (502, "refused"), answer
    assert "Auth flow not enabled for this client" in answer.json["detail"], answer
    session = world.client.session("neither")
    assert session["state"] == "blocked" and world.client.token("neither")["generation"] == 1, session
