"""The TPM as a key source: a real tpm2-tss, a software TPM behind it."""

import json
import pathlib
import secrets
import subprocess
import time

import pytest
from support import memory
from support.tpm import TPM
from support.waiting import until

PIN = "a PIN of 7"
PATIENCE = 3.0  # seconds, for an answer of whatever kind
SOURCES = pathlib.Path(__file__).parents[2] / "Sources"


def keystore(world):
    answer = world.client.get("/v1/keystore")
    assert answer.status == 200, answer
    return answer.json


def timed(call):
    began = time.monotonic()
    answer = call()
    assert time.monotonic() - began < PATIENCE, answer
    return answer


@pytest.fixture
def chip(worlds):
    """A store that its TPM made, with a session in it."""
    world = worlds(start=False)
    tpm = world.ends_with(TPM(world.place))
    world.place.settings(tpm.settings())
    world.agent.start()
    world.signed_in("work")
    return world, tpm


@pytest.fixture
def with_pin(worlds):
    """A store that a key file and a TPM with a PIN open, the key file gone since."""
    world = worlds(start=False)
    tpm = world.ends_with(TPM(world.place))
    world.place.settings(tpm.settings(f'key_source = "keyfile"\nkeyfile = "{world.place.root}/key"'))
    world.agent.start()
    world.signed_in("work")
    result = world.ctl("keystore", "add-slot", "tpm2", "--pin", input=PIN + "\n")
    assert result.returncode == 0 and PIN not in result.stdout + result.stderr, result
    (world.place.root / "key").unlink()
    world.agent.restart()
    assert keystore(world)["state"] == "locked"
    return world, tpm


def test_a_store_made_by_the_tpm_opens_again_without_a_person(chip):
    world, tpm = chip
    assert world.client.status()["agent"]["keystore"] == {"state": "unlocked", "key_source": "tpm2"}
    [slot] = keystore(world)["slots"]
    assert (slot["source"], slot["state"], slot["asks"], slot["detail"]) == ("tpm2", "ok", None, None)
    token = world.client.token("work")["token"]
    tpm.restart()
    world.agent.restart()
    assert world.client.token("work")["token"] == token
    assert world.client.post("/v1/keystore/rekey", {}).status == 200
    assert world.ctl("lock").returncode == 0
    result = world.ctl("unlock")
    assert result.returncode == 0 and "tpm2" in result.stdout, result
    assert tpm.objects() == 0


def test_tpm2_tss_is_loaded_only_where_a_tpm_is_used(world, chip, root):
    def libraries(agent):
        return {line.split("/")[-1] for line in pathlib.Path(f"/proc/{agent.pid}/maps").read_text().splitlines()
                if "libtss2" in line}

    assert libraries(world.agent) == set()
    assert any(name.startswith("libtss2-esys") for name in libraries(chip[0].agent))


def test_a_pin_opens_the_store_and_a_wrong_one_does_not(with_pin):
    world, tpm = with_pin
    [_, slot] = keystore(world)["slots"]
    assert (slot["source"], slot["state"], slot["asks"]) == ("tpm2", "locked", "pin"), slot
    assert world.client.get("/v1/sessions/work/token").status == 423
    result = world.ctl("unlock", input="not this\n")
    assert result.returncode == 13 and "After 2 more" in result.stderr, result
    answer = world.client.post("/v1/unlock", {"pin": PIN})
    assert (answer.status, answer.code) == (422, "credentials_refused"), answer  # too soon
    assert answer.json["retry_after_seconds"] == 1, answer
    until(lambda: world.ctl("unlock", input=PIN + "\n").returncode == 0, "the PIN to be taken again")
    assert world.client.token("work")["generation"] == 1
    for member in ("pin", "passphrase"):
        assert world.ctl("lock").returncode == 0
        answer = world.client.post("/v1/unlock", {member: PIN})
        assert (answer.status, answer.json["key_source"]) == (200, "tpm2"), answer
    assert PIN not in world.agent.log
    assert tpm.objects() == 0


