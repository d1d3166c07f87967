"""The ways into the keystore, its key, and its copies."""

import os
import shutil
import sqlite3
import stat
import threading

import pytest
from test_keystore import PASSPHRASE, full_disk, no_more_writing  # noqa: F401


def sources(world):
    return [slot["source"] for slot in world.client.get("/v1/keystore").json["slots"]]


@pytest.fixture
def two_slots(world):
    """A store that opens by a key file and a passphrase, with a session in it."""
    world.signed_in("work", "rotating")
    result = world.ctl("keystore", "add-slot", "passphrase", input=PASSPHRASE + "\n")
    assert result.returncode == 0 and PASSPHRASE not in result.stdout + result.stderr, result
    assert sources(world) == ["keyfile", "passphrase"]
    return world


def test_a_passphrase_that_was_added_opens_the_store_without_the_key_file(two_slots):
    world = two_slots
    token = world.client.token("work")["token"]
    world.agent.stop()
    (world.place.root / "key").unlink()
    world.agent.start()
    assert world.client.get("/v1/sessions/work/token").status == 423
    shown = world.ctl("keystore", "status").stdout
    assert "not there" in shown and "locked" in shown, shown
    assert world.ctl("unlock", input=PASSPHRASE + "\n").returncode == 0
    assert world.client.token("work")["token"] == token


def test_rekey_serves_all_the_while_and_everything_opens_after(two_slots):
    world = two_slots
    stop, trouble = threading.Event(), []

    def ask():
        while not stop.is_set():
            answer = world.client.get("/v1/sessions/work/token")
            if answer.status != 200:
                trouble.append(answer)

    asking = threading.Thread(target=ask)
    asking.start()
    result = world.ctl("keystore", "rekey", input=PASSPHRASE + "\n")
    stop.set()
    asking.join()
    assert result.returncode == 0 and not trouble, (result, trouble[:1])
    assert world.client.post("/v1/sessions/work/refresh").json["generation"] == 2
    world.agent.kill()
    world.agent.start()
    assert world.client.token("work")["generation"] == 2


def test_rekey_without_or_with_a_wrong_passphrase(two_slots):
    world = two_slots
    answer = world.client.post("/v1/keystore/rekey", {})
    assert (answer.status, answer.code) == (400, "invalid_request"), answer
    answer = world.client.post("/v1/keystore/rekey", {"passphrase": "not this one"})
    assert (answer.status, answer.code) == (422, "credentials_refused"), answer
    assert world.ctl("keystore", "rekey", input="nor this\n").returncode == 13
    assert world.ctl("keystore", "rekey", input="").returncode == 1


def test_slots_are_removed_but_never_the_last(two_slots):
    world = two_slots
    answer = world.client.delete("/v1/keystore/slots/tpm2")
    assert (answer.status, answer.code) == (404, "not_found"), answer
    assert world.ctl("keystore", "remove-slot", "keyfile").returncode == 0
    result = world.ctl("keystore", "remove-slot", "passphrase")
    assert result.returncode == 1 and "add-slot" in result.stderr, result
    answer = world.client.delete("/v1/keystore/slots/passphrase")
    assert (answer.status, answer.code) == (409, "conflict"), answer
    assert sources(world) == ["passphrase"]
    result = world.ctl("keystore", "add-slot", "keyfile", "--path", world.place.root / "another")
    assert result.returncode == 0, result
    assert stat.S_IMODE((world.place.root / "another").stat().st_mode) == 0o600
    world.agent.restart()
    assert world.client.token("work")["generation"] >= 1


def test_what_gives_no_key_makes_no_slot(world):
    (world.place.root / "open").write_bytes(bytes(32))
    (world.place.root / "open").chmod(0o644)
    answer = world.client.put("/v1/keystore/slots/keyfile", {"path": str(world.place.root / "open")})
    assert (answer.status, answer.code) == (400, "invalid_request"), answer
    assert "chmod 600" in answer.json["detail"], answer
    answer = world.client.put("/v1/keystore/slots/secret-service", {})
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    assert world.ctl("keystore", "add-slot", "nosuch").returncode == 64
    assert sources(world) == ["keyfile"]


def test_a_locked_store_keeps_its_slots_and_its_key(two_slots):
    world = two_slots
    assert world.ctl("lock").returncode == 0
    for answer in (
        world.client.post("/v1/keystore/rekey", {"passphrase": PASSPHRASE}),
        world.client.put("/v1/keystore/slots/passphrase", {"passphrase": "x"}),
        world.client.delete("/v1/keystore/slots/keyfile"),
    ):
        assert (answer.status, answer.code) == (423, "locked"), answer
    assert world.ctl("keystore", "remove-slot", "keyfile").returncode == 11
    assert sources(world) == ["keyfile", "passphrase"]


def test_a_full_disk_changes_neither_slots_nor_key(full_disk):  # noqa: F811
    world = full_disk
    world.signed_in("work")
    assert world.client.put("/v1/keystore/slots/passphrase", {"passphrase": PASSPHRASE}).status == 200
    no_more_writing(world, True)
    for answer in (
        world.client.post("/v1/keystore/rekey", {"passphrase": PASSPHRASE}),
        world.client.put("/v1/keystore/slots/passphrase", {"passphrase": "x"}),
        world.client.delete("/v1/keystore/slots/keyfile"),
    ):
        assert (answer.status, answer.code) == (507, "storage_failed"), answer
    no_more_writing(world, False)
    world.agent.restart()
    assert world.client.token("work")["generation"] == 1
    assert sources(world) == ["keyfile", "passphrase"]


