"""Opening, locking and making the keystore."""

import resource
import signal
import stat
import time

import pytest
from support import ctl
from support.agent import Agent
from support.bus import Bus
from support.pool import PASSWORD
from support.waiting import until

AUTO = '[keystore]\nkey_source = "auto"\n[login]\nnotify = false\n'
PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def no_bus(worlds):
    """A world without any D-Bus, whose store is not made yet."""
    world = worlds(start=False)
    world.place.settings(AUTO)
    world.agent.environment = {"DBUS_SESSION_BUS_ADDRESS": None}
    world.agent.start()
    return world


@pytest.fixture
def bus(worlds):
    """A world with a private D-Bus and a real gnome-keyring on it."""
    world = worlds(start=False)
    world.place.settings(AUTO)
    bus = world.ends_with(Bus(world.place))
    bus.start_keyring()
    world.agent.environment = bus.environment()
    world.agent.start()
    return world, bus


def keystore(world):
    answer = world.client.get("/v1/keystore")
    assert answer.status == 200, answer
    return answer.json


def test_with_a_real_keyring_the_store_opens_by_secret_service(bus):
    world, _ = bus
    until(lambda: keystore(world)["state"] == "unlocked", "the store to open")
    assert world.client.status()["agent"]["keystore"] == {"state": "unlocked", "key_source": "secret-service"}
    assert [slot["source"] for slot in keystore(world)["slots"]] == ["secret-service"]
    world.signed_in("work")
    token = world.client.token("work")["token"]
    world.agent.kill()
    world.agent.start()
    until(lambda: keystore(world)["state"] == "unlocked", "the store to open again")
    assert world.client.token("work")["token"] == token
    result = world.ctl("status")
    assert "secret-service" in result.stdout, result


def test_lock_and_unlock_with_a_keyring(bus):
    world, _ = bus
    until(lambda: keystore(world)["state"] == "unlocked", "the store to open")
    world.signed_in("work")
    assert world.ctl("lock").returncode == 0
    assert world.client.get("/v1/sessions/work/token").status == 423
    assert world.ctl("unlock").returncode == 0
    assert world.client.token("work")["generation"] == 1


def test_a_keyring_that_goes_away_does_not_lock_an_open_agent(bus):
    world, bus_ = bus
    until(lambda: keystore(world)["state"] == "unlocked", "the store to open")
    world.signed_in("work")
    bus_.stop_keyring()
    assert world.client.token("work")["generation"] == 1
    assert world.client.post("/v1/sessions/work/refresh").json["generation"] == 2
    world.agent.restart()
    began = time.monotonic()
    assert world.client.get("/v1/sessions/work/token?timeout=0").status == 423
    assert time.monotonic() - began < 3
    assert keystore(world)["last_error"] is not None
    bus_.start_keyring()
    until(lambda: world.client.post("/v1/unlock", {}).status == 200, "the keyring to be used again")
    assert world.client.token("work")["generation"] == 2


def test_a_keyring_that_does_not_answer_holds_nothing_up(bus):
    world, bus_ = bus
    until(lambda: keystore(world)["state"] == "unlocked", "the store to open")
    world.signed_in("work")
    bus_.keyring.send_signal(signal.SIGSTOP)
    try:
        assert world.client.token("work")["generation"] == 1
        world.agent.stop()
        began = time.monotonic()
        world.agent.start()
        answer = world.client.get("/v1/sessions/work/token?timeout=0")
        assert answer.status == 423, answer
        assert time.monotonic() - began < 8
        assert [s["state"] for s in world.client.status()["sessions"]] == ["locked"]
    finally:
        bus_.keyring.send_signal(signal.SIGCONT)
    until(lambda: world.client.post("/v1/unlock", {}).status == 200, "the keyring to answer again")


def test_without_a_bus_the_agent_starts_and_its_store_is_not_made(no_bus):
    world = no_bus
    status = world.client.status()
    assert status["agent"]["keystore"]["state"] == "uninitialized", status
    assert status["sessions"] == []
    for answer in (
        world.client.get("/v1/sessions/work/token"),
        world.client.get("/v1/sessions/work/claims"),
        world.client.post("/v1/sessions/work/refresh"),
        world.client.delete("/v1/sessions/work"),
    ):
        assert (answer.status, answer.code) == (423, "locked"), answer
        assert "agentctl unlock" in answer.json["detail"], answer
    result = world.ctl("token", "work")
    assert result.returncode == 11, result
    world.profile("work")
    answer = world.client.post("/v1/logins", {"profile": "work", "username": "anna"})
    assert (answer.status, answer.code) == (423, "locked"), answer
    result = world.ctl("login", "work", "--username", "anna", input=f"{PASSWORD}\n")
    assert result.returncode == 11, result
    answer = world.client.put("/v1/profiles/conf", {**world.keys("confidential"), "client_secret": "S" * 30})
    assert (answer.status, answer.code) == (423, "locked"), answer
    assert world.client.post("/v1/unlock", {}).status == 423
    assert world.client.post("/v1/lock").json["state"] == "uninitialized"


