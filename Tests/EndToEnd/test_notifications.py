"""The desktop is told when a person is needed: once, of no secret, and nobody waits for it."""

import time

import pytest
from support.bus import Bus
from support.notifications import Notifications
from support.waiting import until

REFUSAL = {"error": "SomethingNewException", "message": "<b>never</b> & nowhere", "status": 400}
ENDED, BLOCKED = "Session work needs you to sign in", "Session work is blocked"
NOBODY = "nobody can be told on the desktop"


@pytest.fixture
def desktop(worlds):
    """A world whose agent has a session bus; by default with a notification service on it."""

    def make(*arguments, notify=True, serves=True, **options):
        world = worlds(start=False)
        world.place.keyfile_settings(notify=notify)
        world.bus = world.ends_with(Bus(world.place))
        service = world.ends_with(Notifications(world.bus, *arguments, **options)) if serves else None
        world.agent.environment = world.bus.environment()
        world.agent.start()
        return world, service

    return make


def refuse(world, name="work"):
    """Has a refresh refused, not for good; how long its answer took."""
    world.pool.fault_refresh("long", REFUSAL)
    began = time.monotonic()
    answer = world.client.post(f"/v1/sessions/{name}/refresh?force=true")
    took = time.monotonic() - began
    assert answer.status == 502, answer
    assert world.client.session(name)["state"] == "blocked"
    world.pool.clear()
    return took


def end(world, name="work"):
    """Has the session end."""
    world.pool.control("revoke", username="anna")
    assert world.client.post(f"/v1/sessions/{name}/refresh?force=true").status == 401


def test_a_session_that_comes_to_need_a_person_is_told_once_and_taken_back_when_it_is_well(desktop):
    world, service = desktop()
    world.signed_in("work")
    assert service.asked == []  # nothing of it was needed
    refuse(world)
    until(lambda: service.shown, "the first notification")
    end(world)
    until(lambda: len(service.told) == 2, "the second")
    for _ in range(3):
        assert world.client.get("/v1/sessions/work/token").status == 401
    application, replaced, _, summary, body, actions, hints, expiry = service.told[1]
    assert (application, summary, actions, expiry) == ("session-agent", ENDED, [], 0)
    assert hints == {"urgency": ("y", 1)}
    assert body == "The provider revoked the session's refresh token. Run: agentctl login work"
    assert replaced == 1 and service.summaries == [ENDED]
    world.sign_in("work")
    until(lambda: not service.shown, "it to be taken back")
    assert [arguments[3] for arguments in service.told] == [BLOCKED, ENDED]
    assert "eyJ" not in str(service.told)  # no part of a token


@pytest.mark.parametrize(
    "capabilities, words",
    [(["body", "body-markup"], "&lt;b&gt;never&lt;/b&gt; &amp; nowhere"), (["body"], "<b>never</b> & nowhere")],
    ids=["markup", "plain"],
)
def test_what_a_provider_says_is_shown_as_it_is_and_is_no_markup(desktop, capabilities, words):
    world, service = desktop(capabilities)
    world.signed_in("work")
    refuse(world)
    until(lambda: service.shown, "the notification")
    assert words in service.told[0][4] and service.told[0][4].endswith("See: agentctl explain work")


def test_one_who_signs_out_is_told_nothing(desktop):
    world, service = desktop()
    for name in ("work", "other"):
        world.signed_in(name)
    refuse(world, "other")
    until(lambda: service.shown, "the notification of the other session")
    for name in ("work", "other"):
        assert world.client.delete(f"/v1/sessions/{name}").status == 200
    until(lambda: not service.shown, "it to be taken back")
    assert len(service.told) == 1


def test_the_setting_silences_it_and_a_reload_takes_it_into_force(desktop):
    world, service = desktop(notify=False)
    world.signed_in("work")
    refuse(world)
    connections = world.bus.connections(world.agent.pid)
    world.place.keyfile_settings(notify=True)
    world.agent.reload()
    until(lambda: service.summaries == [BLOCKED], "what is needed to be shown")
    assert world.bus.connections(world.agent.pid) == connections + 1  # there was none for it before
    world.place.keyfile_settings(notify=False)
    world.agent.reload()
    until(lambda: not service.shown, "it to be taken away")
    assert len(service.told) == 1


def test_a_service_that_hangs_holds_nobody_up_and_shows_what_is_still_needed_when_it_goes_on(desktop):
    world, service = desktop(silent=True)
    for name in ("work", "other", "third"):
        world.signed_in(name)
    assert max(refuse(world, name) for name in ("work", "other", "third")) < 1
    until(lambda: service.asked, "it to be asked")
    assert world.client.token("work")["generation"] == 1
    assert world.client.delete("/v1/sessions/third").status == 200
    until(lambda: NOBODY in world.agent.log, "the log to say so", 10)
    assert service.asked == ["GetCapabilities"]
    service.go_on()
    until(lambda: len(service.shown) == 2, "what is still needed")
    assert service.summaries == ["Session other is blocked", BLOCKED]
    assert world.agent.log.count(NOBODY) == 1 and "does not answer" in world.agent.log


def test_an_agent_ends_at_once_beside_a_service_that_hangs(desktop):
    world, service = desktop(silent=True)
    world.signed_in("work")
    refuse(world)
    until(lambda: service.asked, "it to be asked")
    began = time.monotonic()
    world.agent.stop()
    assert time.monotonic() - began < 2


def test_without_a_service_it_is_said_once_and_one_that_comes_is_told(desktop):
    world, _ = desktop(serves=False)
    for name in ("work", "other"):
        world.signed_in(name)
    assert max(refuse(world, name) for name in ("work", "other")) < 1
    until(lambda: NOBODY in world.agent.log, "the log to say so")
    end(world)
    assert world.client.get("/v1/sessions/work/token").status == 401
    service = world.ends_with(Notifications(world.bus))
    until(lambda: len(service.shown) == 2, "the notifications")
    assert service.summaries == ["Session other is blocked", ENDED]
    assert world.agent.log.count(NOBODY) == 1 and "no notification service" in world.agent.log
    # What was shown is not shown again by a successor, which knows nothing of it, and nobody waits for that.
    service.end()
    successor = world.ends_with(Notifications(world.bus))
    world.sign_in("work")
    refuse(world)
    until(lambda: successor.shown, "what is new")
    assert successor.summaries == [BLOCKED] and successor.asked == ["GetCapabilities", "Notify"]


def test_a_service_that_refuses_is_named_once_and_not_asked_again_by_itself(desktop):
    world, service = desktop(refuses=True)
    world.signed_in("work")
    refuse(world)
    until(lambda: NOBODY in world.agent.log, "the log to say so")
    world.client.status()
    assert len(service.told) == 1
    end(world)
    until(lambda: len(service.told) == 2, "the next occasion")
    assert world.agent.log.count(NOBODY) == 1 and "too many" in world.agent.log


def test_without_a_bus_nothing_is_told_and_it_is_said_once(worlds):
    world = worlds(start=False)
    world.place.keyfile_settings(notify=True)
    world.agent.start()
    world.signed_in("work")
    assert refuse(world) < 1
    end(world)
    until(lambda: NOBODY in world.agent.log, "the log to say so")
    assert world.agent.log.count(NOBODY) == 1 and "no session bus" in world.agent.log
