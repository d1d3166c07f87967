"""Every fault of the Secret Service at every piece of work: told apart, never waited for, nothing lost.

Each fault gets a home of its own with a real gnome-keyring on a private bus. All five pieces of work are done there
once, several faults at a time; each cell of the table is then judged by itself.
"""

import concurrent.futures
import dataclasses
import signal
import time

import pytest
from support.bus import Bus
from support.place import Place
from support.pool import LocalPool
from support.waiting import until
from support.world import World
from test_keystore import AUTO, bus, keystore  # noqa: F401

PATIENCE = 3.0  # seconds, for an answer of whatever kind


@dataclasses.dataclass
class Fault:
    """How it is brought about, what the store's state is after a start with it, and how it is called."""

    begin: callable
    state: str
    words: str

    @property
    def refusal(self):
        """What a piece of work that needs the keyring answers."""
        return {"unlocked": (200, None), "locked": (423, "locked")}.get(self.state, (507, "storage_failed"))


def kill_and_return(bus):
    bus.kill_keyring()
    bus.start_keyring()


FAULTS = {
    "locked": Fault(Bus.lock, "locked", "The keyring is locked"),
    "gone": Fault(Bus.stop_keyring, "unavailable", "No secret service"),
    "hanging": Fault(Bus.halt, "unavailable", "did not answer within 2.0 s"),
    "killed": Fault(Bus.kill_keyring, "unavailable", "No secret service"),
    "killed and back": Fault(kill_and_return, "unlocked", None),
    "keyring deleted": Fault(Bus.delete_collection, "unavailable", "no default keyring"),
    "item deleted": Fault(Bus.delete_items, "unavailable", "has no key for this keystore"),
}


class Trial:
    """All pieces of work under one fault, and what each answered after how many seconds."""

    def __init__(self, fault, pool):
        self.answers, self.seconds = {}, {}
        self.world = World(pool=pool, start=False)
        try:
            self._run(FAULTS[fault])
        finally:
            self.world.end()

    def _run(self, fault):
        world = self.world
        world.place.settings(AUTO)
        bus = world.ends_with(Bus(world.place))
        bus.start_keyring()
        world.agent.environment = bus.environment()
        self._timed("start without a fault", world.agent.start)
        until(lambda: keystore(world)["state"] == "unlocked", "the store to open")
        world.signed_in("work")
        world.signed_in("other")
        fault.begin(bus)
        try:
            self._timed("refresh", lambda: world.client.post("/v1/sessions/work/refresh"))
            self._timed("logout", lambda: world.client.delete("/v1/sessions/other"))
            self._timed("status", lambda: world.client.get("/v1/keystore"))
            self._timed("rekey", lambda: world.client.post("/v1/keystore/rekey", {}))
            self.open = (world.client.get("/v1/sessions/work/token"), world.client.get("/v1/sessions/other/token"))
            world.agent.stop()
            self._timed("start", world.agent.start)
            self.state = keystore(world)
            self.shown = world.ctl("keystore", "status").stdout
            self.names = [session["name"] for session in world.client.status()["sessions"]]
            self.token = world.client.get("/v1/sessions/work/token?timeout=0")
            self._timed("unlock", lambda: world.client.post("/v1/unlock", {}))
            self._timed("logout after the start", lambda: world.client.delete("/v1/sessions/work"))
            assert world.agent.process.running
        finally:
            bus.go_on()

    def _timed(self, work, call):
        began = time.monotonic()
        self.answers[work] = call()
        self.seconds[work] = time.monotonic() - began


@pytest.fixture(scope="module")
def trials():
    """All faults, two at a time, against one pool: they mostly wait."""
    place = Place()
    pool = LocalPool(place)
    try:
        with concurrent.futures.ThreadPoolExecutor(2) as executor:
            running = {fault: executor.submit(Trial, fault, pool) for fault in FAULTS}
        yield running
    finally:
        pool.end()
        place.remove()


def judge_refresh(trial, fault):
    answer = trial.answers["refresh"]
    assert (answer.status, answer.json["generation"], answer.json["state"]) == (200, 2, "active"), answer
    assert trial.open[0].json["generation"] == 2, trial.open


