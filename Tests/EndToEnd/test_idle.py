"""When nothing is due the agent does not wake up. The release agent as it is installed, because a debug one is linked
with another libdispatch (docs/decisions/0009).

`make idle` watches for a minute; IDLE_SECONDS says how long.
"""

import os
import time

from support import wakeups
from support.binaries import release_folder
from support.bus import Bus
from support.forwarder import Forwarder
from support.notifications import Notifications
from support.place import Place
from support.pool import LocalPool
from support.tls import Authority
from support.waiting import until

SECONDS = float(os.environ.get("IDLE_SECONDS") or 6)
NAME = "provider.example"


def test_an_idle_agent_with_three_sessions_does_not_wake_up(worlds):
    """All that ever woke libraries' queues up went before: a new keystore, a keyring that is told of rotations, TLS, a
    host found by its name, a session that needs a person and was told on the desktop."""
    pool_place = Place()
    authority = Authority(pool_place.root / "tls", names=[NAME])
    pool = LocalPool(pool_place, tls=authority, public_url=f"https://{NAME}")
    proxy = Forwarder(pool.port)
    try:
        # The provider's name is the proxy's to find; the proxy's own is found by the agent.
        variables = {"HTTPS_PROXY": f"http://localhost:{proxy.port}"}
        world = worlds(pool=pool, folder=release_folder(), start=False)
        world.place.settings('[keystore]\nkey_source = "auto"\n')
        bus = world.ends_with(Bus(world.place))
        bus.start_keyring()
        desktop = world.ends_with(Notifications(bus))
        world.agent.environment = variables | bus.environment()
        world.agent.start()
        assert not world.place.keystore.with_suffix(".sqlite.new").exists() and world.place.keystore.exists()
        for name in ("one", "two", "three"):
            world.signed_in(name, "rotating", ca_file=str(authority.ca))
        world.ctl("refresh", "two", "--force")
        assert proxy.asked and set(proxy.asked) == {f"{NAME}:443"}
        world.signed_in("moved", ca_file=str(authority.ca))
        world.profile("moved", client="minute", ca_file=str(authority.ca))
        until(lambda: desktop.shown, "the desktop to be told")
        pid = world.agent.pid
        # Connections that idle and threads without work end within seconds, the last after five.
        until(lambda: slept(pid, SECONDS), f"{SECONDS} s of sleep", seconds=3 * SECONDS)
        # And the count sees a single request.
        before = wakeups.count(pid)
        world.client.status()
        assert wakeups.between(before, wakeups.count(pid)) != []
        states = [session["state"] for session in world.client.status()["sessions"]]
        assert states == ["blocked", "active", "active", "active"]
    finally:
        proxy.end()
        pool.end()
        pool_place.remove()


def slept(pid, seconds):
    before = wakeups.count(pid)
    time.sleep(seconds)
    return wakeups.between(before, wakeups.count(pid)) == []
