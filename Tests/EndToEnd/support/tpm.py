"""A TPM 2.0 of one test's own: swtpm on a unix socket."""

import signal
import socket

from .processes import Process

NO_PASSWORD = bytes.fromhex("00000009 40000009 0000 00 0000")


class TPM:
    """Its state outlives a restart, as a chip's does."""

    def __init__(self, place, name="tpm"):
        self.place = place
        self.path = place.root / name
        self.state = place.root / f"{name}.state"
        self.state.mkdir(mode=0o700)
        self._process = None
        self.start()

    @property
    def tcti(self):
        return f"swtpm:path={self.path}"

    def settings(self, more='key_source = "tpm2"'):
        """The settings of an agent that uses it."""
        return f'[keystore]\n{more}\ntcti = "{self.tcti}"\n[login]\nnotify = false\n'

    def start(self):
        # Its sockets listen before it starts: nobody has to wait for it.
        with self._listening(self.path) as commands, self._listening(f"{self.path}.ctrl") as control:
            self._process = Process(
                ["/usr/bin/swtpm", "socket", "--tpm2", "--tpmstate", f"dir={self.state}",
                 "--server", "type=unixio,fd=0", "--ctrl", "type=unixio,fd=1",
                 "--flags", "not-need-init,startup-clear"],
                self.place.environment(), f"{self.path}.log", stdin=commands, stdout=control)

    @staticmethod
    def _listening(path):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen()
        return listener

    def stop(self):
        self._process.stop()
        for path in (self.path, self.path.with_name(self.path.name + ".ctrl")):
            path.unlink(missing_ok=True)

    def restart(self):
        self.stop()
        self.start()

    def hang(self):
        self._process.signal(signal.SIGSTOP)

    def go_on(self):
        self._process.signal(signal.SIGCONT)

    def end(self):
        self.go_on()
        self._process.end()

    def command(self, code, rest, tag=0x8001):
        """One command as TPM 2.0 has it on the wire; what it answers after its head."""
        head = tag.to_bytes(2, "big") + (10 + len(rest)).to_bytes(4, "big") + code.to_bytes(4, "big")
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(5)
            connection.connect(str(self.path))
            connection.sendall(head + rest)
            answer = connection.recv(4096)
        assert answer[6:10] == bytes(4), answer.hex()
        return answer[10:]

    def clear(self):
        """TPM2_Clear: the storage hierarchy's seed is another after it."""
        self.command(0x126, bytes.fromhex("4000000a") + NO_PASSWORD, tag=0x8002)

    def objects(self):
        """How many objects are left in it (TPM2_GetCapability)."""
        return self.command(0x17A, bytes.fromhex("00000001 80000000 00000010"))[8]