def test_unlock_makes_the_store_and_the_whole_cycle_works(no_bus):
    world = no_bus
    with world.agent.events() as events:
        events.wait("snapshot")
        result = world.ctl("unlock", input=PASSPHRASE + "\n")
        assert result.returncode == 0, result
        assert PASSPHRASE not in result.stdout + result.stderr
        events.wait("keystore.unlocked")
        assert world.client.status()["agent"]["keystore"] == {"state": "unlocked", "key_source": "passphrase"}
        assert stat.S_IMODE(world.place.keystore.stat().st_mode) == 0o600
        assert stat.S_IMODE(world.place.keystore.parent.stat().st_mode) == 0o700
        world.signed_in("work")
        token = world.client.token("work")["token"]
        assert world.ctl("lock").returncode == 0
        events.wait("keystore.locked")
    sessions = world.client.get("/v1/sessions").json["sessions"]
    assert [(s["name"], s["state"], s["username"]) for s in sessions] == [("work", "locked", None)]
    assert world.client.session("work")["state"] == "locked"
    assert world.client.get("/v1/sessions/work/claims").status == 423
    result = world.ctl("token", "work")
    assert result.returncode == 11, result
    assert world.client.post("/v1/unlock", {}).status == 423
    answer = world.client.post("/v1/unlock", {"passphrase": "not this one"})
    assert (answer.status, answer.code) == (422, "credentials_refused"), answer
    assert answer.json["retry_after_seconds"] is not None, answer
    until(lambda: world.ctl("unlock", input=PASSPHRASE + "\n").returncode == 0, "the right passphrase", 30, every=0.5)
    assert world.client.token("work")["token"] == token
    world.agent.kill()
    world.agent.start()
    assert world.client.status()["agent"]["keystore"]["state"] == "locked"
    assert [s["name"] for s in world.client.get("/v1/sessions").json["sessions"]] == ["work"]
    assert world.ctl("unlock", input=PASSPHRASE + "\n").returncode == 0
    assert world.client.token("work")["token"] == token


def test_a_wrong_passphrase_ends_with_13(no_bus):
    world = no_bus
    world.ctl("unlock", input=PASSPHRASE + "\n")
    world.ctl("lock")
    result = world.ctl("unlock", input="not this one\n")
    assert result.returncode == 13, result
    assert "not this one" not in result.stderr + result.stdout


def test_a_passphrase_is_asked_twice_on_a_terminal_and_not_shown(no_bus):
    world = no_bus
    with world.terminal("unlock") as terminal:
        seen = terminal.expect("passphrase")
        terminal.expect_echo(False)
        terminal.type(PASSPHRASE + "\r")
        terminal.expect("again|repeat|once more|confirm", after=seen)
        terminal.expect_echo(False)
        terminal.type(PASSPHRASE + "\r")
        assert terminal.wait() == 0, terminal.shown
        assert PASSPHRASE not in terminal.shown and terminal.echoes
    world.ctl("lock")
    with world.terminal("unlock") as terminal:
        terminal.expect("passphrase")
        terminal.expect_echo(False)
        terminal.type(PASSPHRASE + "\r")
        assert terminal.wait() == 0, terminal.shown


def test_a_login_on_a_terminal_may_make_the_store_first(no_bus):
    world = no_bus
    world.profile("work")
    with world.terminal("login", "work", "--username", "anna") as terminal:
        seen = terminal.expect("passphrase")
        terminal.expect_echo(False)
        terminal.type(PASSPHRASE + "\r")
        terminal.expect("again|repeat|once more|confirm", after=seen)
        terminal.expect_echo(False)
        terminal.type(PASSPHRASE + "\r")
        terminal.expect(r"password", after=terminal.expect("again|repeat|once more|confirm", after=seen))
        terminal.expect_echo(False)
        terminal.type(PASSWORD + "\r")
        assert terminal.wait() == 0, terminal.shown
    assert world.client.token("work")["generation"] == 1


def test_a_key_file_is_made_private(world):
    mode = stat.S_IMODE((world.place.root / "key").stat().st_mode)
    assert mode == 0o600 and (world.place.root / "key").stat().st_size == 32
    assert world.client.status()["agent"]["keystore"] == {"state": "unlocked", "key_source": "keyfile"}


