"""scripts/install and scripts/uninstall, from an empty PREFIX."""

import os
import pathlib
import re
import subprocess

import pytest


class Installation:
    def __init__(self, repository, home, prefix):
        self.repository, self.home, self.prefix = repository, home, prefix
        real_home = pathlib.Path.home()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            # git's own settings stay those of whoever runs the tests.
            "GIT_CONFIG_GLOBAL": os.environ.get("GIT_CONFIG_GLOBAL", str(real_home / ".gitconfig")),
        }
        if prefix is not None:
            self.environment["PREFIX"] = str(prefix)

    def run(self, script, *arguments):
        return subprocess.run(
            [self.repository / "scripts" / script, *arguments], env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=1800)

    def files(self):
        """Every file below home and prefix with its mode, SwiftPM's own caches aside."""
        roots = {self.home, self.prefix or self.home}
        found = {}
        for root in roots:
            for path in root.rglob("*"):
                if path.is_file() and not {".cache", ".swiftpm"} & set(path.relative_to(root).parts):
                    found[str(path.relative_to(root))] = oct(path.stat().st_mode & 0o7777)
        return found


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


PROGRAMS = {f"bin/{name}": "0o755" for name in ("agentctl", "localpool", "session-agent")}
COMPLETIONS = {
    "share/bash-completion/completions/agentctl": "0o644",
    "share/zsh/site-functions/_agentctl": "0o644",
    "share/fish/vendor_completions.d/agentctl.fish": "0o644",
}
UNITS = ("session-agent.service", "session-agent.socket")


def test_into_an_empty_prefix_twice_and_away_again(repository, home, tmp_path):
    prefix = tmp_path / "prefix"
    installation = Installation(repository, home, prefix)
    for _ in range(2):
        done = installation.run("install")
        assert done.returncode == 0, done.stdout + done.stderr
        assert installation.files() == PROGRAMS | COMPLETIONS | {f"lib/systemd/user/{unit}": "0o644" for unit in UNITS}

    service = (prefix / "lib/systemd/user/session-agent.service").read_text()
    assert f"ExecStart={prefix}/bin/session-agent\n" in service
    assert not re.search(r"@[A-Z]+@", service)

    done = installation.run("uninstall")
    assert done.returncode == 0, done.stderr
    assert installation.files() == {}
    assert not prefix.exists()


def test_into_a_home_by_default(repository, home):
    installation = Installation(repository, home, None)
    done = installation.run("install")
    assert done.returncode == 0, done.stdout + done.stderr
    expected = {f".local/{path}": mode for path, mode in (PROGRAMS | COMPLETIONS).items()}
    expected |= {f".config/systemd/user/{unit}": "0o644" for unit in UNITS}
    assert installation.files() == expected
    for folder in (".config", ".local/share", ".local/state"):
        assert (home / folder / "session-agent").stat().st_mode & 0o777 == 0o700, "the unit may write here only"

    (home / ".local/share/session-agent/keystore.sqlite").write_text("mine")
    assert installation.run("uninstall").returncode == 0
    assert list(installation.files()) == [".local/share/session-agent/keystore.sqlite"]


def test_the_installed_programs_run_without_a_toolchain(repository, programs):
    for name in ("session-agent", "localpool", "agentctl"):
        needed = subprocess.run(
            ["readelf", "--dynamic", programs / name], capture_output=True, text=True, check=True).stdout
        libraries = re.findall(r"NEEDED.*\[(.*)\]", needed)
        assert not [library for library in libraries if "swift" in library.lower() or "Foundation" in library], name


def analyze(*arguments, home):
    """systemd-analyze of the user's manager, in a runtime folder of its own."""
    run = home / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    return subprocess.run(
        ["systemd-analyze", "--user", "--no-pager", *arguments], capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": str(run), "LC_ALL": "C.UTF-8"})


@pytest.fixture
def units(repository, home):
    """The units, filled in as scripts/install does it, with a program that exists."""
    folder = home / "units"
    folder.mkdir()
    source = repository / "contrib" / "systemd" / "user"
    text = (source / "session-agent.service.in").read_text()
    for name, value in {"BINDIR/session-agent": "/bin/true"}.items():
        text = text.replace(f"@{name.replace('/', '@/')}", value)
    text = re.sub(r"@(DATA|STATE|CONFIG)DIR@", "%h/session-agent", text)
    (folder / "session-agent.service").write_text(text)
    (folder / "session-agent.socket").write_text((source / "session-agent.socket").read_text())
    return folder


def test_systemd_finds_nothing_wrong_with_the_units(units, home):
    done = analyze("verify", *(units / unit for unit in UNITS), home=home)
    # A key that it does not know is a line of text, not a code.
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_systemd_names_a_key_that_it_does_not_know(units, home):
    service = units / "session-agent.service"
    service.write_text(service.read_text().replace("NoNewPrivileges=", "NoNewPrivilege="))
    done = analyze("verify", service, home=home)
    assert "NoNewPrivilege" in done.stdout + done.stderr


def test_the_service_is_hardened(units, home):
    done = analyze("security", "--offline=true", units / "session-agent.service", home=home)
    level = re.search(r"Overall exposure level .*: ([0-9.]+)", done.stdout)
    assert level, done.stdout + done.stderr
    assert float(level.group(1)) <= 2.7, done.stdout
