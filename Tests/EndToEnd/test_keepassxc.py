"""KeePassXC as the Secret Service, and how it behaves when it exposes nothing: its clients hang."""

import time

import pytest
from support.bus import Bus
from support.keepassxc import KeePassXC
from support.waiting import until
from test_keyring_faults import PATIENCE
from test_keystore import AUTO, PASSPHRASE, keystore


@pytest.fixture
def with_keepassxc(worlds):
    """Makes a world with KeePassXC on its bus; the agent is not started."""

    def make(exposed=True):
        world = worlds(start=False)
        world.place.settings(AUTO)
        bus = world.ends_with(Bus(world.place))
        world.agent.environment = bus.environment()
        return world, bus, world.ends_with(KeePassXC(bus, exposed))

    return make


def timed(call):
    """What the call answers, within the patience."""
    began = time.monotonic()
    answer = call()
    assert time.monotonic() - began < PATIENCE, answer
    return answer


def test_the_store_opens_by_keepassxc_and_again_once_that_is_back(with_keepassxc):
    world, bus, keepassxc = with_keepassxc()
    timed(world.agent.start)
    assert world.client.status()["agent"]["keystore"] == {"state": "unlocked", "key_source": "secret-service"}
    labels = {bus.property(item, "Item", "Label") for item in bus.items()}
    assert labels == {"session-agent keystore", "session-agent keystore counter (holds no secret)"}
    world.signed_in("work")
    token = world.client.token("work")["token"]
    assert world.client.post("/v1/keystore/rekey", {}).status == 200
    world.agent.restart()
    assert world.client.token("work")["token"] == token
    keepassxc.kill()
    assert timed(lambda: world.client.post("/v1/sessions/work/refresh")).json["generation"] == 2
    timed(lambda: world.agent.restart())
    assert "No secret service" in keystore(world)["last_error"]["message"]
    with world.agent.events() as events:
        events.wait("snapshot")
        keepassxc.start()
        events.wait("keystore.unlocked")
    assert world.client.token("work")["generation"] == 2


def test_a_locked_database_is_told_as_a_locked_keyring(with_keepassxc):
    world, _, keepassxc = with_keepassxc()
    world.agent.start()
    world.signed_in("work")
    keepassxc.lock()
    assert timed(lambda: world.client.post("/v1/sessions/work/refresh")).json["generation"] == 2
    answer = timed(lambda: world.client.post("/v1/keystore/rekey", {}))
    assert (answer.status, answer.code) == (423, "locked"), answer
    world.agent.stop()
    timed(world.agent.start)
    state = keystore(world)
    assert (state["state"], state["slots"][0]["state"]) == ("locked", "locked"), state
    assert "The keyring is locked" in state["last_error"]["message"], state


def test_a_keepassxc_that_exposes_nothing_holds_nothing_up(with_keepassxc):
    world, bus, keepassxc = with_keepassxc(exposed=False)
    timed(world.agent.start)
    state = keystore(world)
    assert state["state"] == "uninitialized", state
    assert "exposes no group" in state["last_error"]["message"], state
    answer = timed(lambda: world.client.post("/v1/unlock", {}))
    assert (answer.status, answer.code) == (423, "locked"), answer
    result = world.ctl("unlock", input=PASSPHRASE + "\n")
    assert result.returncode == 0, result
    world.signed_in("work")
    answer = timed(lambda: world.client.put("/v1/keystore/slots/secret-service", {}))
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    assert "exposes no group" in answer.json["detail"], answer
    assert world.client.post("/v1/keystore/rekey", {"passphrase": PASSPHRASE}).status == 200
    assert timed(lambda: world.client.post("/v1/sessions/work/refresh")).json["generation"] == 2
    assert world.client.token("work")["generation"] == 2
    assert keepassxc.process.running
