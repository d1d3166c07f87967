"""A locked keyring asks the person, where somebody asked for it to be opened and something can show the prompt."""

import concurrent.futures
import time

import pytest
from support.bus import KEYRING_PASSWORD
from support.prompter import Prompter
from support.waiting import until
from test_keepassxc import with_keepassxc  # noqa: F401
from test_keyring_faults import PATIENCE
from test_keystore import PASSPHRASE, bus, keystore  # noqa: F401


@pytest.fixture
def locked(bus):  # noqa: F811
    """A world whose agent was started while the keyring was locked."""
    world, daemon = bus
    until(lambda: keystore(world)["state"] == "unlocked", "the store to open")
    world.signed_in("work")
    assert world.ctl("keystore", "add-slot", "passphrase", input=PASSPHRASE + "\n").returncode == 0
    daemon.lock()
    world.agent.restart()
    assert keystore(world)["state"] == "locked"
    return world, daemon


def in_background(call, *arguments):
    return concurrent.futures.ThreadPoolExecutor(1).submit(call, *arguments)


def test_who_unlocks_is_asked_for_the_keyring_s_password(locked):
    world, daemon = locked
    prompter = world.ends_with(Prompter(daemon, KEYRING_PASSWORD))
    result = world.ctl("unlock")
    assert result.returncode == 0 and "secret-service" in result.stdout, result
    assert prompter.shown.acquire(timeout=0)
    assert world.client.token("work")["generation"] == 1
    assert daemon.is_open(daemon.default_collection())


def test_nobody_is_asked_who_did_not_unlock(locked):
    world, daemon = locked
    prompter = world.ends_with(Prompter(daemon, KEYRING_PASSWORD))
    world.agent.restart()
    assert world.client.get("/v1/sessions/work/token").status == 423
    assert world.client.delete("/v1/sessions/work").json["revocation"] == "queued"
    daemon.kill_keyring()
    daemon.start_keyring(locked=True)
    until(lambda: "The keyring is locked" in keystore(world)["last_error"]["message"], "the agent to look again")
    assert not prompter.shown.acquire(timeout=1)
    assert keystore(world)["state"] == "locked"


def test_a_prompt_that_is_closed_leaves_the_store_locked_and_the_passphrase_opens_it(locked):
    world, daemon = locked
    prompter = world.ends_with(Prompter(daemon, None))
    answer = world.client.post("/v1/unlock", {})
    assert (answer.status, answer.code) == (423, "locked"), answer
    assert "The keyring is locked" in answer.json["detail"]
    assert prompter.shown.acquire(timeout=0)
    assert world.ctl("unlock", input=PASSPHRASE + "\n").returncode == 0


def test_nobody_waits_for_a_prompt_that_nobody_answers_and_there_is_but_one(locked):
    world, daemon = locked
    prompter = world.ends_with(Prompter(daemon, KEYRING_PASSWORD, answers=False))
    asking = in_background(world.client.post, "/v1/unlock", {})
    assert prompter.shown.acquire(timeout=10)
    began = time.monotonic()
    assert world.client.get("/v1/sessions/work/token").status == 423
    answer = world.client.post("/v1/unlock", {})
    assert (answer.status, answer.code) == (423, "locked"), answer
    assert time.monotonic() - began < PATIENCE
    assert world.client.post("/v1/unlock", {"passphrase": PASSPHRASE}).status == 200
    assert world.client.token("work")["generation"] == 1
    assert not prompter.shown.acquire(timeout=0) and not asking.done()
    daemon.kill_keyring()
    assert asking.result(timeout=PATIENCE).json["state"] == "unlocked"


def test_a_prompt_is_dismissed_when_who_asked_for_it_is_gone(locked):
    """What gnome-keyring then does with its window is its own affair; the agent has no part in it any more."""
    world, daemon = locked
    prompter = world.ends_with(Prompter(daemon, KEYRING_PASSWORD, answers=False))
    with world.terminal("unlock") as terminal:
        assert prompter.shown.acquire(timeout=10)
        assert daemon.connections(world.agent.pid) == 2
        terminal.interrupt()
        assert terminal.wait() == 130, terminal.shown
    until(lambda: daemon.connections(world.agent.pid) == 1, "the agent to leave the bus to its watch", PATIENCE)
    assert keystore(world)["state"] == "locked"


def test_without_anything_to_show_a_prompt_the_answer_is_locked_at_once(locked):
    world, _ = locked
    began = time.monotonic()
    answer = world.client.post("/v1/unlock", {})
    assert (answer.status, answer.code) == (423, "locked"), answer
    assert time.monotonic() - began < PATIENCE


def test_the_prompt_of_keepassxc_holds_nobody_up(with_keepassxc):  # noqa: F811
    """Its window is nowhere to be seen here, so nobody answers."""
    world, _, keepassxc = with_keepassxc()
    world.agent.start()
    world.signed_in("work")
    keepassxc.lock()
    world.agent.restart()
    assert keepassxc.prompts() == 0
    with world.terminal("unlock") as terminal:
        until(keepassxc.prompts, "the prompt")
        began = time.monotonic()
        assert world.client.get("/v1/sessions/work/token").status == 423
        assert world.client.post("/v1/unlock", {}).status == 423
        assert time.monotonic() - began < PATIENCE
        terminal.interrupt()
        assert terminal.wait() == 130, terminal.shown
    assert world.agent.process.running
