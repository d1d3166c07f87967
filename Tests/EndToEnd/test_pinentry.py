"""Opening the keystore where there is no terminal to type on: the agent's pinentry asks (SECURITY 18)."""

import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

import pytest
from support import memory
from support.binaries import program
from support.processes import gone
from support.waiting import until
from test_keyring_faults import PATIENCE
from test_keystore import PASSPHRASE, keystore

SCRIPTED = """#!/bin/sh
# A pinentry that answers GETPIN as the test says, and says what it was told.
echo $$ >>{folder}/pids
echo OK
while read -r line; do
  echo "$line" >>{folder}/said
  case $line in
    GETPIN) {getpin} ;;
    *) echo OK ;;
  esac
done
"""
DISPLAY = {"display": ":77"}


class Screen:
    """A terminal that somebody looks at, for a program that is told its name."""

    def __init__(self):
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (30, 100))
        self.name = os.ttyname(slave)
        self._slave = slave  # stays open: what is shown is not lost between two programs
        self.shown = ""

    def expect(self, pattern, seconds=15.0, after=0):
        """Waits until the pattern is shown; the place where it ends."""
        deadline = time.monotonic() + seconds
        while not (match := re.compile(pattern, re.S).search(self.shown, after)):
            assert time.monotonic() < deadline, f"never showed {pattern!r}; showed: {self.shown!r}"
            if select.select([self._master], [], [], 0.05)[0]:
                self.shown += os.read(self._master, 65536).decode(errors="replace")
        return match.end()

    def type(self, text):
        os.write(self._master, text.encode())

    def modes(self):
        return termios.tcgetattr(self._slave)

    def end(self):
        os.close(self._slave)
        os.close(self._master)


class Unlocking:
    """`agentctl unlock` with no terminal of its own."""

    def __init__(self, world, **environment):
        variables = world.place.environment(SESSION_AGENT_NO_AUTOSTART="1", **environment)
        self.process = subprocess.Popen(
            [program("agentctl"), "unlock"],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self):
        """Its exit status and all that it said."""
        out, error = self.process.communicate(timeout=30)
        return self.process.returncode, out + error


@pytest.fixture
def without_store(worlds):
    """Makes a world whose store is not made yet, with that pinentry."""

    def make(pinentry="/usr/bin/pinentry-curses"):
        world = worlds(start=False, log_level="debug")
        world.place.settings(
            'log_level = "debug"\n[keystore]\nkey_source = "passphrase"\n'
            f'[login]\nnotify = false\npinentry = "{pinentry}"\n'
        )
        world.agent.start(PLANTED_IN_THE_AGENT="do not hand me on")
        return world

    return make


@pytest.fixture
def locked(without_store):
    """Makes a world whose store is locked, with a session in it and that pinentry."""

    def make(pinentry="/usr/bin/pinentry-curses"):
        world = without_store(pinentry)
        assert world.ctl("unlock", input=PASSPHRASE + "\n").returncode == 0
        world.signed_in("work")
        assert world.ctl("lock").returncode == 0
        return world

    return make


@pytest.fixture
def screen():
    screen = Screen()
    yield screen
    screen.end()


@pytest.fixture
def scripted(tmp_path):
    """Makes a pinentry that answers GETPIN with these shell commands."""

    def make(getpin):
        path = tmp_path / "pinentry"
        path.write_text(SCRIPTED.format(folder=tmp_path, getpin=getpin))
        path.chmod(0o755)
        return path

    return make


def said(path):
    file = path.parent / "said"
    return file.read_text() if file.exists() else ""


def ask(world, place=DISPLAY):
    return world.client.post("/v1/unlock", {"pinentry": place})


def unlocking(world, screen, **more):
    return Unlocking(world, GPG_TTY=screen.name, TERM="xterm", **more)