def test_a_pin_is_not_in_the_agents_memory_after_use(chip, root):
    world, _ = chip
    pin = secrets.token_hex(16)
    pieces = {f"PIN at {at}": pin[at:at + 16].encode() for at in range(17)}
    assert world.client.put("/v1/keystore/slots/tpm2", {"pin": pin}).status == 200
    assert world.ctl("lock").returncode == 0
    assert world.client.post("/v1/unlock", {"pin": pin}).status == 200
    control = {"the store's path": str(world.place.keystore).encode()}  # the scan sees what is there
    until(lambda: memory.find(world.agent.pid, pieces | control).keys() == control.keys(), "the PIN to be gone")


def test_the_tpms_lockout_is_named_and_ends_the_asking(with_pin):
    world, _ = with_pin
    for _ in range(3):
        answer = until(
            lambda: (answer := world.client.post("/v1/unlock", {"pin": "wrong"})) and "not the PIN" in
            answer.json["detail"] and answer, "the next wrong PIN to be taken")
        assert (answer.status, answer.code, answer.json["reason"]) == (422, "credentials_refused", "wrong_credentials")
    answer = until(
        lambda: (answer := world.client.post("/v1/unlock", {"pin": PIN})).json["reason"] == "too_many_attempts" and
        answer, "the TPM to refuse")
    assert answer.status == 422 and answer.json["retry_after_seconds"] > 60, answer
    assert "dictionary attack lockout" in answer.json["detail"], answer
    result = timed(lambda: world.ctl("unlock", input=PIN + "\n" + PIN + "\n"))
    assert result.returncode == 13 and "lockout" in result.stderr, result
    assert keystore(world)["state"] == "locked"


def test_rekey_with_a_pin_and_beside_a_passphrase(with_pin):
    world, _ = with_pin
    assert world.ctl("unlock", input=PIN + "\n").returncode == 0
    answer = world.client.post("/v1/keystore/rekey", {})
    assert (answer.status, answer.code) == (507, "storage_failed"), answer  # the key file is gone
    assert world.ctl("keystore", "remove-slot", "keyfile").returncode == 0
    answer = world.client.post("/v1/keystore/rekey", {})
    assert (answer.status, answer.code) == (400, "invalid_request") and "PIN" in answer.json["detail"], answer
    assert world.ctl("keystore", "rekey", input=PIN + "\n").returncode == 0
    assert world.ctl("keystore", "add-slot", "passphrase", input="horse\n").returncode == 0
    assert world.ctl("keystore", "rekey", input="horse\n" + PIN + "\n").returncode == 0
    for arguments, line in ((["unlock"], "horse"), (["unlock", "--pin"], PIN)):
        assert world.ctl("lock").returncode == 0
        assert world.ctl(*arguments, input=line + "\n").returncode == 0
    assert world.ctl("keystore", "remove-slot", "tpm2").returncode == 0
    assert [slot["source"] for slot in keystore(world)["slots"]] == ["passphrase"]


def test_on_a_store_not_yet_made_the_pin_makes_its_slot(worlds):
    world = worlds(start=False)
    tpm = world.ends_with(TPM(world.place))
    world.place.settings(tpm.settings('key_source = "passphrase"'))
    world.agent.start()
    answer = world.client.post("/v1/unlock", {"pin": PIN})
    assert (answer.status, answer.json["key_source"]) == (200, "tpm2"), answer
    assert [slot["asks"] for slot in answer.json["slots"]] == ["pin"]


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda tpm: tpm.clear(), "was cleared"),
        (lambda tpm: tpm.stop(), "No TPM answers"),
        (lambda tpm: (tpm.stop(), tpm.state.rename(tpm.state.with_suffix(".old")), tpm.state.mkdir(), tpm.start()),
         "not the one that sealed"),
    ],
    ids=["cleared", "gone", "another"],
)
def test_a_tpm_that_does_not_have_the_key_is_named(chip, change, words):
    world, tpm = chip
    change(tpm)
    assert timed(lambda: world.client.token("work"))["generation"] == 1
    answer = timed(lambda: world.client.post("/v1/keystore/rekey", {}))
    assert (answer.status, answer.code) == (507, "storage_failed") and words in answer.json["detail"], answer
    world.agent.stop()
    timed(world.agent.start)
    state = keystore(world)
    assert state["state"] == "unavailable" and words in state["last_error"]["message"], state
    assert [slot["state"] for slot in state["slots"]] == ["unavailable"]
    answer = timed(lambda: world.client.post("/v1/unlock", {}))
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    result = world.ctl("unlock", input="x\n")
    assert result.returncode == 11 and words in result.stderr, result
    shown = json.loads(world.ctl("keystore", "status", "--json").stdout)
    assert words in shown["slots"][0]["detail"], shown


