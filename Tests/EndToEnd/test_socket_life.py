"""The socket's file, its folder, who may hold it, and how an agent comes and goes."""

import os
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys

import pytest
from support import ctl
from support.agent import Agent
from support.binaries import build_folder
from support.processes import Process
from support.waiting import until
from support.wire import Client, Connection


@pytest.fixture
def agents(place):
    """Makes agents in one home."""
    place.keyfile_settings()
    made = []

    def make(**more):
        made.append(Agent(place, **more))
        return made[-1]

    yield make
    for agent in made:
        agent.end()


def test_the_socket_is_private(place, agents):
    agents().start()
    assert stat.S_IMODE(place.socket.stat().st_mode) == 0o600
    assert stat.S_ISSOCK(place.socket.stat().st_mode)
    assert stat.S_IMODE(place.socket.parent.stat().st_mode) == 0o700
    assert {path.name for path in place.socket.parent.iterdir() if stat.S_ISSOCK(path.stat().st_mode)} == {"agent.sock"}


def test_a_stale_socket_is_replaced(place, agents):
    agent = agents().start()
    before = place.socket.stat().st_ino
    agent.kill()
    agent.start()
    assert place.socket.stat().st_ino != before
    assert agent.client.status()["agent"]["pid"] == agent.pid


def test_a_live_socket_is_never_taken(place, agents):
    first = agents().start()
    inode = place.socket.stat().st_ino
    second = agents()
    assert second.launch().wait() == 1
    assert len(second.log.strip().splitlines()) >= 1
    assert f"{first.pid}" in second.log or "already" in second.log or "another" in second.log, second.log
    assert place.socket.stat().st_ino == inode
    assert first.client.status()["agent"]["pid"] == first.pid


def test_a_live_socket_of_another_program_is_never_taken(place, agents):
    place.socket.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.bind(str(place.socket))
        other.listen()
        agent = agents()
        assert agent.launch().wait() == 1, agent.log
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.connect(str(place.socket))


def test_the_loser_of_two_starters_ends_with_0(agents):
    agents().start()
    assert agents().launch(["--if-absent"]).wait() == 0


def test_sigterm_ends_cleanly_and_removes_the_socket(place, agents):
    agent = agents().start()
    with Connection(place.socket) as idle:
        with agent.events() as events:
            events.wait("snapshot")
            assert agent.process.stop() == 0, agent.log
            events.wait_end()
        assert idle.receive() == b""
    assert not place.socket.exists()


def test_sigint_ends_cleanly_too(place, agents):
    agent = agents().start()
    agent.process.signal(signal.SIGINT)
    assert agent.process.wait() == 0, agent.log
    assert not place.socket.exists()


def test_a_socket_that_is_not_its_own_any_more_is_left_alone(place, agents):
    agent = agents().start()
    place.socket.unlink()
    place.socket.write_text("somebody else's")
    agent.stop()
    assert place.socket.read_text() == "somebody else's"


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_open_to_others_is_refused(place, agents, mode):
    place.socket.parent.mkdir()
    place.socket.parent.chmod(mode)
    agent = agents()
    assert agent.launch().wait() in (1, 78), agent.log
    assert str(place.socket.parent) in agent.log, agent.log
    assert not place.socket.exists()


def test_a_folder_that_is_a_link_is_refused(place, agents):
    elsewhere = place.root / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    place.socket.parent.symlink_to(elsewhere)
    agent = agents()
    assert agent.launch().wait() in (1, 78), agent.log
    assert list(elsewhere.iterdir()) == []


def test_a_folder_of_another_user_is_refused(place, agents, root):
    place.socket.parent.mkdir(mode=0o700)
    os.chown(place.socket.parent, 65534, 65534)
    agent = agents()
    assert agent.launch().wait() in (1, 78), agent.log


def test_session_agent_sock_names_the_socket(place, agents):
    path = place.run / "own" / "named.sock"
    agent = agents(environment={"SESSION_AGENT_SOCK": path})
    agent.start()
    assert Client(path).status()["agent"]["socket"] == str(path)
    result = ctl.run(place, "status", environment={"SESSION_AGENT_SOCK": path})
    assert result.returncode == 0, result
    assert not place.socket.exists()


def test_without_xdg_runtime_dir_the_socket_is_in_tmpdir(place, agents):
    if os.path.isdir(f"/run/user/{os.geteuid()}"):
        expected = f"/run/user/{os.geteuid()}/session-agent/agent.sock"
        pytest.fail(f"this machine has {expected}: run the tests where there is none")
    agent = agents(environment={"XDG_RUNTIME_DIR": None})
    agent.start()
    folder = place.tmp / f"session-agent-{os.geteuid()}"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    path = next(path for path in folder.rglob("agent.sock"))
    assert Client(path).status()["agent"]["pid"] == agent.pid
    result = ctl.run(place, "status", environment={"XDG_RUNTIME_DIR": None})
    assert result.returncode == 0, result


def test_ready_is_said_where_it_is_asked_for(place, agents):
    agents().start()  # waits for READY=1
    assert Connection(place.socket).close() is None


# Sockets that are handed over

HAND_OVER = """
import os, sys
descriptor, program = int(sys.argv[1]), sys.argv[2]
if descriptor != 3:
    os.dup2(descriptor, 3)
os.set_inheritable(3, True)
os.environ["LISTEN_PID"] = str(os.getpid())
os.environ["LISTEN_FDS"] = "1"
os.execv(program, [program])
"""


def hand_over(place, agent, thing):
    """Starts an agent with `thing` as descriptor 3, the way that systemd does."""
    return Process(
        [sys.executable, "-c", HAND_OVER, thing.fileno(), agent.program],
        place.environment(),
        place.root / "agent.log",
        pass_fds=[thing.fileno()],
    )


