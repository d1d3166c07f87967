"""The network goes and comes back: heard from the kernel, in a network namespace."""

import time

import pytest
from support.namespace import connect, disconnect, own_network
from support.waiting import until
from support.world import World


@pytest.fixture
def world(root):
    with own_network():
        connect()
        world = World()
        yield world
        world.end()


def test_the_network_is_back_and_the_session_is_fresh_without_anybody_asking(world):
    world.signed_in("work", "brief")
    with world.agent.events() as events:
        world.pool.fault_refresh("brief", {"status": 503, "headers": {"Retry-After": "600"}, "body": "busy"})
        events.wait("session.offline")
        disconnect()
        events.wait("network.changed", network="offline")
        assert world.client.status()["agent"]["network"] == "offline"
        world.pool.clear()
        generation = world.client.session("work")["generation"]
        time.sleep(0.5)  # nothing is to happen by itself: the provider asked for ten minutes
        assert world.client.session("work")["generation"] == generation
        connect()
        begin = time.monotonic()
        until(lambda: world.client.session("work")["generation"] > generation, "a fresh token", 10)
        assert time.monotonic() - begin < 2
        events.wait("network.changed", network="online")


def test_a_network_that_flaps_makes_no_storm(world):
    world.signed_in("work", "brief")
    world.pool.fault_refresh("brief", {"status": 503, "headers": {"Retry-After": "600"}, "body": "busy"})
    until(lambda: world.client.session("work")["state"] == "offline", "the first failure")
    before = world.pool.control("stats")["requests"]
    for _ in range(12):
        disconnect()
        connect()
        time.sleep(0.25)  # longer than the agent lets a change settle
    after = world.pool.control("stats")["requests"]
    name = "GetTokensFromRefreshToken"
    total = lambda requests: requests.get(name, 0) + requests.get("InitiateAuth", 0)
    assert 1 <= total(after) - total(before) <= 2
