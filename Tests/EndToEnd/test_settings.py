"""Settings and environment of an agent that runs: what SIGHUP takes into force, and whose certificates it trusts."""

import time

import pytest
from support.place import Place
from support.pool import PASSWORD, LocalPool
from support.tls import Authority
from support.waiting import until
from support.world import World


def reload(world, more, network=""):
    """Writes settings and has them read."""
    said = world.agent.log.count("were read again")
    world.place.keyfile_settings(more="", network=network)
    path = world.place.config / "session-agent" / "config.toml"
    path.write_text(path.read_text() + more)
    world.agent.reload()
    until(lambda: world.agent.log.count("were read again") > said, "the settings")


def test_the_time_given_to_a_provider_is_read_again(world):
    world.signed_in("patient")
    reload(world, "", network="request_timeout_seconds = 1")
    world.pool.fault_refresh("long", {"hang": True})
    began = time.monotonic()
    answer = world.client.post("/v1/sessions/patient/refresh")
    assert answer.status == 503 and "did not answer in time" in answer.json["detail"], answer
    assert time.monotonic() - began < 4


def test_a_request_under_way_goes_on_when_settings_are_read_again(world):
    world.signed_in("steady")
    world.pool.fault_refresh("long", {"latency_ms": 1500}, times=1)
    with world.client.connect() as connection:
        connection.send_request("POST", "/v1/sessions/steady/refresh")
        until(lambda: world.pool.control("stats")["in_flight"] > 0, "the refresh to be under way")
        reload(world, "", network="request_timeout_seconds = 3")
        answer = connection.answer(to=("POST", "/v1/sessions/steady/refresh"))
    assert answer.status == 200 and answer.json["generation"] == 2, answer


def test_a_login_goes_on_when_settings_are_read_again(world):
    world.profile("slow")
    login = world.start_login("slow", "anna")
    reload(world, "", network="request_timeout_seconds = 3")
    assert world.answer(login, PASSWORD)["step"]["kind"] == "done"


def test_the_length_of_the_event_history_is_read_again(world):
    world.signed_in("told")
    with world.agent.events() as events:
        first = events.wait("snapshot")["id"]
        for generation in range(2, 6):
            assert world.client.post("/v1/sessions/told/refresh").status == 200
        events.wait("session.refreshed", generation=5)
    with world.agent.events(last_event_id=first) as events:
        events.wait("session.refreshed", generation=5)
        assert events.events[0]["event"] == "session.refreshed"
    reload(world, "[limits]\nevent_history = 2\n")
    with world.agent.events(last_event_id=first) as events:
        events.wait("snapshot")
        assert [event["event"] for event in events.events] == ["reset", "snapshot"]


@pytest.fixture(scope="module")
def private():
    """A pool over TLS, with a certificate of an authority that nobody knows."""
    place = Place()
    authority = Authority(place.root / "tls")
    pool = LocalPool(place, tls=authority)
    pool.authority = authority
    yield pool
    pool.end()
    place.remove()


def signing_in(private, environment=(), **keys):
    """What agentctl says of a sign-in at that pool by an agent with that environment."""
    world = World(pool=private, start=False, environment=dict(environment))
    try:
        world.agent.start()
        world.profile("work", **keys)
        return world.ctl("login", "work", "--username", "anna", input=f"{PASSWORD}\n")
    finally:
        world.end()


def test_a_certificate_of_an_unknown_authority_is_trouble_that_says_what_to_do(private):
    result = signing_in(private)
    assert result.returncode == 75 and "certificate is not trusted" in result.stderr, result
    assert "ca_file" in result.stderr, result


def test_authorities_of_ssl_cert_file_are_trusted_and_those_of_the_profile_come_first(private):
    assert signing_in(private, {"SSL_CERT_FILE": private.authority.ca}).returncode == 0
    ca_file = str(private.authority.ca)
    assert signing_in(private, {"SSL_CERT_FILE": "/nonexistent/ca.pem"}, ca_file=ca_file).returncode == 0


def test_an_empty_variable_is_as_good_as_none(private):
    result = signing_in(private, {"SSL_CERT_FILE": "", "HTTPS_PROXY": "", "NO_PROXY": ""})
    assert result.returncode == 75 and "certificate is not trusted" in result.stderr, result


def test_a_file_of_authorities_that_can_not_be_read_is_named_with_who_named_it(private):
    result = signing_in(private, {"SSL_CERT_FILE": "/nonexistent/ca.pem"})
    assert result.returncode == 78 and "/nonexistent/ca.pem" in result.stderr, result
    assert "Correct SSL_CERT_FILE" in result.stderr, result
    result = signing_in(private, ca_file="/nonexistent/ca.pem")
    assert result.returncode == 78 and "Correct ca_file in the profile" in result.stderr, result