def test_a_listening_socket_is_taken_over_and_left_in_place(place, agents):
    place.socket.parent.mkdir(mode=0o700)
    agent = agents()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(place.socket))
        listener.listen(128)
        agent.process = hand_over(place, agent, listener)
        assert agent.client.status()["agent"]["pid"] == agent.process.pid
        inode = place.socket.stat().st_ino
        agent.stop()
        assert place.socket.stat().st_ino == inode, "the socket is systemd's, not the agent's to remove"


def not_a_listener(kind):
    if kind == "file":
        return open("/dev/null")
    if kind == "udp":
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if kind == "tcp":
        return socket.create_server(("127.0.0.1", 0))
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)  # not listening


@pytest.mark.parametrize("kind", ["file", "udp", "tcp", "not listening"])
def test_another_kind_of_descriptor_ends_the_start_with_78(place, agents, kind):
    agent = agents()
    with not_a_listener(kind) as thing:
        agent.process = hand_over(place, agent, thing)
        assert agent.process.wait() == 78, agent.log


def test_systemd_socket_activation(place, agents):
    place.socket.parent.mkdir(mode=0o700)
    agent = agents()
    variables = place.environment()
    set_all = [f"--setenv={name}={value}" for name, value in variables.items()]
    agent.process = Process(
        ["/usr/bin/systemd-socket-activate", f"--listen={place.socket}", *set_all, agent.program],
        variables,
        place.root / "agent.log",
    )
    until(place.socket.exists, "the socket")
    assert agent.client.status()["agent"]["pid"] == agent.process.pid
    assert ctl.run(place, "status").returncode == 0


# SIGHUP


def test_sighup_reads_profiles_and_settings_again(world):
    world.place.profile_file("dropped-in", **world.keys())
    with world.agent.events() as events:
        events.wait("snapshot")
        world.agent.reload()
        events.wait("profile.changed", profile="dropped-in")
    assert world.client.get("/v1/profiles/dropped-in").json["client_id"] == "long"
    (world.place.profiles / "dropped-in.toml").unlink()
    world.agent.reload()
    until(lambda: world.client.get("/v1/profiles/dropped-in").status == 404, "the profile to go")
    world.place.keyfile_settings(log_level="debug")
    world.agent.reload()
    size = len(world.agent.log)
    world.signed_in("work")
    world.client.post("/v1/sessions/work/refresh")
    until(lambda: " debug " in world.agent.log[size:], "debug lines in the log")
    world.place.settings("no_such_key = 1\n")
    world.agent.reload()
    until(lambda: "config.toml:1" in world.agent.log, "the bad settings to be named in the log")
    assert world.client.status()["agent"]["pid"] == world.agent.pid


# Other users


@pytest.fixture
def of_nobody(place, root):
    """An agent that runs as `nobody`, with a program that nobody can read."""
    programs = place.root / "programs"
    programs.mkdir(mode=0o755)
    shutil.copy(build_folder() / "session-agent", programs / "session-agent")
    (programs / "session-agent").chmod(0o755)
    place.keyfile_settings()
    subprocess.run(["chown", "-R", "65534:65534", place.root], check=True)
    place.root.chmod(0o755)
    agent = Agent(place, folder=programs, user=65534, group=65534, extra_groups=[])
    agent.start()
    yield agent
    agent.end()


def test_a_process_of_another_user_is_refused_without_a_byte(place, of_nobody):
    with Connection(place.socket) as connection:
        try:
            connection.send_request("GET", "/v1/status")
        except BrokenPipeError:
            pass
        assert connection.receive() == b"", "a byte came"
    with Connection(place.socket) as connection:  # one that says nothing is closed, too
        assert connection.receive() == b""
    own = subprocess.run(
        ["curl", "-sS", "--unix-socket", str(place.socket), "http://agent/v1/status"],
        user=65534, group=65534, extra_groups=[], capture_output=True, text=True, timeout=20,
    )
    assert '"pid":' in own.stdout, own
    until(lambda: "refused" in of_nobody.log, "the refusals in the log")


def test_agentctl_says_nothing_to_an_agent_of_another_user(place, of_nobody):
    result = ctl.run(place, "status")
    assert result.returncode == 69, result


def test_agentctl_sends_nothing_to_a_socket_of_another_user(place, root):
    """A server of another user, that would take what it is sent."""
    place.socket.parent.mkdir(mode=0o700)
    place.root.chmod(0o755)
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(place.socket)], stdout=subprocess.PIPE, text=True,
    )
    try:
        assert server.stdout.readline() == "ready\n"
        result = ctl.run(place, "unlock", input="a passphrase\n")
        assert result.returncode == 69, result
        assert server.stdout.readline() == "b''\n"
    finally:
        server.kill()
        server.wait()
        server.stdout.close()


SERVER = """
import os, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o666)
os.setresuid(65534, 65534, 65534)
listener.listen()
print("ready", flush=True)
connection, _ = listener.accept()
connection.settimeout(10)
print(connection.recv(1000), flush=True)
"""


# The process itself


def test_the_process_leaves_no_core(agents):
    agent = agents().start()
    with open(f"/proc/{agent.pid}/limits") as limits:
        core = next(line for line in limits if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"], core


def test_the_process_can_not_be_traced_by_its_own_user(of_nobody):
    own = os.stat(f"/proc/{of_nobody.pid}/environ")
    assert own.st_uid == 0, "its /proc files are its user's: it is dumpable"


def test_the_limit_of_open_files_is_raised(place, agents):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    agent = agents(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))).start()
    with open(f"/proc/{agent.pid}/limits") as limits:
        files = next(line for line in limits if line.startswith("Max open files"))
    assert int(files.split()[3]) > 1024, files
