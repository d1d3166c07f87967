"""Every fault of the Secret Service at every piece of work: told apart, never waited for, nothing lost."""

import signal
import time

import pytest
from support.waiting import until
from test_keystore import bus, keystore  # noqa: F401

PATIENCE = 3.0  # seconds, for an answer of whatever kind

FAULTS = {
    "locked": ("The keyring is locked", lambda bus: bus.lock()),
    "gone": ("No secret service", lambda bus: bus.stop_keyring()),
    "hanging": ("did not answer within", lambda bus: bus.keyring.send_signal(signal.SIGSTOP)),
    "emptied": ("no default keyring", lambda bus: bus.delete_collection()),
}


def timed(call):
    """What the call answers, within the patience."""
    began = time.monotonic()
    answer = call()
    assert time.monotonic() - began < PATIENCE, answer
    return answer


@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_of_the_keyring_stops_what_is_open_or_is_waited_for(bus, fault):  # noqa: F811
    world, daemon = bus
    words, begin = FAULTS[fault]
    until(lambda: keystore(world)["state"] == "unlocked", "the store to open")
    world.signed_in("work")
    world.signed_in("other")
    begin(daemon)
    try:
        assert timed(lambda: world.client.post("/v1/sessions/work/refresh")).status == 200
        assert timed(lambda: world.client.delete("/v1/sessions/other")).status == 200
        answer = timed(lambda: world.client.post("/v1/keystore/rekey", {}))
        assert (answer.status, answer.code) in ((423, "locked"), (507, "storage_failed")), answer
        assert words in answer.json["detail"], answer
        assert timed(lambda: world.client.token("work"))["generation"] == 2
        world.agent.stop()
        timed(world.agent.start)
        state = keystore(world)
        assert state["state"] == ("locked" if fault == "locked" else "unavailable"), state
        assert words in state["last_error"]["message"] and words in state["slots"][0]["detail"], state
        assert [session["name"] for session in world.client.status()["sessions"]] == ["work"]
        answer = timed(lambda: world.client.post("/v1/unlock", {}))
        assert (answer.status, answer.code) in ((423, "locked"), (507, "storage_failed")), answer
        assert timed(lambda: world.client.get("/v1/sessions/work/token")).status == 423
        assert timed(lambda: world.client.delete("/v1/sessions/work")).json["revocation"] == "queued"
    finally:
        if daemon.keyring:
            daemon.keyring.send_signal(signal.SIGCONT)


def test_a_store_opens_by_itself_when_the_keyring_appears(bus):  # noqa: F811
    world, daemon = bus
    until(lambda: keystore(world)["state"] == "unlocked", "the store to open")
    world.signed_in("work")
    daemon.stop_keyring()
    world.agent.restart()
    assert keystore(world)["state"] == "unavailable"
    with world.agent.events() as events:
        events.wait("snapshot")
        daemon.start_keyring()
        events.wait("keystore.unlocked")
    assert world.client.token("work")["generation"] == 1


def test_a_store_that_a_person_locked_stays_locked_when_the_keyring_appears(bus):  # noqa: F811
    world, daemon = bus
    until(lambda: keystore(world)["state"] == "unlocked", "the store to open")
    assert world.ctl("lock").returncode == 0
    daemon.stop_keyring()
    daemon.start_keyring()
    time.sleep(1.5)  # nothing is to happen, so there is nothing to wait for
    assert keystore(world)["state"] == "locked"
    assert world.ctl("unlock").returncode == 0