def test_a_tpm_that_hangs_holds_up_nobody(chip):
    world, tpm = chip
    tpm.hang()
    try:
        for _ in range(2):
            answer = timed(lambda: world.client.post("/v1/keystore/rekey", {}))
            assert (answer.status, answer.code) == (507, "storage_failed"), answer
            assert "did not answer within" in answer.json["detail"], answer
            assert timed(lambda: world.client.token("work"))["generation"] == 1
        assert timed(lambda: world.client.post("/v1/sessions/work/refresh")).status == 200
        world.agent.stop()
        began = time.monotonic()
        world.agent.start()
        assert time.monotonic() - began < PATIENCE + 2  # the program's own start too
        assert "did not answer within" in keystore(world)["last_error"]["message"]
    finally:
        tpm.go_on()
    assert world.ctl("unlock").returncode == 0
    assert world.client.token("work")["generation"] == 2


def test_without_a_tpm_no_slot_and_no_store_is_made_and_the_agent_says_why(world, worlds):
    answer = world.client.put("/v1/keystore/slots/tpm2", {})
    assert (answer.status, answer.code) == (507, "storage_failed"), answer
    assert "There is no TPM at /dev/tpmrm0" in answer.json["detail"], answer
    assert world.ctl("keystore", "add-slot", "tpm2").returncode == 75
    assert [slot["source"] for slot in keystore(world)["slots"]] == ["keyfile"]
    other = worlds(start=False, pool=world.pool)
    other.place.settings('[keystore]\nkey_source = "tpm2"\n[login]\nnotify = false\n')
    other.agent.start()
    state = keystore(other)
    assert state["state"] == "unavailable" and "no TPM" in state["last_error"]["message"], state
    assert not other.place.keystore.exists()


def test_without_the_library_it_is_said_what_to_install(chip):
    world, _ = chip
    (world.place.root / "libtss2-esys.so.0").write_bytes(b"")
    world.agent.environment = {"LD_LIBRARY_PATH": world.place.root}
    world.agent.restart()
    message = keystore(world)["last_error"]["message"]
    assert "libtss2-esys.so.0" in message and "apt-get install tpm2-tools" in message, message


def test_tpm2_tss_logs_nothing_whatever_the_environment_asks_for(chip):
    world, tpm = chip
    log = world.place.root / "tss.log"
    world.agent.environment = {"TSS2_LOG": "all+trace", "TSS2_LOGFILE": log}
    world.agent.restart()
    assert keystore(world)["state"] == "unlocked"
    tpm.stop()
    assert world.client.post("/v1/keystore/rekey", {}).status == 507
    assert not log.exists() and "tss2" not in world.agent.log, world.agent.log


def test_it_builds_without_the_headers_and_says_so(place):
    (place.root / "main.c").write_text(
        '#include "ctpm.h"\nint main(void) { return ctpm_check("x", "", 0).outcome == CTPM_NOT_BUILT ? 42 : 1; }\n')
    program = place.root / "main"
    subprocess.run(
        ["gcc", "-Wall", "-Werror", "-DCTPM_WITHOUT_TSS", f"-I{SOURCES}/CTPM/include", "-o", program,
         place.root / "main.c", *SOURCES.glob("CTPM/*.c")], check=True)
    assert subprocess.run([program]).returncode == 42
