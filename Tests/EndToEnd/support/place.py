"""A private home for the processes of one test."""

import os
import pathlib
import shutil
import tempfile


class Place:
    """Folders under a short path, because a socket's path has at most 107 bytes."""

    def __init__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="sa-", dir="/tmp"))
        self.home = self._folder("home")
        self.run = self._folder("run")
        self.config = self._folder("config")
        self.data = self._folder("data")
        self.state = self._folder("state")
        self.tmp = self._folder("tmp")
        self.profiles = self._folder("config/session-agent/profiles.d")
        self.socket = self.run / "session-agent" / "agent.sock"
        self.keystore = self.data / "session-agent" / "keystore.sqlite"

    def _folder(self, name):
        folder = self.root / name
        folder.mkdir(parents=True, mode=0o700)
        return folder

    def environment(self, **more):
        """All that a process of this home sees; nothing of the environment that the tests run in."""
        variables = {
            "HOME": self.home,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "TMPDIR": self.tmp,
            "XDG_RUNTIME_DIR": self.run,
            "XDG_CONFIG_HOME": self.config,
            "XDG_DATA_HOME": self.data,
            "XDG_STATE_HOME": self.state,
        }
        variables.update(more)
        return {name: str(value) for name, value in variables.items() if value is not None}

    def settings(self, text):
        """Writes config.toml."""
        path = self.config / "session-agent" / "config.toml"
        path.write_text(text)
        return path

    def keyfile_settings(self, more="", log_level="info", network="", notify=False):
        """The usual settings of a test: a key file opens the store, nobody is asked."""
        return self.settings(
            f'log_level = "{log_level}"\n{more}\n'
            f'[keystore]\nkey_source = "keyfile"\nkeyfile = "{self.root}/key"\n'
            f"[login]\nnotify = {toml(notify)}\n[network]\n{network}\n"
        )

    def profile_file(self, name, **keys):
        """Writes a profile's TOML file."""
        path = self.profiles / f"{name}.toml"
        path.write_text("".join(f"{key} = {toml(value)}\n" for key, value in keys.items()))
        return path

    def files(self):
        """Every regular file below."""
        return [path for path in self.root.rglob("*") if path.is_file() and not path.is_symlink()]

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


def toml(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(item) for item in value) + "]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_root():
    return os.geteuid() == 0
