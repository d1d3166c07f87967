"""A damaged keystore: named, set aside with a date, never overwritten; what can be read of it is served."""

import contextlib
import os
import sqlite3
import subprocess

import pytest
from support.waiting import until

PAGE = 4096


def keystore(world):
    return world.client.get("/v1/keystore").json


def set_aside(world):
    return [path for path in world.place.keystore.parent.iterdir() if ".damaged-" in path.name]


def overwrite(world, change):
    """Changes the stopped agent's file; the bytes that are then in it."""
    content = bytearray(world.place.keystore.read_bytes())
    change(content)
    world.place.keystore.write_bytes(content)
    return bytes(content)


def sql(world, text, *values):
    """Asks the file, by a connection of its own that is closed after it."""
    with contextlib.closing(sqlite3.connect(world.place.keystore)) as store:
        rows = store.execute(text, values).fetchall()
        store.commit()
        return rows


def page_of(world, table):
    return sql(world, "SELECT rootpage FROM sqlite_master WHERE name = ?", table)[0][0]


def lose_page(world, table):
    page = page_of(world, table)

    def lose(content):
        content[(page - 1) * PAGE : page * PAGE] = os.urandom(PAGE)

    return overwrite(world, lose)


def test_a_file_that_nothing_can_be_read_of_is_set_aside_by_unlock_and_a_new_store_is_made(world):
    world.signed_in("work")
    world.agent.stop()
    damaged = os.urandom(5 * PAGE)
    world.place.keystore.write_bytes(damaged)
    world.agent.start()
    state = keystore(world)
    assert state["state"] == "damaged" and "agentctl unlock" in state["last_error"]["message"], state
    result = world.ctl("login", "work", "--username", "anna", input="x\n")
    assert result.returncode == 11 and "agentctl unlock" in result.stderr, result
    assert world.place.keystore.read_bytes() == damaged and not set_aside(world)
    result = world.ctl("unlock")
    assert result.returncode == 0 and "set aside" in result.stderr, result
    [aside] = set_aside(world)
    assert aside.read_bytes() == damaged
    assert world.ctl("token", "work").returncode == 10
    world.sign_in("work")
    assert world.client.token("work")["generation"] == 1
    assert aside.read_bytes() == damaged
    result = world.ctl("doctor")
    assert str(aside) in result.stdout, result


def test_what_can_be_read_of_a_damaged_file_is_served_after_unlock(world):
    world.signed_in("work")
    world.signed_in("other")
    token = world.client.token("work")["token"]
    world.agent.stop()
    damaged = lose_page(world, "journal")
    world.agent.start()
    assert keystore(world)["state"] == "damaged"
    answer = world.client.get("/v1/sessions/work/token")
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    result = world.ctl("unlock")
    assert result.returncode == 0 and "set aside" in result.stderr, result
    assert [path.read_bytes() for path in set_aside(world)] == [damaged]
    assert world.client.token("work")["token"] == token
    for name in ("work", "other"):
        assert world.client.post(f"/v1/sessions/{name}/refresh").json["generation"] == 2
    world.agent.restart()
    assert world.client.token("work")["generation"] == 2
    assert world.client.get("/v1/keystore/check").json["findings"] == []


def test_a_session_that_was_lost_is_named_and_signs_in_again(world):
    world.signed_in("work")
    world.agent.stop()
    lose_page(world, "session")
    world.agent.start()
    assert world.ctl("unlock").returncode == 0
    [finding] = world.client.get("/v1/keystore/check").json["findings"]
    assert finding["subject"] == "session work", finding
    result = world.ctl("doctor")
    assert result.returncode == 1 and "session work" in result.stdout, result
    answer = world.client.get("/v1/sessions/work/token")
    assert answer.status in (401, 507), answer
    world.sign_in("work")
    assert world.client.token("work")["generation"] == 2
    assert world.client.get("/v1/keystore/check").json["findings"] == []


def test_a_file_that_is_whole_is_not_set_aside(world):
    world.signed_in("work")
    answer = world.client.post("/v1/keystore/recover")
    assert (answer.status, answer.code) == (409, "conflict"), answer
    world.agent.stop()
    sql(world, "INSERT INTO grdb_migrations (identifier) VALUES ('9-from-the-future')")
    content = world.place.keystore.read_bytes()
    world.agent.start()
    answer = world.client.post("/v1/keystore/recover")
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    assert "newer version" in answer.json["detail"], answer
    assert world.ctl("unlock").returncode == 75
    world.agent.stop()
    assert world.place.keystore.read_bytes() == content and not set_aside(world)


