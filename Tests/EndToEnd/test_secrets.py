"""Secrets are nowhere but where they must be: not in files, logs, arguments, environments, events; not in memory.

The memory part runs the release agent as it is installed, with the provider over TLS.
"""

import base64
import json
import os
import secrets
import socket
import subprocess
import threading
import time

import pytest
from support import memory
from support.binaries import program, release_folder
from support.place import Place
from support.pool import LocalPool, client, seed, user
from support.recorder import Recorder
from support.tls import Authority
from support.totp import Authenticator
from support.world import World


class Planted:
    """A world with secrets that can be recognised, its provider behind TLS."""

    def __init__(self, folder=None):
        program("session-agent", folder)
        mark = secrets.token_hex(8)
        self.password = f"Planted-Password-{mark}-1aA"
        self.client_secret = f"PlantedClientSecret{mark}"
        self.totp_secret = base64.b32encode(secrets.token_bytes(20)).decode()
        users = (user("anna", self.password, totp=self.totp_secret),)
        clients = (client("planted", life=600, rotation=60, secret=self.client_secret),)
        self.pool_place = Place()
        self.authority = Authority(self.pool_place.root / "tls")
        self.recorder = Recorder(self.authority)
        self.pool = LocalPool(self.pool_place, seed(clients, users), public_url=self.recorder.url)
        self.recorder.passes_to(self.pool.address)
        self.world = World(log_level="debug", pool=self.pool, start=False, folder=folder)
        self.world.agent.start()
        self.authenticator = Authenticator(self.totp_secret)
        self.codes = []
        self.watched = []

    def end(self):
        self.world.end()
        self.recorder.end()
        self.pool.end()
        self.pool_place.remove()

    def ctl(self, *arguments, input=""):
        """Runs agentctl and keeps what /proc says of it while it runs."""
        process = subprocess.Popen(
            [program("agentctl"), *arguments], env=self.world.place.environment(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        threading.Thread(target=self._watch, args=(process.pid,), daemon=True).start()
        out, err = process.communicate(input, timeout=60)
        assert process.returncode == 0, (arguments, out, err)
        return out + err

    def _watch(self, pid):
        try:
            while True:
                self.watched.append(arguments_and_environment(pid))
                time.sleep(0.005)
        except OSError:
            return

    def use_everything(self):
        """Everything that handles a secret, once; all that agentctl printed."""
        said = self.ctl(
            "profile", "add", "work", "--user-pool-id", "us-east-1_e2e", "--client-id", "planted", "--endpoint",
            self.recorder.url, "--set", f"ca_file={self.authority.ca}", "--client-secret-file", "-",
            input=self.client_secret + "\n",
        )
        self.codes.append(self.authenticator.code())
        wrong = self.authenticator.wrong_code()
        said += self.ctl(
            "login", "work", "--username", "anna", input=f"{self.password}\n{wrong}\n{self.codes[0]}\n"
        )
        self.codes.append(wrong)
        self.world.client.post("/v1/sessions/work/refresh")
        self.world.client.post("/v1/sessions/work/refresh?force=true")
        with self.world.client.connect() as kept:  # by a client that keeps its connection
            login = self.world.start_login("work", "anna", session="second")
            body = {"step": login["step"]["number"], "value": self.password}
            target = f"/v1/logins/{login['id']}/answer"
            kept.send_request("POST", target, body)
            answer = kept.answer(to=("POST", target)).json
            self.codes.append(self.authenticator.code())
            self.world.answer(answer, self.codes[-1])
            said += self.ctl("refresh", "second")
            said += self.ctl("logout", "second")
            said += self.ctl("status", "--json") + self.ctl("claims", "work") + self.ctl("status")
        return said

    def needles(self):
        """What must not be found. Codes with their context: six digits alone are anywhere."""
        refresh_tokens = self.recorder.refresh_tokens()
        assert len(refresh_tokens) >= 5, "the recorder saw too few refresh tokens"
        found = {"password": self.password, "client secret": self.client_secret, "TOTP secret": self.totp_secret}
        for number, token in enumerate(refresh_tokens):
            found[f"refresh token {number}"] = token
            found[f"refresh token {number}, its last part"] = token.split(".")[-1]
        for number, code in enumerate(self.codes):
            found[f"code {number} as an answer"] = f'"value":"{code}"'
            found[f"code {number} as sent"] = f'"value": "{code}"'
            found[f"code {number} to the pool"] = f'SOFTWARE_TOKEN_MFA_CODE":"{code}"'
        needles = {name: value.encode() for name, value in found.items()}
        needles |= {f"{name}, in UTF-16": value.encode("utf-16-le") for name, value in list(found.items())[:2]}
        needles |= {f"{name}, in base64": base64.b64encode(value.encode()) for name, value in list(found.items())[:2]}
        return needles


def arguments_and_environment(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as arguments, open(f"/proc/{pid}/environ", "rb") as environment:
        return arguments.read() + b"\n" + environment.read()


@pytest.fixture
def planted():
    made = []

    def make(**more):
        made.append(Planted(**more))
        return made[-1]

    yield make
    for one in made:
        one.end()


def assert_absent(needles, haystack, where):
    present = [name for name, needle in needles.items() if needle in haystack]
    assert present == [], f"in {where}: {present}"


def test_no_secret_in_any_file_log_argument_environment_or_event(planted):
    it = planted()
    with it.world.agent.events("?audit=true") as events:
        events.wait("snapshot")
        said = it.use_everything()
        events.wait("session.removed", session="second")
        needles = it.needles()
        assert_absent(needles, events.text.encode(), "the events")
    assert_absent(needles, said.encode(), "what agentctl printed")
    assert len(it.watched) > 3
    assert_absent(needles, b"\n".join(it.watched), "agentctl's arguments and environment")
    assert_absent(needles, arguments_and_environment(it.world.agent.pid), "the agent's arguments and environment")
    access = it.world.client.token("work")["token"].encode()
    files_before = it.world.place.files()
    assert it.world.place.keystore in files_before
    for path in files_before:
        content = path.read_bytes()
        assert_absent(needles, content, path)
        assert access not in content, f"the access token lies in clear in {path}"
    it.world.agent.stop()
    for path in it.world.place.files():
        assert_absent(needles, path.read_bytes(), path)
    log = it.world.agent.log
    assert "debug" in log, "the log was not at debug level"
    assert "anna" not in it.world.place.keystore.read_bytes().decode("latin-1")


def test_the_check_of_files_finds_what_is_there(planted):
    it = planted()
    it.use_everything()
    (it.world.place.state / "leak").write_text(f"x{it.password}x")
    with pytest.raises(AssertionError, match="password"):
        for path in it.world.place.files():
            assert_absent(it.needles(), path.read_bytes(), path)


@pytest.mark.parametrize("run", [1, 2, 3])
def test_five_seconds_after_use_no_secret_is_in_the_memory_of_the_release_agent(planted, root, run):
    it = planted(folder=release_folder())
    executable = os.readlink(f"/proc/{it.world.agent.pid}/exe")
    assert executable.startswith(str(release_folder().resolve())), executable
    it.use_everything()
    used = time.monotonic()
    needles = it.needles()
    while time.monotonic() - used < 5:
        time.sleep(0.05)
    # A secret on its way: half a request, which the agent holds until the rest comes.
    planted_secret = f"planted-{secrets.token_hex(16)}"
    controls = {"a passphrase half sent": planted_secret.encode()}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sender:
        sender.connect(str(it.world.place.socket))
        body = f'{{"passphrase":"{planted_secret}'
        sender.sendall(
            b"POST /v1/unlock HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\n"
            + f"Content-Length: {len(body) + 2}\r\n\r\n{body}".encode()
        )
        it.world.client.status()  # answered on the same loop, so the half request was read before
        found = memory.find(it.world.agent.pid, needles | controls)
    assert set(controls) <= set(found), "the scan does not even find what was planted: it proves nothing"
    assert set(found) == set(controls), {name: sorted(regions) for name, regions in found.items()}
    assert json.loads(it.ctl("status", "--json"))["sessions"][0]["state"] == "active"


def test_the_memory_scan_finds_a_planted_secret(root):
    """The scanner against a process that does keep a secret, at either end of a chunk."""
    secret = secrets.token_hex(16)
    keeper = subprocess.Popen(
        ["python3", "-c", "import sys; kept = sys.stdin.readline(); print('kept', flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    try:
        keeper.stdin.write(secret + "\n")
        keeper.stdin.flush()
        assert keeper.stdout.readline() == "kept\n"
        found = memory.find(keeper.pid, {"kept": secret.encode(), "never there": secrets.token_hex(16).encode()})
        assert set(found) == {"kept"}
    finally:
        keeper.kill()
        keeper.wait()
        keeper.stdin.close()
        keeper.stdout.close()
