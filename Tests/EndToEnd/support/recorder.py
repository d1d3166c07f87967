"""A proxy between agent and pool that sees what goes by, over TLS towards the agent where it is given a certificate.

It knows the refresh tokens, which the pool keeps only as hashes, and can act at the very moment of an answer.
"""

import http.client
import http.server
import json
import threading
import urllib.parse

TARGET = "AWSCognitoIdentityProviderService."


class Recorder:
    """Listens at once; passes requests on once it is told where to."""

    def __init__(self, tls=None):
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def _pass_on(self):
                recorder._pass_on(self)

            do_GET = do_POST = _pass_on

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls:
            self._server.socket = tls.server_context().wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}"
        self.exchanges = []
        self.after_answer = None
        self.refusals = {}  # what this proxy refuses by itself: an operation's exception
        self._upstream = None
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def passes_to(self, url):
        self._upstream = urllib.parse.urlsplit(url).netloc
        return self

    def end(self):
        self._server.shutdown()
        self._server.server_close()

    def _pass_on(self, handler):
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        operation = (handler.headers.get("x-amz-target") or "").removeprefix(TARGET) or handler.path
        status, headers, content = self._refusal(operation) or self._upstream_answer(handler, body)
        self.exchanges.append((operation, body, status, content))
        handler.send_response_only(status)
        for name, value in headers:
            if name.lower() not in ("connection", "content-length", "transfer-encoding", "keep-alive"):
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)
        handler.wfile.flush()
        if self.after_answer:
            self.after_answer(operation, status)

    def _refusal(self, operation):
        if exception := self.refusals.get(operation):
            headers = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", f"{exception}:")]
            return 400, headers, json.dumps({"__type": exception}).encode()
        return None

    def _upstream_answer(self, handler, body):
        connection = http.client.HTTPConnection(self._upstream, timeout=30)
        headers = {name: value for name, value in handler.headers.items() if name.lower() != "connection"}
        connection.request(handler.command, handler.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.getheaders(), content

    def answers(self, operation):
        """What the pool answered to an operation, as JSON."""
        return [json.loads(content) for name, _, _, content in self.exchanges if name == operation]

    def requests(self, operation):
        """What the agent sent of an operation, as JSON."""
        return [json.loads(body) for name, body, _, _ in self.exchanges if name == operation]

    def refresh_tokens(self):
        """Every refresh token that went by."""
        results = (
            json.loads(content).get("AuthenticationResult", {})
            for name, _, status, content in self.exchanges
            if status == 200 and content.startswith(b"{")
        )
        return [result["RefreshToken"] for result in results if "RefreshToken" in result]
