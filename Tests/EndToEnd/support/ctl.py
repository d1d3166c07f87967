"""agentctl, as a program on pipes and as one on a terminal."""

import codecs
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

from .binaries import program


def run(place, *arguments, input="", environment=None, folder=None, timeout=60, text=True, **more):
    """Runs agentctl with pipes; `input` is its standard input."""
    return subprocess.run(
        [program("agentctl", folder), *map(str, arguments)],
        env=place.environment(**{"SESSION_AGENT_NO_AUTOSTART": "1", **(environment or {})}),
        input=input,
        capture_output=True,
        text=text,
        timeout=timeout,
        **more,
    )


class Terminal:
    """agentctl on a pseudo-terminal, as the leader of a session of its own."""

    def __init__(self, place, *arguments, environment=None, columns=100):
        self.shown = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")  # a read may end within a character
        self.status = None
        variables = place.environment(
            **{"SESSION_AGENT_NO_AUTOSTART": "1", "TERM": "xterm-256color", **(environment or {})}
        )
        path = program("agentctl")
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            try:
                os.execve(path, [path, *map(str, arguments)], variables)
            finally:
                os._exit(127)
        termios.tcsetwinsize(self.master, (30, columns))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()
        os.close(self.master)

    @property
    def echoes(self):
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def read(self, seconds=0.05):
        """Takes what has come; False at the end."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:  # EIO: the other side is closed
            return False
        self.shown += self._decoder.decode(data)
        return bool(data)

    def expect(self, pattern, seconds=20.0, after=0):
        """Waits until the pattern is shown; the place where it ends."""
        deadline = time.monotonic() + seconds
        while True:
            if match := re.compile(pattern, re.I).search(self.shown, after):
                return match.end()
            going = self.read()
            assert going and time.monotonic() < deadline, f"never showed {pattern!r}; showed: {self.shown!r}"

    def expect_echo(self, on, seconds=10.0):
        deadline = time.monotonic() + seconds
        while self.echoes != on:
            self.read()
            assert time.monotonic() < deadline, f"echo is {self.echoes}; showed: {self.shown!r}"

    def type(self, text):
        os.write(self.master, text.encode())

    def interrupt(self):
        """Ctrl-C, through the terminal."""
        os.write(self.master, b"\x03")

    def wait(self, seconds=20.0):
        """Reads to the end; the exit status, negative for a signal."""
        deadline = time.monotonic() + seconds
        while self.status is None:
            self.read()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
            assert time.monotonic() < deadline, f"still runs; showed: {self.shown!r}"
        while self.read(0):
            ready, _, _ = select.select([self.master], [], [], 0)
            if not ready:
                break
        return self.status
