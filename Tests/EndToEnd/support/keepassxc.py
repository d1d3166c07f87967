"""A real KeePassXC as the Secret Service of a private bus, without a display."""

import base64
import os
import re
import subprocess
import uuid

from .bus import SECRETS, SERVICE, THE_BUS, BusError
from .processes import Process
from .waiting import until

PASSWORD = "keepassxc password"
SETTINGS = """[General]
ConfigVersion=2
OpenPreviousDatabasesOnStartup=false
[FdoSecrets]
Enabled=true
ShowNotification=false
ConfirmDeleteItem=false
ConfirmAccessItem=false
"""


class KeePassXC:
    """With a database whose group `agent` is exposed to the Secret Service, or with none exposed: its clients hang."""

    def __init__(self, bus, exposed=True):
        self._bus = bus
        self._exposed = exposed
        self._home = bus.place.home
        self._database = self._home / "secrets.kdbx"
        self._make_database()
        self._configuration = self._home / "keepassxc.ini"
        self._configuration.write_text(SETTINGS)
        self.process = None
        self.start()

    def _cli(self, command, *arguments, answers=1):
        result = subprocess.run(
            ["/usr/bin/keepassxc-cli", command, "-q", *map(str, arguments)],
            env=self._environment(),
            input=(PASSWORD + "\n") * answers,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, (command, result)
        return result.stdout

    def _environment(self):
        return self._bus.place.environment(QT_QPA_PLATFORM="offscreen", **self._bus.environment())

    def _make_database(self):
        """The exposed group is a datum of the database that only KeePassXC's window sets: it is put in as XML."""
        file = self._home / "database.xml"
        self._cli("db-create", "-p", "-t", "100", self._database, answers=2)
        self._cli("mkdir", self._database, "agent")
        xml = self._cli("export", "-f", "xml", self._database)
        group = uuid.UUID(bytes=base64.b64decode(re.search(r"<UUID>([^<]+)</UUID>\s*<Name>agent</Name>", xml)[1]))
        item = f"<Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{{{group}}}</Value></Item>"
        file.write_text(xml.replace("</Meta>", f"<CustomData>{item if self._exposed else ''}</CustomData></Meta>", 1))
        self._database.unlink()
        self._cli("import", "-p", file, self._database, answers=2)

    def start(self):
        """With its database open."""
        (self._home / ".cache" / "keepassxc").mkdir(parents=True, exist_ok=True)
        out, into = os.pipe()
        os.write(into, PASSWORD.encode() + b"\n")
        os.close(into)
        self.process = Process(
            ["/usr/bin/keepassxc", "--pw-stdin", "--config", self._configuration, self._database],
            self._environment(),
            self._bus.place.root / "keepassxc.log",
            stdin=out,
            stdout=subprocess.DEVNULL,
        )
        os.close(out)
        until(self._is_ready, "KeePassXC")

    def _is_ready(self):
        """Whether the service is there and its database open: at first that is announced locked, whatever it exposes."""
        if not self._bus.call(THE_BUS, "NameHasOwner", "s", SECRETS)[0]:
            return False
        collection = self._bus.default_collection()
        return self._bus.is_open(collection) if self._exposed else collection is None

    def lock(self):
        """Locks the database, as its window does."""
        collection = self._bus.default_collection()
        _, prompt = self._bus.call(SERVICE, "Lock", "ao", [collection])
        self._bus.call((SECRETS, prompt, "org.freedesktop.Secret.Prompt"), "Prompt", "s", "")
        until(lambda: not self._bus.is_open(collection), "KeePassXC to lock")

    def prompts(self):
        """How many prompts it has made that are not done."""
        place = (SECRETS, "/org/freedesktop/secrets/prompt", "org.freedesktop.DBus.Introspectable")
        try:
            return self._bus.call(place, "Introspect")[0].count("<node name=")
        except BusError:  # there is not even the place for them
            return 0

    def kill(self):
        """SIGKILL; SIGTERM asks a question that nobody answers."""
        self.process.kill()

    def end(self):
        self.kill()
