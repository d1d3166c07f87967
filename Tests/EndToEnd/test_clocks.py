"""The unmodified agent on clocks that are wrong, that are set, and that slept."""

import time

import pytest
from support.bus import Bus
from support.clocks import Clocks
from support.logind import Logind
from support.pool import client, seed
from support.waiting import until
from support.world import World

DAY = 86400


@pytest.fixture
def world():
    world = World(start=False, the_seed=seed(clients=[client("long", refresh_life=30 * DAY)]))
    world.clocks = Clocks(world)
    yield world
    world.end()


def corrections(world):
    entries = world.client.get("/v1/sessions/work/journal").json["entries"]
    return [entry["cause"]["code"] for entry in entries if entry["event"] == "clock_corrected"]


@pytest.mark.parametrize("off", [7200, -7200])
def test_setting_the_clock_makes_no_refresh_and_no_token_dead(world, off):
    world.agent.start()
    world.signed_in("work")
    before = world.client.token("work")
    world.clocks.set(civil=off)
    after = world.client.token("work")
    assert after["token"] == before["token"] and before["expires_in"] - 5 <= after["expires_in"] <= before["expires_in"]
    world.agent.restart()
    again = world.client.token("work")
    assert again["token"] == before["token"] and again["expires_in"] <= before["expires_in"]
    assert world.pool.refreshes() == 0
    assert world.client.session("work")["state"] == "active"


@pytest.mark.parametrize("off", [7200, -7200])
def test_on_a_clock_that_is_hours_off_everything_works_and_it_is_said(world, off):
    world.clocks.set(civil=off)
    world.agent.start()
    world.signed_in("work")
    assert 3590 <= world.client.token("work")["expires_in"] <= 3600
    until(lambda: corrections(world) == ["clock_off"], "the journal to tell")
    assert "clock is 2 h" in world.ctl("explain", "work").stdout
    assert abs(world.client.session("work")["clock_skew_seconds"] + off) <= 2
    assert world.client.post("/v1/sessions/work/refresh").json["generation"] == 2
    assert world.pool.refreshes() == 1


@pytest.mark.parametrize("ahead, words", [(7200, "2 h behind"), (-7200, "2 h ahead of")])
def test_the_times_that_a_person_reads_are_reckoned_by_the_providers_clock(world, ahead, words):
    world.agent.start()
    world.pool.control("clock", offset_seconds=ahead)
    world.signed_in("work")
    shown = world.ctl("status").stdout
    assert "in 60 min" in shown and f"This machine's clock is {words} the provider's." in shown
    assert "expires in 60 min" in world.ctl("refresh", "work").stdout


def test_after_a_day_of_suspend_a_request_gets_a_fresh_token(world):
    world.agent.start()
    world.signed_in("work")
    world.clocks.suspend(DAY)
    begin = time.monotonic()
    token = world.client.token("work")
    assert token["generation"] == 2 and token["expires_in"] > 3500
    assert time.monotonic() - begin < 1
    assert world.pool.refreshes() == 1


def test_after_a_day_of_suspend_logind_wakes_the_agent(world):
    bus = world.ends_with(Bus(world.place))
    logind = world.ends_with(Logind(bus))
    world.agent.environment |= {"DBUS_SYSTEM_BUS_ADDRESS": bus.address}
    world.agent.start()
    world.signed_in("work")
    until(lambda: listens(bus), "the agent to listen")
    logind.prepare_for_sleep(True)
    world.clocks.suspend(DAY)
    assert world.pool.refreshes() == 0
    logind.prepare_for_sleep(False)
    begin = time.monotonic()
    until(lambda: world.client.session("work")["generation"] == 2, "the refresh", 10)
    assert time.monotonic() - begin < 1.5
    assert world.pool.refreshes() == 1


def listens(bus):
    """Whether the agent is on the bus (beside logind and who asks)."""
    return bus.connections() >= 3
