"""A private D-Bus, and a real gnome-keyring on it."""

import os
import signal
import subprocess

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_call
from jeepney.io.blocking import open_dbus_connection

from .processes import Process
from .waiting import until

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>
"""  # no service folders: nothing is started behind the test's back


THE_BUS = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
SECRETS = "org.freedesktop.secrets"
SERVICE = (SECRETS, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service")
COLLECTION = "/org/freedesktop/secrets/collection/login"
KEYRING_PASSWORD = b"keyring password"


class BusError(Exception):
    """What a method refused with: the error's name, then its words."""


class Bus:
    """dbus-daemon for one home."""

    def __init__(self, place):
        self.place = place
        path = place.root / "bus"
        self.address = f"unix:path={path}"
        configuration = place.root / "bus.conf"
        configuration.write_text(BUS.format(path=path))
        self._daemon = Process(
            ["/usr/bin/dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile"],
            place.environment(),
            place.root / "bus.log",
            stdout=subprocess.DEVNULL,
        )
        self.keyring = None
        self._connection = until(self.connect, "the bus")

    def connect(self):
        """A connection of the caller's own; None while the bus does not listen."""
        try:
            return open_dbus_connection(self.address)
        except (FileNotFoundError, ConnectionRefusedError):
            return None

    def environment(self):
        return {"DBUS_SESSION_BUS_ADDRESS": self.address}

    def call(self, where, method, signature=None, *body):
        """What the method answers: the values of its reply. `where` is (name, path, interface)."""
        name, path, interface = where
        request = new_method_call(DBusAddress(path, name, interface), method, signature, body)
        reply = self._connection.send_and_get_reply(request, timeout=10)
        if reply.header.message_type == MessageType.error:
            raise BusError(reply.header.fields[HeaderFields.error_name], *reply.body)
        return reply.body

    def connections(self, pid=None):
        """How many connections there are, of all processes or of one."""
        (names,) = self.call(THE_BUS, "ListNames")
        unique = [name for name in names if name.startswith(":")]
        return len([name for name in unique if pid is None or self._pid(name) == pid])

    def _pid(self, name):
        try:
            return self.call(THE_BUS, "GetConnectionUnixProcessID", "s", name)[0]
        except BusError:  # gone since
            return None

    def start_keyring(self, locked=False):
        """gnome-keyring-daemon; by default its collection is made where there is none, and open."""
        out, into = os.pipe()
        os.write(into, KEYRING_PASSWORD)
        os.close(into)
        unlocks = [] if locked else ["--unlock"]
        self.keyring = subprocess.Popen(
            ["/usr/bin/gnome-keyring-daemon", "--foreground", *unlocks, "--components=secrets"],
            env=self.place.environment(**self.environment()),
            stdin=out,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(out)
        until(self.default_collection, "the keyring")

    def default_collection(self):
        """The default collection's path; None where there is none."""
        try:
            (path,) = self.call(SERVICE, "ReadAlias", "s", "default")
        except BusError:  # there is no service yet
            return None
        return path if path != "/" else None

    def is_open(self, collection):
        """Whether it is there and not locked."""
        return collection is not None and not self.property(collection, "Collection", "Locked")

    def property(self, path, kind, name):
        """A property of a Collection or an Item."""
        properties = (SECRETS, path, "org.freedesktop.DBus.Properties")
        return self.call(properties, "Get", "ss", f"org.freedesktop.Secret.{kind}", name)[0][1]

    def stop_keyring(self):
        self.keyring.terminate()
        self.keyring.wait(10)
        self.keyring = None

    def kill_keyring(self):
        self.keyring.kill()
        self.keyring.wait(10)
        self.keyring = None

    def halt(self):
        """The service takes what is sent to it and answers nothing."""
        self.keyring.send_signal(signal.SIGSTOP)

    def go_on(self):
        if self.keyring:
            self.keyring.send_signal(signal.SIGCONT)

    def lock(self):
        """Locks the default collection."""
        self.call(SERVICE, "Lock", "ao", [COLLECTION])

    def unlock(self):
        """Unlocks the default collection, as a login does."""
        _, session = self.call(SERVICE, "OpenSession", "sv", "plain", ("s", ""))
        password = (session, b"", KEYRING_PASSWORD, "text/plain")
        service = (*SERVICE[:2], "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface")
        self.call(service, "UnlockWithMasterPassword", "o(oayays)", COLLECTION, password)

    def items(self):
        """The agent's items in the keyring."""
        unlocked, locked = self.call(SERVICE, "SearchItems", "a{ss}", {"application": "session-agent"})
        return unlocked + locked

    def delete_items(self):
        """Deletes the agent's items."""
        items = self.items()
        assert items, "there is nothing to delete"
        for item in items:
            self.call((SECRETS, item, "org.freedesktop.Secret.Item"), "Delete")

    def delete_collection(self):
        """Deletes the default collection with all that is in it."""
        self.call((SECRETS, COLLECTION, "org.freedesktop.Secret.Collection"), "Delete")

    def end(self):
        self._connection.close()
        if self.keyring:
            self.kill_keyring()
        self._daemon.end()
