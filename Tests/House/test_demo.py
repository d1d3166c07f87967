"""scripts/demo does what it shows, in under a minute, and leaves nothing behind, also on Ctrl-C."""

import os
import pathlib
import signal
import subprocess
import time

import pytest

PLACE = "session-agent."


def leftovers():
    """Temporary homes, and processes that run in one."""
    homes = {str(path) for path in pathlib.Path("/tmp").glob(PLACE + "*")}
    for entry in pathlib.Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes()
        except (OSError, NotADirectoryError):
            continue
        if f"XDG_RUNTIME_DIR=/tmp/{PLACE}".encode() in environment:
            homes.add((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return homes


@pytest.fixture
def demo(repository, programs):
    """Starts the demo in a session of its own, as a terminal would: tests that run in a shell's background have Ctrl-C
    ignored, and a shell can't trap what was ignored when it began."""
    before = leftovers()
    process = subprocess.Popen(
        [repository / "scripts" / "demo", "--bin", programs], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    yield process
    process.kill()
    process.wait()
    process.stdout.close()
    # A process that was ended is seen until the kernel has done with it.
    deadline = time.monotonic() + 10
    while leftovers() - before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert leftovers() - before == set()


def test_it_runs_to_its_end_in_under_a_minute(demo):
    started = time.monotonic()
    shown, _ = demo.communicate(timeout=120)
    assert demo.returncode == 0, shown
    assert time.monotonic() - started < 60
    for part in ("session.refreshed", "kill -9", "agentctl token gives the same token again", "exit code 10"):
        assert part in shown, shown
    tokens = [word for word in shown.split() if word.startswith("eyJ") and len(word) > 100]
    assert tokens == [], "tokens are shown shortened"


@pytest.mark.parametrize("moment", ["agentctl login", "agentctl events"])
def test_ctrl_c_cleans_up(demo, moment):
    for line in demo.stdout:
        if moment in line:
            break
    os.killpg(demo.pid, signal.SIGINT)
    demo.stdout.read()
    assert demo.wait(timeout=30) == 130
