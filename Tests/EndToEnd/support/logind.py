"""A logind that only says when the machine goes to sleep and wakes up, on a private bus."""

import os
import socket
import struct

NAME = "org.freedesktop.login1"


class Logind:
    """Speaks D-Bus by itself (the wire protocol of the D-Bus specification), as there is no library for it here."""

    def __init__(self, address):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(10)
        self._socket.connect(address.removeprefix("unix:path="))
        self._serial = 0
        uid = str(os.geteuid()).encode().hex()
        self._socket.sendall(b"\0AUTH EXTERNAL " + uid.encode() + b"\r\n")
        assert self._socket.recv(200).startswith(b"OK "), "the bus does not let us in"
        self._socket.sendall(b"BEGIN\r\n")
        self._call("Hello")
        name = _string(NAME)
        self._call("RequestName", b"su", name + b"\0" * (-len(name) % 4) + struct.pack("<I", 4))

    def _send(self, kind, fields, body):
        self._serial += 1
        array = b""
        for code, signature, value in fields:
            array += b"\0" * (-len(array) % 8) + bytes([code, len(signature)]) + signature + b"\0" + value
        head = struct.pack("<cBBBIII", b"l", kind, 0, 1, len(body), self._serial, len(array)) + array
        self._socket.sendall(head + b"\0" * (-len(head) % 8) + body)

    def _call(self, member, signature=b"", body=b""):
        bus = _string("org.freedesktop.DBus")
        fields = [(1, b"o", _string("/org/freedesktop/DBus")), (2, b"s", bus), (3, b"s", _string(member)), (6, b"s", bus)]
        if signature:
            body_signature = bytes([len(signature)]) + signature + b"\0"
            fields.append((8, b"g", body_signature))
        self._send(1, fields, body)
        assert self._socket.recv(4096), f"the bus said nothing to {member}"

    def prepare_for_sleep(self, begins):
        """The signal, at the beginning or the end of a sleep."""
        fields = [
            (1, b"o", _string("/org/freedesktop/login1")),
            (2, b"s", _string(NAME + ".Manager")),
            (3, b"s", _string("PrepareForSleep")),
            (8, b"g", b"\1b\0"),
        ]
        self._send(4, fields, struct.pack("<I", begins))

    def end(self):
        self._socket.close()


def _string(text):
    data = text.encode()
    return struct.pack("<I", len(data)) + data + b"\0"
