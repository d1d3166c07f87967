"""The event stream."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

from support.pool import PASSWORD
from support.waiting import until
from support.wire import Connection


def kinds(stream):
    return [event["event"] for event in stream.events]


def test_a_snapshot_comes_first(shared):
    with shared.agent.events() as events:
        snapshot = events.wait("snapshot")
        assert events.events[0] is snapshot
        assert snapshot["status"]["agent"]["pid"] == shared.agent.pid


def test_a_reader_of_http_1_0_gets_no_chunks(shared):
    with Connection(shared.place.socket) as connection:
        connection.send(b"GET /v1/events HTTP/1.0\r\nHost: agent\r\n\r\n")
        status, headers = connection.head()
        names = [name.lower() for name, _ in headers]
        assert status == 200 and "transfer-encoding" not in names and ("Connection", "close") in headers, headers
        assert connection.exactly(4) == b"id: "


def test_the_life_of_a_session_in_events(world):
    with world.agent.events() as events:
        events.wait("snapshot")
        world.profile("work")
        events.wait("profile.changed", profile="work")
        login = world.login("work")
        step = events.wait("login.step", login=login["id"], kind="password")
        assert step["session"] == "work"
        events.wait("login.step", login=login["id"], kind="done")
        assert events.wait("session.created", session="work")["generation"] == 1
        world.client.post("/v1/sessions/work/refresh")
        assert events.wait("session.refreshed", session="work")["generation"] == 2
        world.client.post("/v1/lock")
        events.wait("keystore.locked")
        world.client.post("/v1/unlock", {})
        events.wait("keystore.unlocked")
        world.client.delete("/v1/sessions/work")
        events.wait("session.removed", session="work")
        events.wait("revocation.done", session="work")
        ids = [event["id"] for event in events.events]
        assert len(ids) == len(set(ids)), ids
        assert PASSWORD not in events.text


def test_the_created_event_comes_before_anybody_can_see_it_missing(world):
    """Whoever hears of a session finds it."""
    world.profile("work")
    with world.agent.events() as events:
        events.wait("snapshot")
        world.sign_in("work")
        created = events.wait("session.created")
        assert world.client.session("work")["generation"] >= created["generation"]


def test_a_reader_goes_on_where_it_was(world):
    world.signed_in("work")
    with world.agent.events() as events:
        events.wait("snapshot")
        world.client.post("/v1/sessions/work/refresh")
        seen = events.wait("session.refreshed", generation=2)
    world.client.post("/v1/sessions/work/refresh?force=true")
    with world.agent.events(last_event_id=seen["id"]) as events:
        missed = events.wait("session.refreshed", generation=3)
        assert events.events[0]["id"] == missed["id"], kinds(events)
        assert "snapshot" not in kinds(events)


def test_an_unknown_id_is_answered_by_reset_and_snapshot(shared):
    for unknown in ("no-such-id", "7f3a-41", "x" * 100):
        with shared.agent.events(last_event_id=unknown) as events:
            events.wait("snapshot")
            assert kinds(events)[:2] == ["reset", "snapshot"]


def test_an_id_of_before_the_restart_is_unknown(world):
    with world.agent.events() as events:
        seen = events.wait("snapshot")["id"]
    world.agent.restart()
    with world.agent.events(last_event_id=seen) as events:
        events.wait("snapshot")
        assert kinds(events)[:2] == ["reset", "snapshot"]


def test_events_of_one_session_only(world):
    world.profile("one")
    world.profile("two")
    with world.agent.events("?session=one") as events, world.agent.events() as all_events:
        events.wait("snapshot")
        all_events.wait("snapshot")
        world.sign_in("two")
        all_events.wait("session.created", session="two")
        world.sign_in("one")
        events.wait("session.created", session="one")
        assert {event["session"] for event in events.events if "session" in event} == {"one"}


def test_audit_says_who_used_a_token(world):
    world.signed_in("work")
    with world.agent.events("?audit=true") as audit, world.agent.events() as plain:
        audit.wait("snapshot")
        plain.wait("snapshot")
        for _ in range(3):
            world.client.token("work")
        used = audit.wait("token.used", 20, session="work")
        assert used["type"] == "access" and used["count"] == 3
        assert used["peer"]["pid"] == os.getpid()
        assert used["peer"]["exe"] == os.readlink("/proc/self/exe")
        world.client.post("/v1/sessions/work/refresh")
        plain.wait("session.refreshed")
        assert "token.used" not in kinds(plain)


def test_every_subscriber_hears_the_same(world):
    world.profile("work")
    streams = [world.agent.events() for _ in range(20)]
    for stream in streams:
        stream.wait("snapshot")
    world.sign_in("work")
    world.client.post("/v1/sessions/work/refresh")
    ids = {stream.wait("session.refreshed")["id"] for stream in streams}
    assert len(ids) == 1
    for stream in streams:
        stream.close()


def test_a_reader_that_does_not_read_gets_a_reset_and_holds_nobody_up(world):
    world.profile("noise")
    slow = Connection(world.place.socket, timeout=10)
    slow.send_request("GET", "/v1/events")
    assert slow.head()[0] == 200
    with world.agent.events() as events, ThreadPoolExecutor(4) as threads:
        events.wait("snapshot")
        # More than 1,024 events beyond what fits into the buffers of the socket and the agent.
        list(threads.map(lambda number: make_noise(world, number), range(1900)))
        until(lambda: kinds(events).count("login.step") == 1900, "the fast reader to have them all")
    text = ""
    while "event: reset" not in text:
        data = slow.receive()
        assert data, "ended without a reset"
        text += data.decode()
    while "event: snapshot" not in text.partition("event: reset")[2]:
        text += slow.receive().decode()
    assert text.count("event: login.step") < 1900
    slow.close()


def make_noise(world, number):
    """A login that begins and is given up: one event."""
    name = f"{number:a>64}"
    with Connection(world.place.socket) as connection:
        connection.send_request("POST", "/v1/logins", {"profile": "noise", "session": name, "username": "anna"})
        login = connection.answer().json["id"]
    with Connection(world.place.socket) as connection:
        connection.send_request("DELETE", f"/v1/logins/{login}")
        assert connection.answer().status == 204


def test_no_event_carries_a_token(world):
    with world.agent.events("?audit=true") as events:
        events.wait("snapshot")
        world.signed_in("work")
        token = world.client.token("work")["token"]
        world.client.post("/v1/sessions/work/refresh")
        events.wait("session.refreshed")
        assert token.split(".")[2] not in events.text
        assert "eyJ" not in events.text
        assert json.dumps(PASSWORD) not in events.text