def test_a_backup_restores_everything(two_slots):
    world = two_slots
    copy = world.place.root / "copy.sqlite"
    before = os.umask(0)
    try:
        result = world.ctl("keystore", "backup", copy)
    finally:
        os.umask(before)
    assert result.returncode == 0, result
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    content = copy.read_bytes()
    piped = world.ctl("keystore", "backup", "-", text=False, input=b"")
    assert piped.stdout == content and piped.stderr == b"" and piped.returncode == 0, piped
    with world.terminal("keystore", "backup", "-") as terminal:
        assert terminal.wait() == 64, terminal.shown
    assert world.ctl("keystore", "backup", copy).returncode == 1
    assert copy.read_bytes() == content
    assert world.ctl("keystore", "backup", world.place.root / "no" / "folder").returncode == 1
    token = world.client.token("work")["token"]
    assert world.ctl("logout", "work").returncode == 0
    world.agent.stop()
    for path in world.place.keystore.parent.glob("keystore.sqlite*"):
        path.unlink()
    world.place.keystore.write_bytes(content)
    world.agent.start()
    assert world.client.token("work")["token"] == token


def test_a_copy_of_the_stopped_agents_folder_restores_everything(two_slots):
    world = two_slots
    token = world.client.token("work")["token"]
    folder, copy = world.place.keystore.parent, world.place.root / "copy"
    world.agent.stop()
    shutil.copytree(folder, copy)
    shutil.rmtree(folder)
    world.agent.start()
    assert world.client.get("/v1/sessions/work/token").status != 200
    world.agent.stop()
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)
    world.agent.start()
    assert world.client.token("work")["token"] == token
    assert world.client.post("/v1/sessions/work/refresh").json["generation"] == 2


def test_a_store_that_is_not_there_or_damaged_has_no_backup(worlds):
    world = worlds(start=False)
    world.place.settings('[keystore]\nkey_source = "passphrase"\n')
    world.agent.start()
    answer = world.client.get("/v1/keystore/backup")
    assert (answer.status, answer.code) == (423, "locked"), answer
    world.agent.stop()
    world.place.keystore.write_bytes(b"this is no database" + bytes(5000))
    world.agent.start()
    answer = world.client.get("/v1/keystore/backup")
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    assert world.ctl("keystore", "backup", world.place.root / "copy").returncode == 75
    assert not (world.place.root / "copy").exists()


def test_a_store_made_by_a_systemd_credential_opens_with_it_and_not_without(worlds):
    world = worlds(start=False)
    credentials = world.place.root / "credentials"
    credentials.mkdir(mode=0o700)
    (credentials / "mine").write_bytes(os.urandom(32))
    (credentials / "mine").chmod(0o400)
    world.place.settings('[keystore]\nkey_source = "systemd-credential"\ncredential = "mine"\n')
    world.agent.environment = {"CREDENTIALS_DIRECTORY": credentials}
    world.agent.start()
    world.signed_in("work")
    assert world.client.status()["agent"]["keystore"] == {"state": "unlocked", "key_source": "systemd-credential"}
    world.agent.stop()
    world.agent.environment = {}
    world.agent.start()
    assert world.client.get("/v1/sessions/work/token").status == 423
    assert "LoadCredential=mine" in world.ctl("keystore", "status").stdout
    world.agent.stop()
    world.agent.environment = {"CREDENTIALS_DIRECTORY": credentials}
    world.agent.start()
    assert world.client.token("work")["generation"] == 1


def test_an_older_copy_is_served_but_its_refresh_token_is_not_sent_until_forced(two_slots):
    world = two_slots
    world.agent.stop()
    old = world.place.keystore.read_bytes()
    world.agent.start()
    assert world.client.post("/v1/sessions/work/refresh").status == 200
    world.agent.stop()
    world.place.keystore.write_bytes(old)
    world.agent.start()
    before = world.pool.refreshes()
    assert world.client.token("work")["generation"] == 1
    assert world.client.session("work")["state"] == "active"
    assert "agentctl refresh --force work" in world.ctl("status").stdout, "before anything is tried"
    result = world.ctl("refresh", "work")
    assert result.returncode == 75 and "--force" in result.stderr, result
    assert world.client.session("work")["state"] == "blocked"
    shown = world.ctl("status").stdout
    assert "agentctl refresh --force work" in shown and "agentctl login" not in shown, shown
    assert "--force" in world.ctl("keystore", "status").stdout
    assert world.pool.refreshes() == before
    result = world.ctl("refresh", "work", "--force")  # within the pool's grace the old token still serves
    assert result.returncode == 0, result
    assert world.pool.refreshes() == before + 1
    assert world.client.get("/v1/keystore").json["last_error"] is None
    assert world.client.session("work")["last_error"] is None


def test_a_session_that_was_put_back_is_named_and_not_served(two_slots):
    world = two_slots
    world.signed_in("other")
    world.agent.stop()
    with sqlite3.connect(world.place.keystore) as store:
        row = store.execute("SELECT * FROM session WHERE name = 'work'").fetchone()
        columns = [column[1] for column in store.execute("PRAGMA table_info(session)")]
    world.agent.start()
    assert world.client.post("/v1/sessions/work/refresh").status == 200
    world.agent.stop()
    with sqlite3.connect(world.place.keystore) as store:
        settings = ", ".join(f"{column} = ?" for column in columns)
        store.execute(f"UPDATE session SET {settings} WHERE name = 'work'", row)
    world.agent.start()
    answer = world.client.get("/v1/sessions/work/token")
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    assert "outside the agent" in answer.json["detail"] and answer.json["session"] == "work", answer
    assert world.client.token("other")["generation"] == 1
    world.sign_in("work")
    assert world.client.token("work")["generation"] >= 3