def judge_logout(trial, fault):
    answer = trial.answers["logout"]
    assert answer.status == 200 and answer.json["revocation"] in ("queued", "done"), answer
    assert trial.open[1].status in (401, 404), trial.open
    assert "other" not in trial.names


def judge_status(trial, fault):
    """While the store is open: how its keyring is now, not how it was when it opened the store."""
    answer = trial.answers["status"].json
    (slot,) = answer["slots"]
    expected = {"unlocked": "ok", "locked": "locked", "unavailable": "unavailable"}[fault.state]
    assert (answer["state"], slot["state"]) == ("unlocked", expected), answer
    assert fault.words is None or fault.words in slot["detail"], answer


def judge_rekey(trial, fault):
    answer = trial.answers["rekey"]
    assert (answer.status, answer.code) == fault.refusal, answer
    assert fault.words is None or fault.words in answer.json["detail"], answer
    assert trial.open[0].status == 200, "an open agent serves whatever became of its keyring"


def judge_start(trial, fault):
    assert trial.state["state"] == fault.state, trial.state
    assert trial.names == ["work"], trial.names
    if fault.words is None:
        assert trial.token.json["generation"] == 2, trial.token
        return
    (slot,) = trial.state["slots"]
    assert slot["state"] == ("locked" if fault.state == "locked" else "unavailable"), slot
    assert fault.words in trial.state["last_error"]["message"] and fault.words in slot["detail"], trial.state
    assert fault.words in trial.shown, trial.shown
    assert (trial.token.status, trial.token.code) == (423, "locked"), trial.token


def judge_unlock(trial, fault):
    answer = trial.answers["unlock"]
    assert (answer.status, answer.code) == fault.refusal, answer
    assert fault.words is None or fault.words in answer.json["detail"], answer
    answer = trial.answers["logout after the start"]
    assert answer.status == 200 and answer.json["revocation"] in ("queued", "done"), answer


JUDGES = {
    "start": judge_start,
    "unlock": judge_unlock,
    "refresh": judge_refresh,
    "logout": judge_logout,
    "status": judge_status,
    "rekey": judge_rekey,
}


@pytest.mark.parametrize("work", JUDGES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_keyring_is_told_by_name_and_never_waited_for(trials, fault, work):
    trial = trials[fault].result()
    JUDGES[work](trial, FAULTS[fault])
    # Starting a process takes what it takes on a busy machine; what a fault adds to it is what counts.
    usual = trial.seconds["start without a fault"] if work == "start" else 0
    assert trial.seconds[work] - usual < PATIENCE, trial.seconds


def test_the_faults_of_the_keyring_are_told_apart():
    """Ended and killed are one to the agent: nobody has the name."""
    words = [fault.words for name, fault in FAULTS.items() if fault.words and name != "gone"]
    assert len(words) == len(set(words)) == 5


def test_a_keyring_that_is_killed_while_it_is_asked_is_named_at_once(bus):  # noqa: F811
    world, daemon = bus
    until(lambda: keystore(world)["state"] == "unlocked", "the store to open")
    daemon.halt()
    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        asked = executor.submit(world.client.post, "/v1/keystore/rekey", {})
        until(lambda: daemon.connections(world.agent.pid) > 1, "the agent to be on the bus a second time")
        daemon.kill_keyring()
        answer = asked.result()
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    assert "No secret service" in answer.json["detail"], answer
    assert keystore(world)["state"] == "unlocked"


@pytest.mark.parametrize(
    "goes, state, returns",
    [
        ("stop_keyring", "unavailable", "start_keyring"),
        ("kill_keyring", "unavailable", "start_keyring"),
        ("lock", "locked", "unlock"),
        ("halt", "unavailable", "go_on"),
    ],
)
def test_a_store_opens_by_itself_when_the_keyring_is_back(bus, goes, state, returns):  # noqa: F811
    world, daemon = bus
    until(lambda: keystore(world)["state"] == "unlocked", "the store to open")
    world.signed_in("work")
    getattr(daemon, goes)()
    world.agent.restart()
    assert keystore(world)["state"] == state
    with world.agent.events() as events:
        events.wait("snapshot")
        getattr(daemon, returns)()
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
