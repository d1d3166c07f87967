"""HTTP/1.1 over the unix socket, written out by hand so that a test can also send what no library would."""

import json as json_module
import socket

from . import conformance


class Answer:
    """One answer, as it came."""

    def __init__(self, status, headers, body, closes):
        self.status = status
        self.headers = headers
        self.body = body
        self.closes = closes

    def header(self, name):
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) < 2, f"{name} came {len(values)} times"
        return values[0] if values else None

    @property
    def media_type(self):
        value = self.header("content-type")
        return value.split(";")[0].strip().lower() if value else None

    @property
    def json(self):
        return json_module.loads(self.body)

    @property
    def code(self):
        """The problem's code; None where the answer is no problem."""
        return self.json["code"] if self.media_type == "application/problem+json" else None

    def __repr__(self):
        return f"<{self.status} {self.media_type} {self.body[:600]!r}>"


class Connection:
    """One connection, byte by byte."""

    def __init__(self, path, timeout=30.0):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(str(path))
        self._buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def send_request(self, method, target, body=None, headers=(), host="agent"):
        self.send(request_bytes(method, target, body, headers, host))

    def receive(self):
        """What comes next; empty at the end."""
        try:
            return self.socket.recv(65536)
        except ConnectionResetError:
            return b""

    def line(self):
        while b"\r\n" not in self._buffer:
            more = self.receive()
            if not more:
                raise EOFError(f"the agent closed after {self._buffer[:200]!r}")
            self._buffer += more
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line.decode("latin-1")

    def exactly(self, count):
        while len(self._buffer) < count:
            more = self.receive()
            if not more:
                raise EOFError("the agent closed within a body")
            self._buffer += more
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data

    def head(self):
        """The status and the header fields of the next answer."""
        version, status, *_ = self.line().split(" ", 2)
        assert version == "HTTP/1.1", version
        headers = []
        while line := self.line():
            name, _, value = line.partition(":")
            headers.append((name, value.strip()))
        return int(status), headers

    def answer(self, to=None):
        """The next answer; `to` is the method and target that it belongs to, held against the description."""
        status, headers = self.head()
        fields = {name.lower(): value for name, value in headers}
        if fields.get("transfer-encoding", "").lower() == "chunked":
            body = b""
            while size := int(self.line().split(";")[0], 16):
                body += self.exactly(size)
                self.line()
            self.line()
        elif status == 204:
            body = b""
        else:
            assert "content-length" in fields, f"an answer without a length: {status} {headers}"
            body = self.exactly(int(fields["content-length"]))
        answer = Answer(status, headers, body, fields.get("connection", "").lower() == "close")
        if to is not None:
            conformance.check(to[0], to[1], answer)
        return answer

    def at_end(self):
        """Whether the agent has closed, having sent nothing more."""
        return not self._buffer and self.receive() == b""


def request_bytes(method, target, body=None, headers=(), host="agent"):
    fields = [] if host is None else [("Host", host)]
    fields += list(headers)
    names = {name.lower() for name, _ in fields}
    if body is not None and not isinstance(body, bytes):
        body = json_module.dumps(body).encode()
        if "content-type" not in names:
            fields.append(("Content-Type", "application/json"))
    if body is not None and not names & {"content-length", "transfer-encoding"}:
        fields.append(("Content-Length", str(len(body))))
    head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
    return head.encode("latin-1") + (body or b"")


class Client:
    """A well-behaved client: one connection a request, every answer held against the description."""

    def __init__(self, path, timeout=60.0):
        self.path = str(path)
        self.timeout = timeout

    def connect(self, timeout=None):
        return Connection(self.path, timeout or self.timeout)

    def request(self, method, target, body=None, headers=(), host="agent", timeout=None):
        with self.connect(timeout) as connection:
            connection.send_request(method, target, body, [("Connection", "close"), *headers], host)
            return connection.answer(to=(method, target))

    def get(self, target, **more):
        return self.request("GET", target, **more)

    def post(self, target, body=None, **more):
        return self.request("POST", target, body, **more)

    def put(self, target, body, **more):
        return self.request("PUT", target, body, **more)

    def delete(self, target, **more):
        return self.request("DELETE", target, **more)

    def status(self):
        answer = self.get("/v1/status")
        assert answer.status == 200, answer
        return answer.json

    def session(self, name):
        """The session's object."""
        answer = self.get(f"/v1/sessions/{name}")
        assert answer.status == 200, answer
        return answer.json

    def token(self, name, query=""):
        """The whole token object."""
        answer = self.get(f"/v1/sessions/{name}/token{query}")
        assert answer.status == 200, answer
        return answer.json
