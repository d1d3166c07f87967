"""A private D-Bus, and a real gnome-keyring on it."""

import os
import subprocess

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


SECRETS = "org.freedesktop.secrets"
COLLECTION = "/org/freedesktop/secrets/collection/login"


class Bus:
    """dbus-daemon for one home."""

    def __init__(self, place):
        self.place = place
        self.address = f"unix:path={place.root}/bus"
        configuration = place.root / "bus.conf"
        configuration.write_text(BUS.format(path=place.root / "bus"))
        self._daemon = Process(
            ["/usr/bin/dbus-daemon", f"--config-file={configuration}", "--nofork", "--nopidfile"],
            place.environment(),
            place.root / "bus.log",
            stdout=subprocess.DEVNULL,
        )
        self.keyring = None
        until(lambda: self._call("org.freedesktop.DBus", "/", "org.freedesktop.DBus.GetId"), "the bus")

    def environment(self):
        return {"DBUS_SESSION_BUS_ADDRESS": self.address}

    def _call(self, destination, path, method, *arguments):
        """What a method answers, in dbus-send's words; None for an error."""
        result = subprocess.run(
            ["/usr/bin/dbus-send", f"--bus={self.address}", f"--dest={destination}", "--print-reply", path, method,
             *arguments],
            env=self.place.environment(),
            capture_output=True,
            text=True,
        )
        return result.stdout if result.returncode == 0 else None

    def start_keyring(self):
        """gnome-keyring-daemon with an open default collection."""
        out, into = os.pipe()
        os.write(into, b"keyring password")
        os.close(into)
        self.keyring = subprocess.Popen(
            ["/usr/bin/gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            env=self.place.environment(**self.environment()),
            stdin=out,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(out)
        service, path = SECRETS, "/org/freedesktop/secrets"
        alias = "org.freedesktop.Secret.Service.ReadAlias"
        until(lambda: "collection" in (self._call(service, path, alias, "string:default") or ""), "the keyring")

    def stop_keyring(self):
        self.keyring.terminate()
        self.keyring.wait(10)
        self.keyring = None

    def lock(self):
        """Locks the default collection."""
        method = "org.freedesktop.Secret.Service.Lock"
        assert self._call(SECRETS, "/org/freedesktop/secrets", method, f"array:objpath:{COLLECTION}") is not None

    def delete_collection(self):
        """Deletes the default collection with all that is in it."""
        assert self._call(SECRETS, COLLECTION, "org.freedesktop.Secret.Collection.Delete") is not None

    def end(self):
        if self.keyring:
            self.stop_keyring()
        self._daemon.end()
