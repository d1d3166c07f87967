"""The agent as a process."""

import os
import signal
import socket

from .binaries import program
from .events import EventStream
from .processes import Process
from .wire import Client


class Agent:
    """`session-agent` in a private home. Ready when it says so to NOTIFY_SOCKET."""

    def __init__(self, place, folder=None, environment=None, **more):
        self.place = place
        self.program = program("session-agent", folder)
        self.environment = environment or {}
        self.more = more
        self.process = None
        self.client = Client(place.socket)

    def start(self, arguments=(), **environment):
        """Starts it and waits until it is ready."""
        path = self.place.root / "notify"
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(str(path))
            os.chmod(path, 0o666)
            notify.settimeout(0.1)
            self.launch(arguments, NOTIFY_SOCKET=path, **environment)
            for _ in range(300):
                try:
                    if "READY=1" in notify.recv(4096).decode().split("\n"):
                        return self
                except TimeoutError:
                    assert self.process.running, f"ended at start:\n{self.process.said()[-3000:]}"
        raise AssertionError(f"not ready in 30 s:\n{self.process.said()[-3000:]}")

    def launch(self, arguments=(), **environment):
        """Starts it and does not wait."""
        variables = self.place.environment(**self.environment, **environment)
        log = self.place.root / "agent.log"
        self.process = Process([self.program, *arguments], variables, log, **self.more)
        return self.process

    @property
    def pid(self):
        return self.process.pid

    @property
    def log(self):
        return self.process.said()

    def stop(self):
        """SIGTERM; it must end with 0."""
        status = self.process.stop()
        assert status == 0, f"ended with {status}:\n{self.log[-3000:]}"

    def kill(self):
        """SIGKILL."""
        self.process.kill()

    def restart(self):
        self.stop()
        return self.start()

    def reload(self):
        """SIGHUP."""
        self.process.signal(signal.SIGHUP)

    def end(self):
        if self.process:
            self.process.end()

    def events(self, query="", last_event_id=None):
        return EventStream(self.place.socket, query, last_event_id)
