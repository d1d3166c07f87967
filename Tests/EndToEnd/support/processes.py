"""Child processes that end with the test."""

import os
import pathlib
import signal
import subprocess
import time


class Process:
    """A program that runs until it is stopped; what it says on stderr goes to a file."""

    def __init__(self, arguments, environment, log, **more):
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as stderr:
            self.popen = subprocess.Popen(
                [str(argument) for argument in arguments],
                env=environment,
                stdin=more.pop("stdin", subprocess.DEVNULL),
                stderr=more.pop("stderr", stderr),
                **more,
            )
        self.pid = self.popen.pid

    @property
    def running(self):
        return self.popen.poll() is None

    def said(self):
        return self.log.read_text(errors="replace")

    def signal(self, number):
        if self.running:
            os.kill(self.pid, number)

    def wait(self, seconds=15.0):
        """The exit status."""
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.popen.args[0]} still runs after {seconds} s:\n{self.said()[-3000:]}") from None

    def stop(self, seconds=15.0):
        """SIGTERM, and the exit status."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def kill(self):
        """SIGKILL: no time to tidy up."""
        self.signal(signal.SIGKILL)
        self.popen.wait(10)

    def end(self):
        """At the end of a test, whatever became of it."""
        self.signal(signal.SIGTERM)
        try:
            self.popen.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()


def is_running(pid):
    """Whether a process that is not our child has not ended yet."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):  # the latter where it ends between open and read
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def gone(pid, seconds=10.0):
    """Waits until a process that is not our child has ended."""
    deadline = time.monotonic() + seconds
    while is_running(pid):
        assert time.monotonic() < deadline, f"process {pid} still runs"
        time.sleep(0.02)
