"""A subscriber of the event stream."""

import json
import threading
import time

from . import conformance
from .wire import Connection


class EventStream:
    """Reads events in the background; a test waits for the one that it means."""

    def __init__(self, path, query="", last_event_id=None):
        self._connection = Connection(path, timeout=None)
        headers = [] if last_event_id is None else [("Last-Event-ID", last_event_id)]
        target = "/v1/events" + query
        self._connection.send_request("GET", target, headers=headers)
        status, fields = self._connection.head()
        self.headers = {name.lower(): value for name, value in fields}
        assert status == 200, (status, fields)
        assert self.headers["content-type"].split(";")[0] == "text/event-stream", fields
        conformance.record("events", 200, None)
        self._chunked = self.headers.get("transfer-encoding", "").lower() == "chunked"
        self.events = []
        self.text = ""
        self.ended = False
        self.failure = None
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        try:
            self._connection.socket.shutdown(2)
        except OSError:
            pass
        self._connection.close()

    def _bytes(self):
        if not self._chunked:
            if self._connection._buffer:
                data, self._connection._buffer = self._connection._buffer, b""
                return data
            return self._connection.receive()
        size = int(self._connection.line().split(";")[0], 16)
        data = self._connection.exactly(size)
        self._connection.line()
        return data

    def _read(self):
        rest = ""
        try:
            while data := self._bytes():
                rest += data.decode()
                with self._changed:
                    self.text += data.decode()
                while "\n\n" in rest:
                    block, _, rest = rest.partition("\n\n")
                    self._take(block)
        except (OSError, EOFError, ValueError):
            pass
        except AssertionError as failure:
            self.failure = failure
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def _take(self, block):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        if "data" not in fields:
            return
        event = json.loads(fields["data"])
        assert fields["id"] == event["id"] and fields["event"] == event["event"], block
        conformance.check_event(event)
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, kind, /, seconds=15.0, after=0, **members):
        """The first event of that kind, from number `after` on, that has these members."""

        def look():
            for event in self.events[after:]:
                if event["event"] == kind and all(event.get(name) == value for name, value in members.items()):
                    return event
            return None

        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                if self.failure:
                    raise self.failure
                if (found := look()) is not None:
                    return found
                left = deadline - time.monotonic()
                if left <= 0 or self.ended:
                    seen = [event["event"] for event in self.events]
                    raise AssertionError(f"no {kind} {members} in {seconds} s, ended={self.ended}; came: {seen}")
                self._changed.wait(left)

    def wait_end(self, seconds=15.0):
        with self._changed:
            assert self._changed.wait_for(lambda: self.ended, seconds), "the stream did not end"
        if self.failure:
            raise self.failure
