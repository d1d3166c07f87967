"""The second copy of the witness, in the keyring: a whole home that was put back is noticed, and nobody is asked."""

import shutil
import time

import pytest
from support.bus import KEYRING_PASSWORD
from support.prompter import Prompter
from support.waiting import until
from test_keepassxc import with_keepassxc  # noqa: F401
from test_keystore import PASSPHRASE, bus, keystore  # noqa: F401

COUNTER = "session-agent keystore counter (holds no secret)"


def counter(daemon):
    """What the keyring says; None where it says nothing."""
    for item in daemon.items():
        attributes = daemon.property(item, "Item", "Attributes")
        if "counter" in attributes:
            assert daemon.property(item, "Item", "Label") == COUNTER
            return int(attributes["counter"])
    return None


def put_back_after_a_day(world, daemon):
    """Keystore and state are as they were before the last refresh; the keyring is not."""
    folders = [folder / "session-agent" for folder in (world.place.data, world.place.state)]
    world.agent.stop()
    for folder in folders:
        shutil.copytree(folder, folder.with_suffix(".old"))
    world.agent.start()
    told = counter(daemon)
    assert world.client.post("/v1/sessions/work/refresh").status == 200
    until(lambda: counter(daemon) == told + 1, "the keyring to be told")
    world.agent.stop()
    for folder in folders:
        shutil.rmtree(folder)
        folder.with_suffix(".old").rename(folder)
    world.agent.start()


def test_a_whole_home_that_was_put_back_is_noticed_by_the_keyring(bus):  # noqa: F811
    world, daemon = bus
    world.signed_in("work", "rotating")
    world.signed_in("steady")
    # From then on it is known not to rotate.
    assert world.client.post("/v1/sessions/steady/refresh").status == 200
    until(lambda: counter(daemon) == 2, "the keyring to be told")
    put_back_after_a_day(world, daemon)
    before = world.pool.refreshes()
    assert world.client.token("work")["generation"] == 1
    result = world.ctl("refresh", "work")
    assert result.returncode == 75 and "--force" in result.stderr, result
    assert world.client.session("work")["state"] == "blocked"
    for command in (("keystore", "status"), ("doctor",), ("explain", "work"), ("status", "work")):
        assert "refresh --force" in world.ctl(*command).stdout, command
    assert world.pool.refreshes() == before
    assert world.ctl("refresh", "work", "--force").returncode == 0
    assert world.pool.refreshes() == before + 1
    assert keystore(world)["last_error"] is None
    world.agent.restart()
    assert world.client.post("/v1/sessions/work/refresh").status == 200
    assert keystore(world)["last_error"] is None, "it was put back on purpose, and says no more of it"


def test_a_whole_home_that_was_put_back_is_noticed_by_keepassxc(with_keepassxc):  # noqa: F811
    world, daemon, keepassxc = with_keepassxc()
    world.agent.start()
    world.signed_in("work", "rotating")
    until(lambda: counter(daemon) == 1, "the keyring to be told")
    assert len(daemon.items()) == 2
    put_back_after_a_day(world, daemon)
    assert "refresh --force" in keystore(world)["last_error"]["message"]
    assert keepassxc.prompts() == 0
    # KeePassXC deletes by way of a prompt only, and is not asked to.
    assert world.ctl("keystore", "add-slot", "passphrase", input=PASSPHRASE + "\n").returncode == 0
    assert world.ctl("keystore", "remove-slot", "secret-service").returncode == 0
    time.sleep(1)  # nothing is to happen, so there is nothing to wait for
    assert counter(daemon) is not None


@pytest.mark.parametrize("fault", ["lock", "halt", "delete_items", "delete_collection"])
def test_nobody_is_asked_for_it_and_nobody_waits(bus, fault):  # noqa: F811
    world, daemon = bus
    world.signed_in("work", "rotating")
    until(lambda: counter(daemon) == 1, "the keyring to be told")
    assert world.ctl("keystore", "add-slot", "passphrase", input=PASSPHRASE + "\n").returncode == 0
    prompter = world.ends_with(Prompter(daemon, KEYRING_PASSWORD))
    getattr(daemon, fault)()
    try:
        assert world.client.post("/v1/sessions/work/refresh").json["generation"] == 2
        assert world.client.token("work")["generation"] == 2
        assert not prompter.shown.acquire(timeout=1)
        assert keystore(world)["state"] == "unlocked" and keystore(world)["last_error"] is None
    finally:
        daemon.go_on()