def test_damage_under_an_open_store_is_found_by_doctor_and_mended(world):
    world.signed_in("work")
    world.signed_in("other")
    assert world.client.delete("/v1/sessions/other").status == 200  # empties the log into the file
    until(lambda: not world.client.status()["pending"], "the order to be carried out")
    damaged = lose_page(world, "client_secret")
    result = world.ctl("doctor")
    assert result.returncode == 1 and "damaged" in result.stdout, result
    assert world.client.token("work")["generation"] == 1
    assert world.place.keystore.read_bytes() == damaged, "a look changes nothing"
    result = world.ctl("unlock")
    assert result.returncode == 0 and len(set_aside(world)) == 1, result
    assert world.client.post("/v1/sessions/work/refresh").json["generation"] == 2
    world.agent.restart()
    assert world.client.token("work")["generation"] == 2


@pytest.fixture
def small_disk(worlds):
    """A world whose keystore lies on a disk of its own with little room."""
    if os.geteuid() != 0:
        pytest.fail("mounting a small tmpfs needs root")
    world = worlds(start=False)
    folder = world.place.keystore.parent
    folder.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", folder], check=True)
    try:
        world.agent.start()
        yield world
    finally:
        world.agent.stop()
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(world):
    filler = world.place.keystore.parent / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(PAGE))
        except OSError:
            return filler


def test_a_full_disk_announces_no_refresh_keeps_the_old_state_and_recovers_by_itself(small_disk):
    world = small_disk
    world.signed_in("work", "rotating")
    before = world.client.token("work")
    filler = fill(world)
    with world.agent.events() as events:
        events.wait("snapshot")
        answer = world.client.post("/v1/sessions/work/refresh")
        assert (answer.status, answer.code) == (507, "storage_failed"), answer
        events.wait("session.offline")
        assert "session.refreshed" not in [event["event"] for event in events.events]
        token = world.client.token("work")
        assert (token["generation"], token["token"]) == (before["generation"], before["token"])
        entries = world.client.get("/v1/sessions/work/journal").json["entries"]
        assert "refreshed" not in [entry["event"] for entry in entries]
        filler.unlink()
        events.wait("session.refreshed", seconds=30)
    assert world.client.session("work")["state"] == "active"
    world.agent.kill()
    world.agent.start()
    assert world.client.token("work")["generation"] == 2
    assert world.client.post("/v1/sessions/work/refresh?force=true").json["generation"] == 3


@pytest.mark.parametrize("end, opens", [("stop", "by itself"), ("stop", "by hand"), ("kill", "by itself")])
def test_an_agent_that_starts_on_a_full_disk_says_so_and_loses_nothing(small_disk, end, opens):
    world = small_disk
    world.signed_in("work", "rotating")
    getattr(world.agent, end)()
    filler = fill(world)
    world.agent.start()
    state = world.client.get("/v1/keystore").json
    if end == "kill":  # the index of the log was left behind: all that opening needs is there
        assert state["state"] == "unlocked", state
    else:
        message = state["last_error"]["message"]
        assert state["state"] == "unavailable" and "no room" in message and "agentctl unlock" in message, state
        result = world.ctl("token", "work")
        assert result.returncode == 11 and "no room" in result.stderr, result
        assert "no room" in world.ctl("status").stdout
    filler.unlink()
    if opens == "by hand":
        assert world.ctl("unlock").returncode == 0
    until(lambda: world.client.get("/v1/keystore").json["state"] == "unlocked", "the keystore to be opened", 30)
    assert world.client.token("work")["generation"] == 1
    assert world.client.post("/v1/sessions/work/refresh").json["generation"] == 2


def test_a_logout_on_a_full_disk_forgets_says_what_is_left_and_is_finished_when_there_is_room(small_disk):
    world = small_disk
    world.signed_in("work", "rotating")
    filler = fill(world)
    answer = world.client.delete("/v1/sessions/work")
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    assert "signed out" in answer.json["detail"] and "still on the disk" in answer.json["detail"], answer
    assert world.client.get("/v1/sessions/work/token").status in (401, 404)
    filler.unlink()

    until(lambda: sql(world, "SELECT name FROM session") == [], "the row to be removed", 90, every=0.2)
    world.agent.restart()
    assert world.client.get("/v1/sessions/work/token").status in (401, 404)