def nowhere(world, secret):
    """Whether a secret is in none of the files of the world."""
    return [path for path in world.place.files() if secret.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("name", ["pinentry-curses", "pinentry-tty"])
def test_a_real_pinentry_asks_on_the_terminal_that_is_named(locked, screen, name):
    world = locked("/usr/bin/" + name)
    asking = unlocking(world, screen)
    screen.expect("Unlock the session-agent keystore")
    screen.expect("Asked for by .*agentctl")
    assert world.client.get("/v1/sessions/work/token").status == 423
    screen.type(PASSPHRASE + "\r")
    status, shown = asking.end()
    assert status == 0 and "Unlocked (by passphrase)" in shown, shown
    assert PASSPHRASE not in shown + screen.shown
    assert world.client.token("work")["generation"] == 1
    assert PASSPHRASE not in world.agent.log and nowhere(world, PASSPHRASE)


def test_a_wrong_passphrase_is_said_and_asked_again_more_slowly_three_times(locked, screen):
    world = locked()
    asking = unlocking(world, screen)
    seen = screen.expect("Passphrase")
    began = time.monotonic()
    screen.type("wrong\r")
    seen = screen.expect("not the passphrase", after=seen)
    screen.type("wrong too\r")
    seen = screen.expect("not the passphrase", after=seen)
    assert time.monotonic() - began > 1, "the second came at once"
    screen.type("and again\r")
    status, shown = asking.end()
    assert status == 13 and "not the passphrase" in shown, shown
    assert time.monotonic() - began > 3, "the third came before its time"
    asking = unlocking(world, screen)
    screen.expect("Passphrase", after=seen + 200)
    screen.type(PASSPHRASE + "\r")
    assert asking.end()[0] == 0


def test_a_prompt_that_is_closed_is_denied_and_so_is_the_next_for_half_a_minute(locked, screen):
    world = locked()
    asking = unlocking(world, screen)
    seen = screen.expect("Passphrase")
    screen.type("\t\t\r")  # past OK, to Cancel
    status, shown = asking.end()
    assert status == 12 and "closed" in shown, shown
    began = time.monotonic()
    answer = ask(world, {"ttyname": screen.name})
    assert (answer.status, answer.code) == (403, "denied"), answer
    assert 0 < answer.json["retry_after_seconds"] <= 30, answer
    assert time.monotonic() - began < 1
    with pytest.raises(AssertionError):
        screen.expect("Passphrase", seconds=0.5, after=seen + 100)
    assert world.ctl("unlock", input=PASSPHRASE + "\n").returncode == 0, "a line of standard input is no prompt"


@pytest.mark.parametrize("name", ["pinentry-curses", "pinentry-tty"])
def test_ctrl_c_gives_the_terminal_back_as_it_was(locked, screen, name):
    """The shell takes over at once what modes the terminal has when agentctl ends."""
    world = locked("/usr/bin/" + name)
    before = screen.modes()
    asking = unlocking(world, screen)
    screen.expect("Unlock the session-agent keystore")
    assert screen.modes() != before
    asking.process.send_signal(signal.SIGINT)
    status, shown = asking.end()
    assert screen.modes() == before
    assert status == 130, shown
    until(lambda: world.ctl("unlock", input=PASSPHRASE + "\n").returncode == 0, "the store to be opened another way")
    assert screen.modes() == before


def stopped(process):
    with open(f"/proc/{process.pid}/stat") as file:
        return file.read().rsplit(")", 1)[1].split()[0] == "T"


def test_ctrl_z_waits_until_the_terminal_is_given_back(locked, screen):
    world = locked()
    before = screen.modes()
    asking = unlocking(world, screen)
    screen.expect("Passphrase")
    asking.process.send_signal(signal.SIGTSTP)
    with pytest.raises(AssertionError):
        until(lambda: stopped(asking.process), "agentctl to stop while pinentry asks", 1)
    screen.type(PASSPHRASE + "\r")
    until(lambda: stopped(asking.process), "agentctl to stop afterwards")
    assert screen.modes() == before
    asking.process.send_signal(signal.SIGCONT)
    status, shown = asking.end()
    assert status == 0 and "Unlocked" in shown, shown


def test_a_new_passphrase_is_typed_twice(without_store, screen):
    world = without_store()
    asking = unlocking(world, screen)
    screen.expect("Choose the passphrase")
    screen.type(PASSPHRASE + "\t" + PASSPHRASE + "\r")
    status, shown = asking.end()
    assert status == 0 and "Made and unlocked" in shown, (shown, screen.shown)
    assert world.ctl("lock").returncode == 0
    assert world.ctl("unlock", input=PASSPHRASE + "\n").returncode == 0


def test_without_display_and_terminal_nobody_is_asked(locked, scripted):
    path = scripted("echo OK")
    world = locked(path)
    answer = ask(world, {"lc_ctype": "C.UTF-8"})
    assert (answer.status, answer.code) == (403, "denied"), answer
    status, shown = Unlocking(world).end()
    assert status == 1 and "input ended" in shown, shown
    assert said(path) == ""


def test_one_prompt_at_a_time_and_nobody_waits_for_it(locked, scripted):
    path = scripted("sleep 100")
    world = locked(path)
    asking = Unlocking(world, DISPLAY=":77")
    until(lambda: "GETPIN" in said(path), "the prompt")
    began = time.monotonic()
    answer = ask(world)
    assert (answer.status, answer.code) == (423, "locked"), answer
    assert world.client.get("/v1/sessions/work/token").status == 423
    assert time.monotonic() - began < PATIENCE
    assert world.client.post("/v1/unlock", {"passphrase": PASSPHRASE}).status == 200
    began = time.monotonic()
    assert world.client.token("work")["generation"] == 1
    assert world.client.post("/v1/sessions/work/refresh").json["generation"] == 2
    assert time.monotonic() - began < PATIENCE
    asking.process.kill()
    asking.end()
    for pid in (path.parent / "pids").read_text().split():
        gone(int(pid))


def test_a_prompt_is_not_the_person_s_any_more_once_the_store_was_opened_another_way(locked, scripted):
    path = scripted("read -r x <{folder}/go; echo 'D nonsense'; echo OK".replace("{folder}", "$(dirname $0)"))
    os.mkfifo(path.parent / "go")
    world = locked(path)
    asking = Unlocking(world, DISPLAY=":77")
    until(lambda: "GETPIN" in said(path), "the prompt")
    assert world.client.post("/v1/unlock", {"passphrase": PASSPHRASE}).status == 200
    (path.parent / "go").write_text("on\n")
    status, shown = asking.end()
    assert status == 0, shown


@pytest.mark.parametrize(
    "getpin, words",
    [
        ("exit 1", "ended without an answer"),
        ("echo 'what?'", "does not speak as pinentry does"),
        ("echo ERR 83886142 Timeout", "Nobody answered"),
        ("echo ERR 83886340 No tty", "No tty"),
        (r"printf 'D \377\nOK\n'", "does not speak as pinentry does"),
    ],
)
def test_a_pinentry_that_fails_is_told_by_name(locked, scripted, getpin, words):
    world = locked(scripted(getpin))
    status, shown = Unlocking(world, DISPLAY=":77").end()
    assert status == 11 and words in shown and "agentctl unlock" in shown, shown
    assert world.agent.process.running and keystore(world)["state"] == "locked"


def test_a_pinentry_that_is_missing_is_told_by_name(locked):
    world = locked("/usr/bin/there-is-none")
    status, shown = Unlocking(world, DISPLAY=":77").end()
    assert status == 11 and "/usr/bin/there-is-none can't be run: No such file" in shown, shown


def test_pinentry_gets_no_more_than_it_needs(locked, scripted):
    facts = "env >$(dirname $0)/env; ls -l /proc/$$/fd >$(dirname $0)/fds; echo 'D '; echo OK"
    path = scripted(facts)
    world = locked(path)
    answer = ask(world, {"display": ":77", "xauthority": "/tmp/x", "wayland_display": "wayland-9"})
    assert (answer.status, answer.code) == (400, "invalid_request"), answer  # empty, three times
    environment = dict(line.split("=", 1) for line in (path.parent / "env").read_text().splitlines())
    assert environment["DISPLAY"] == ":77" and environment["WAYLAND_DISPLAY"] == "wayland-9"
    assert "PLANTED_IN_THE_AGENT" not in environment and "NOTIFY_SOCKET" not in environment
    open_files = (path.parent / "fds").read_text()
    assert "socket:" not in open_files and "keystore" not in open_files, open_files
    assert said(path).count("SETERROR It may not be empty.") == 2


def test_five_seconds_later_the_passphrase_is_not_in_the_agent_s_memory(locked, scripted, root):
    world = locked(scripted(f"echo 'D {PASSPHRASE}'; echo OK"))
    assert ask(world).status == 200
    time.sleep(5)
    pieces = {start: PASSPHRASE.encode()[start : start + 16] for start in range(len(PASSPHRASE) - 15)}
    found = memory.find(world.agent.pid, pieces | {"control": str(world.place.keystore).encode()})
    assert set(found) == {"control"}, found


def test_what_is_asked_for_a_prompt_is_checked(locked, scripted):
    path = scripted("echo OK")
    world = locked(path)
    for body in (
        {"pinentry": {"display": ":0"}, "passphrase": PASSPHRASE},
        {"pinentry": {"ttyname": "/etc/passwd"}},
        {"pinentry": {"display": ":0\nGETPIN"}},
        {"pinentry": {"display": ""}},
        {"pinentry": {"lights": "on"}},
        {"pinentry": "here"},
    ):
        answer = world.client.post("/v1/unlock", body)
        assert (answer.status, answer.code) == (400, "invalid_request"), (body, answer)
    world.client.post("/v1/unlock", {"passphrase": PASSPHRASE})
    answer = world.client.post("/v1/keystore/rekey", {"pinentry": DISPLAY})
    assert (answer.status, answer.code) == (400, "invalid_request"), answer
    assert said(path) == ""