def test_the_wrong_key_file_is_named_and_the_store_is_left_alone(world):
    world.signed_in("work")
    world.agent.stop()
    key = world.place.root / "key"
    right = key.read_bytes()
    key.write_bytes(bytes(32))
    content = world.place.keystore.read_bytes()
    world.agent.start()
    assert world.client.status()["agent"]["keystore"]["state"] in ("locked", "unavailable", "damaged")
    assert world.client.get("/v1/sessions/work/token").status in (423, 507)
    assert keystore(world)["last_error"] is not None
    world.agent.stop()
    assert world.place.keystore.read_bytes() == content
    key.write_bytes(right)
    world.agent.start()
    assert world.client.token("work")["generation"] == 1


def test_a_key_file_that_others_can_read_is_not_used(world):
    world.agent.stop()
    (world.place.root / "key").chmod(0o644)
    world.agent.start()
    assert world.client.status()["agent"]["keystore"]["state"] != "unlocked"


def test_a_damaged_store_is_named_and_not_overwritten(world):
    world.signed_in("work")
    world.agent.stop()
    damaged = b"this is no database" + bytes(5000)
    world.place.keystore.write_bytes(damaged)
    for suffix in ("-wal", "-shm"):
        world.place.keystore.with_name(world.place.keystore.name + suffix).unlink(missing_ok=True)
    world.agent.start()
    assert world.client.status()["agent"]["keystore"]["state"] == "damaged"
    assert keystore(world)["last_error"] is not None
    for answer in (
        world.client.get("/v1/sessions/work/token"),
        world.client.get("/v1/sessions/work/claims"),
        world.client.get("/v1/sessions/work/journal"),
        world.client.post("/v1/sessions/work/refresh"),
        world.client.post("/v1/logins", {"profile": "work"}),
    ):
        assert (answer.status, answer.code) == (507, "storage_failed"), answer
    assert world.ctl("token", "work").returncode == 75
    kept = [path for path in world.place.keystore.parent.iterdir() if path.is_file() and path.read_bytes() == damaged]
    assert kept, "the damaged file is gone"


def no_more_writing(world, on):
    """The disk is full for the agent: no file of its may grow (RLIMIT_FSIZE)."""
    _, hard = resource.prlimit(world.agent.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(world.agent.pid, resource.RLIMIT_FSIZE, (0 if on else hard, hard))


@pytest.fixture
def full_disk(worlds):
    """A world whose agent gets EFBIG instead of a signal."""
    world = worlds(start=False, restore_signals=False)
    world.agent.start()
    return world


def test_a_full_disk_is_named_and_nothing_is_lost(full_disk):
    world = full_disk
    world.signed_in("work", "rotating")
    world.signed_in("other")
    no_more_writing(world, True)
    answer = world.client.post("/v1/sessions/work/refresh?force=true")
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    assert world.ctl("refresh", "work", "--force").returncode == 75
    assert world.client.token("work")["generation"] >= 1
    answer = world.client.put("/v1/profiles/new", world.keys())
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    answer = world.client.delete("/v1/sessions/other")
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    assert world.client.get("/v1/sessions/other/token").status in (401, 404), "still served after logout"
    no_more_writing(world, False)
    until(lambda: world.client.session("work")["generation"] >= 2, "the refresh to be tried again", 30)
    assert world.client.session("work")["state"] == "active"
    assert world.client.put("/v1/profiles/new", world.keys()).status == 201


def test_a_store_that_can_not_be_written_is_not_made(worlds):
    world = worlds(start=False, restore_signals=False)
    world.place.settings(AUTO)
    world.agent.environment = {"DBUS_SESSION_BUS_ADDRESS": None}
    world.agent.start()
    no_more_writing(world, True)
    answer = world.client.post("/v1/unlock", {"passphrase": PASSPHRASE})
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    no_more_writing(world, False)
    assert world.client.post("/v1/unlock", {"passphrase": PASSPHRASE}).json["state"] == "unlocked"


def test_another_agent_can_not_take_the_same_store(world):
    other = Agent(world.place, environment={"SESSION_AGENT_SOCK": world.place.run / "other" / "agent.sock"})
    try:
        status = other.launch().wait()
        assert status == 1, other.log
    finally:
        other.end()


def test_no_answer_of_the_command_line_shows_a_passphrase(no_bus):
    result = ctl.run(no_bus.place, "unlock", "--json", input=PASSPHRASE + "\n")
    assert PASSPHRASE not in result.stdout + result.stderr
