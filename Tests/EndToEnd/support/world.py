"""A pool, an agent and a person's home, as one."""

import calendar
import time

from . import ctl
from .agent import Agent
from .place import Place
from .pool import PASSWORD, POOL, LocalPool


class World:
    """All that a test of the main job needs, by default with an agent that runs."""

    def __init__(self, log_level="info", network="", pool=None, the_seed=None, start=True, **agent):
        self.place = Place()
        self.place.keyfile_settings(log_level=log_level, network=network)
        self._others = []
        self.pool = pool or LocalPool(self.place, the_seed)
        self._owns_pool = pool is None
        self.agent = Agent(self.place, **agent)
        try:
            if start:
                self.agent.start()
        except BaseException:
            self.end()
            raise

    def end(self):
        for thing in reversed(self._others):
            thing.end()
        self.agent.end()
        if self._owns_pool:
            self.pool.end()
        self.place.remove()

    def ends_with(self, thing):
        """Ends something more at the end."""
        self._others.append(thing)
        return thing

    @property
    def client(self):
        return self.agent.client

    def ctl(self, *arguments, **more):
        return ctl.run(self.place, *arguments, **more)

    def terminal(self, *arguments, **more):
        return ctl.Terminal(self.place, *arguments, **more)

    def keys(self, client="long", **more):
        """The keys of a profile for one of the pool's clients."""
        return {"provider": "cognito", "user_pool_id": POOL, "client_id": client, "endpoint": self.pool.url, **more}

    def profile(self, name, client="long", **more):
        """Makes a profile through the socket."""
        answer = self.client.put(f"/v1/profiles/{name}", self.keys(client, **more))
        assert answer.status in (200, 201), answer
        return name

    def start_login(self, profile, username, session=None, **more):
        """Begins a login; the login object at its first step that asks for something."""
        body = {"profile": profile, "username": username, **more} | ({"session": session} if session else {})
        answer = self.client.post("/v1/logins", body)
        assert answer.status == 201, answer
        assert answer.header("location") == "/v1/logins/" + answer.json["id"], answer
        return answer.json

    def answer(self, login, value, **more):
        """Answers the login's step; the login object with the next."""
        body = {"step": login["step"]["number"], "value": value, **more}
        answer = self.client.post(f"/v1/logins/{login['id']}/answer", body)
        assert answer.status == 200, answer
        after = answer.json
        if after["step"]["number"] == login["step"]["number"]:
            waiting = f"/v1/logins/{login['id']}?wait=30&after={login['step']['number']}"
            after = self.client.get(waiting).json
        assert after["step"]["number"] > login["step"]["number"], after
        return after

    def login(self, profile, username="anna", password=PASSWORD, session=None, code=None, **more):
        """Runs a login to its end, whatever that is; the last login object."""
        login = self.start_login(profile, username, session, **more)
        if login["step"]["kind"] == "password":
            login = self.answer(login, password)
        if login["step"]["kind"] == "totp_code":
            login = self.answer(login, code or self.pool.authenticator(username=username).code())
        return login

    def sign_in(self, profile, username="anna", session=None, **more):
        """Signs in; the session's object."""
        login = self.login(profile, username, session=session, **more)
        assert login["step"]["kind"] == "done", login
        return login["step"]["session"]

    def signed_in(self, name, client="long", username="anna", **keys):
        """A profile of that name, and somebody signed in under it."""
        self.profile(name, client, **keys)
        self.sign_in(name, username)
        return name

    def until_expired(self, name):
        """Waits until the session's access token counts as expired."""
        expiry = seconds_of(self.client.session(name)["access_token_expires_at"])
        while time.time() < expiry - 0.9:
            time.sleep(0.05)


def seconds_of(time_text):
    """Seconds since 1970 of an RFC 3339 time."""
    return calendar.timegm(time.strptime(time_text, "%Y-%m-%dT%H:%M:%SZ"))
