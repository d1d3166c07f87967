"""The local pool as a process, and the seeds that tests use."""

import json
import os
import select
import socket
import urllib.error
import urllib.request

from .binaries import program
from .processes import Process
from .totp import Authenticator

POOL = "us-east-1_e2e"
PASSWORD = "Right-Horse-7"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CLIENT_SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"


def client(id, life=3600, rotation=None, secret=None, refresh_life=86400, **more):
    """An app client of the seed."""
    return {
        "id": id,
        "name": id,
        "secret": secret,
        "flows": ["ALLOW_USER_SRP_AUTH"] + ([] if rotation is not None else ["ALLOW_REFRESH_TOKEN_AUTH"]),
        "access_token_seconds": life,
        "id_token_seconds": life,
        "refresh_token_seconds": refresh_life,
        "session_seconds": 180,
        "rotation": {"enabled": rotation is not None, "grace_seconds": rotation or 0},
        "prevent_user_existence_errors": True,
        "callback_urls": [],
        "logout_urls": [],
        "scopes": ["openid"],
        **more,
    }


def user(username, password=PASSWORD, totp=None, status="CONFIRMED", enabled=True, **attributes):
    """A user of the seed."""
    person = {
        "username": username,
        "password": password,
        "status": status,
        "enabled": enabled,
        "attributes": {"email": f"{username}@example.org", "email_verified": "true", **attributes},
    }
    if totp:
        person |= {"totp_secret": totp, "preferred_mfa": "SOFTWARE_TOKEN_MFA"}
    return person


CLIENTS = (
    client("long"),
    client("minute", life=60),
    client("short", life=6),
    client("brief", life=3),
    client("middling", life=12),
    client("rotating", rotation=60),
    client("rotatingbrief", life=3, rotation=60),
    client("rotatingstrict", life=3, rotation=0),
    client("confidential", secret=CLIENT_SECRET),
    client("ending", life=3, refresh_life=5),
    client("plain", flows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]),
)
USERS = (
    user("anna"),
    user("bert"),
    user("tom", totp=TOTP_SECRET),
    user("tina", totp=TOTP_SECRET),
    user("toni", totp=TOTP_SECRET),
    user("newcomer", password="Temporary-1", status="FORCE_CHANGE_PASSWORD"),
    user("newcomer2", password="Temporary-1", status="FORCE_CHANGE_PASSWORD"),
    user("reset", status="RESET_REQUIRED"),
    user("banned", enabled=False),
    user("wrong"),
    user("wrong2"),
    user("unconfirmed", status="UNCONFIRMED"),
)


def seed(clients=CLIENTS, users=USERS, pool=POOL, mfa="OPTIONAL"):
    return {
        "user_pools": [
            {
                "id": pool,
                "name": "e2e",
                "mfa": mfa,
                "username_attributes": [],
                "alias_attributes": [],
                "case_sensitive": False,
                "auto_verified": ["email"],
                "password_policy": {
                    "minimum_length": 8,
                    "require_uppercase": True,
                    "require_lowercase": True,
                    "require_numbers": True,
                    "require_symbols": True,
                },
                "device_tracking": "off",
                "clients": list(clients),
                "users": list(users),
            }
        ],
        "identity_pools": [],
    }


def free_port():
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


MADE = {}  # what a pool of a seed has on its disk when it is new: making keys and verifiers takes most of its start


class LocalPool:
    """`localpool serve`, on a port that it keeps."""

    def __init__(self, place, the_seed=None, tls=None, public_url=None):
        self.place = place
        self.folder = place.root / "pool"
        self.seed_file = place.root / "seed.json"
        text = json.dumps(the_seed or seed())
        self.seed_file.write_text(text)
        self._tls = tls
        self._public_url = public_url
        self.port = free_port() if public_url else None
        self._process = None
        self._authenticators = {}
        pools = self.folder / "user_pools"
        for name, content in MADE.get(text, {}).items():
            pools.mkdir(mode=0o700, parents=True, exist_ok=True)
            (pools / name).write_bytes(content)
        self.start()
        MADE.setdefault(text, {path.name: path.read_bytes() for path in pools.iterdir()})

    def start(self):
        arguments = [program("localpool"), "serve", "--data", self.folder, "--seed", self.seed_file]
        if self._tls:
            arguments += ["--tls-cert", self._tls.certificate, "--tls-key", self._tls.key]
        if self._public_url:
            arguments += ["--public-url", self._public_url, "--listen", f"127.0.0.1:{self.port}"]
        out, into = os.pipe()
        self._process = Process(arguments, self.place.environment(), self.place.root / "pool.log", stdout=into)
        os.close(into)
        with os.fdopen(out) as lines:
            ready, _, _ = select.select([lines], [], [], 30)
            line = lines.readline() if ready else ""
        assert line, f"the pool did not start:\n{self._process.said()[-3000:]}"
        self.announced = json.loads(line)
        self.url = self.announced["url"]
        self.issuer = self.announced["pools"][0]["issuer"]
        self.pid = self.announced["pid"]
        self.address = f"http://127.0.0.1:{self.port}" if self._public_url else self.url

    def stop(self):
        """The pool is gone; its port is closed."""
        self._process.stop()

    def kill(self):
        self._process.kill()

    def end(self):
        self._process.end()

    def control(self, action, **members):
        """One action of `POST /_control`."""
        request = urllib.request.Request(
            self.address + "/_control",
            data=json.dumps({"action": action, **members}).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        context = self._tls.client_context() if self._tls else None
        try:
            with urllib.request.urlopen(request, timeout=10, context=context) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"_control {action} {members}: {error.code} {error.read()[:500]!r}") from None

    def fault_refresh(self, client_id, effect, times=1000):
        """A fault of the refresh, by either operation."""
        for operation in ("GetTokensFromRefreshToken", "InitiateAuth"):
            match = {"operation": operation, "client_id": client_id}
            self.control("fault", id=f"{client_id}-{operation}", match=match, times=times, effect=effect)

    def clear(self):
        self.control("clear")

    def refreshes(self):
        """How many refreshes came in so far."""
        return self.control("stats")["refreshes"]

    def requests(self, operation):
        """How many requests of an operation came in so far."""
        return self.control("stats")["requests"].get(operation, 0)

    def sent_code(self, username):
        """The code that was sent to a user last."""
        lines = (self.folder / "deliveries.jsonl").read_text().splitlines()
        return [sent["code"] for sent in map(json.loads, lines) if sent["username"] == username][-1]

    def authenticator(self, secret=TOTP_SECRET, username="tom"):
        return self._authenticators.setdefault(username, Authenticator(secret))
