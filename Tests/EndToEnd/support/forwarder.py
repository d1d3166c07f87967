"""An http proxy of the test's own that takes every CONNECT to one and the same port of this machine."""

import http.server
import select
import socket
import threading


class Forwarder:
    """To be named as HTTPS_PROXY."""

    def __init__(self, port):
        self.asked = []
        forwarder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_CONNECT(self):
                forwarder.asked.append(self.path)
                with socket.create_connection(("127.0.0.1", port)) as there:
                    self.send_response_only(200)
                    self.end_headers()
                    pass_bytes(self.connection, there)
                self.close_connection = True

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def end(self):
        self._server.shutdown()
        self._server.server_close()


def pass_bytes(one, other):
    """Both ways, until one side closes."""
    while True:
        ready, _, _ = select.select([one, other], [], [])
        for side in ready:
            data = side.recv(65536)
            if not data:
                return
            (other if side is one else one).sendall(data)
