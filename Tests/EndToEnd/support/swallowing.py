"""A place on the network that swallows what is sent there."""

import contextlib
import socket


@contextlib.contextmanager
def swallowing(port):
    """Who connects to that port of this machine gets no answer, not even a refusal: the kernel drops what would open a
    connection once the listener's queue is full."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(0)
        first.connect(("127.0.0.1", port))
        second.settimeout(0.3)
        try:
            second.connect(("127.0.0.1", port))
        except TimeoutError:
            yield
        else:
            raise AssertionError("a second connection was let in")
