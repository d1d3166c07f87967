"""Clients that do not keep to the rules harm nobody else."""

import os
import resource
import socket
import threading
import time

import pytest
from support import conformance
from support.waiting import until
from support.wire import Connection, request_bytes


@pytest.fixture(scope="module", autouse=True)
def work(shared):
    return shared.signed_in("work")


@pytest.fixture(autouse=True)
def still_answers(shared, work):
    """Whatever a test did, a good client is answered afterwards."""
    yield
    assert shared.client.token(work)["generation"] >= 1


def raw(shared, data, target=("", "")):
    """Sends bytes and returns the answer."""
    with Connection(shared.place.socket) as connection:
        try:
            connection.send(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # closed already: the answer is there to be read
        return connection.answer(to=target), connection.at_end()


MALFORMED = {
    "garbage": b"\x00\x01\x02\xff garbage\r\n\r\n",
    "a TLS hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64) + b"\r\n\r\n",
    "no version": b"GET /v1/status\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "two Hosts": b"GET /v1/status HTTP/1.1\r\nHost: agent\r\nHost: agent\r\n\r\n",
    "no Host": b"GET /v1/status HTTP/1.1\r\n\r\n",
    "a bare LF in the head": b"GET /v1/status HTTP/1.1\nHost: agent\n\n",
    "one bare LF": b"GET /v1/status HTTP/1.1\r\nHost: agent\nX: y\r\n\r\n",
    "obs-fold": b"GET /v1/status HTTP/1.1\r\nHost: agent\r\nX: a\r\n b\r\n\r\n",
    "length and encoding": b"POST /v1/unlock HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "two lengths": b"POST /v1/unlock HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length that is none": b"POST /v1/unlock HTTP/1.1\r\nHost: agent\r\nContent-Length: two\r\n\r\n{}",
    "a negative length": b"POST /v1/unlock HTTP/1.1\r\nHost: agent\r\nContent-Length: -2\r\n\r\n{}",
    "a broken chunk": b"POST /v1/unlock HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "two codings": b"POST /v1/unlock HTTP/1.1\r\nHost: agent\r\nContent-Type: application/json\r\n"
    b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a space before the colon": b"GET /v1/status HTTP/1.1\r\nHost : agent\r\n\r\n",
    "a NUL in the target": b"GET /v1/sta\x00tus HTTP/1.1\r\nHost: agent\r\n\r\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_no_request_is_answered_400_and_closed(shared, name):
    answer, closed = raw(shared, MALFORMED[name])
    assert (answer.status, answer.code) == (400, "invalid_request"), answer
    assert closed


def test_a_target_that_is_no_path_is_answered_400(shared):
    for target in ("http://elsewhere/v1/status", "*", "v1/status", "agent:80"):
        with Connection(shared.place.socket) as connection:
            connection.send(f"GET {target} HTTP/1.1\r\nHost: agent\r\n\r\n".encode())
            answer = connection.answer(to=("", ""))
            assert (answer.status, answer.code) == (400, "invalid_request"), (target, answer)


def test_a_second_request_behind_a_malformed_one_is_never_looked_at(shared):
    data = MALFORMED["length and encoding"] + request_bytes("POST", "/v1/lock")
    answer, closed = raw(shared, data)
    assert answer.status == 400 and closed
    assert shared.client.status()["agent"]["keystore"]["state"] == "unlocked"


@pytest.mark.parametrize("host", ["evil.example.org", "127.0.0.1", "agent:80", "agent.example.org", "[::1]", ""])
def test_a_foreign_host_is_denied(shared, host):
    answer = shared.client.get("/v1/status", host=host)
    assert (answer.status, answer.code) in ((403, "denied"), (400, "invalid_request")), answer
    assert answer.status == 403 or host == ""


@pytest.mark.parametrize("host", ["agent", "localhost", "Agent"])
def test_our_own_hosts_are_taken(shared, host):
    assert shared.client.get("/v1/status", host=host).status == 200


@pytest.mark.parametrize(
    "header",
    [
        ("Origin", "http://agent"), ("Origin", "null"), ("Referer", "http://agent/"), ("Sec-Fetch-Site", "none"),
        ("Sec-Fetch-Mode", "cors"), ("sec-fetch-dest", "empty"),
    ],
)
def test_requests_of_web_pages_are_denied(shared, header):
    answer = shared.client.get("/v1/status", headers=[header])
    assert (answer.status, answer.code) == (403, "denied"), answer
    answer = shared.client.post("/v1/sessions/work/refresh", headers=[header])
    assert (answer.status, answer.code) == (403, "denied"), answer


def test_no_cors_header_is_ever_sent(shared):
    for answer in (
        shared.client.get("/v1/status"),
        shared.client.get("/v1/status", headers=[("Origin", "http://evil.example.org")]),
        shared.client.request("OPTIONS", "/v1/status", headers=[("Access-Control-Request-Method", "POST")]),
    ):
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")], answer


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", None])
@pytest.mark.parametrize("target", ["/v1/unlock", "/v1/logins"])
def test_another_content_type_than_json_is_refused(shared, target, media_type):
    headers = [("Content-Type", media_type)] if media_type else []
    answer = shared.client.request("POST", target, b"{}", headers=headers + [("Content-Length", "2")])
    assert (answer.status, answer.code) == (415, "invalid_request"), answer


def test_a_second_content_type_does_not_pass(shared):
    for types in (["application/json", "text/plain"], ["text/plain", "application/json"]):
        headers = [("Content-Type", media_type) for media_type in types] + [("Content-Length", "2")]
        assert shared.client.request("POST", "/v1/unlock", b"{}", headers=headers).status == 415


def test_white_space_around_a_value_is_no_part_of_it(shared):
    headers = [("Content-Type", " \tapplication/json \t")]
    assert shared.client.request("POST", "/v1/unlock", b"{}", headers=headers, host="\tagent ").status == 200


def test_json_with_a_charset_is_json(shared):
    headers = [("Content-Type", "application/json; charset=utf-8")]
    assert shared.client.request("POST", "/v1/unlock", b"{}", headers=headers).status == 200


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"x"', b"{}{}", b'{"passphrase":1}', b'{"passphrase":"a","passphrase":"b"}', b"\xff\xfe",
     b'{"passphrase":"\xff"}', b'{"a":' * 5000, b"[" * 30000],
)
def test_bodies_that_are_no_such_object(shared, body):
    answer = shared.client.request("POST", "/v1/unlock", body, headers=[("Content-Type", "application/json")])
    assert (answer.status, answer.code) == (400, "invalid_request"), answer


@pytest.mark.parametrize(
    "method, target", [("DELETE", "/v1/status"), ("POST", "/v1/sessions"), ("PUT", "/v1/sessions/work"),
                       ("GET", "/v1/lock"), ("PATCH", "/v1/profiles/work"), ("DELETE", "/v1/events"),
                       ("GET", "/v1/logins"), ("OPTIONS", "/v1/status"), ("PROPFIND", "/v1/status")],
)
def test_a_wrong_method_names_the_right_ones(shared, method, target):
    answer = shared.client.request(method, target)
    assert (answer.status, answer.code) == (405, "invalid_request"), answer
    assert answer.header("allow"), answer


@pytest.mark.parametrize(
    "target",
    ["/", "/v1", "/v1/", "/v2/status", "/v1/status/", "/v1//status", "/status", "/v1/sessions/work/token/x",
     "/v1/sessions/work/journal/x", "/v1/sessions/work/aws-credentials", "/v1/forwards",
     "/v1/sessions/work/dpop-proof", "/v1/profiles/work/account/nosuch", "/../v1/status", "/v1/../v1/status"],
)
def test_unknown_routes_and_those_not_built_yet(shared, target):
    for method in ("GET", "POST"):
        answer = shared.client.request(method, target)
        assert (answer.status, answer.code) == (404, "not_found"), answer


@pytest.mark.parametrize(
    "name", ["%2Fwork", "work%2F", "a%2Fb", "work%00", "%00", "work%ff", "wo%20rk", "..", ".", "%2e%2e", "-work",
             "w" * 65, "%", "%zz", "%u0041", "work%252F"],
)
@pytest.mark.parametrize("route", ["/v1/sessions/{}", "/v1/sessions/{}/token", "/v1/profiles/{}"])
def test_names_that_are_none_are_refused(shared, route, name):
    answer = shared.client.get(route.format(name))
    assert answer.status in (400, 404) and answer.code in ("invalid_request", "not_found"), answer


def test_one_percent_decoding_and_no_more(shared):
    assert shared.client.get("/v1/sessions/%77ork").json["name"] == "work"
    assert shared.client.get("/v1/sessions/%2577ork").status in (400, 404)


def test_a_head_of_16_kib_passes_and_a_larger_one_is_431(shared):
    fits = [("X-Filler", "a" * 16000)]
    assert shared.client.get("/v1/status", headers=fits).status == 200
    for headers in ([("X-Filler", "a" * 20000)], [(f"X-{n}", "a" * 100) for n in range(200)]):
        answer = shared.client.get("/v1/status", headers=headers)
        assert (answer.status, answer.code) == (431, "too_large") and answer.closes, answer
    answer = shared.client.get("/v1/sessions/" + "a" * 20000)
    assert (answer.status, answer.code) == (431, "too_large"), answer


def test_an_endless_head_is_cut_off(shared):
    with Connection(shared.place.socket) as connection:
        connection.send(b"GET /v1/status HTTP/1.1\r\nHost: agent\r\n")
        answer = None
        try:
            for _ in range(10_000):
                connection.send(b"X: " + b"a" * 1000 + b"\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = connection.answer(to=("GET", "/v1/status"))
        assert (answer.status, answer.code) == (431, "too_large"), answer


def test_a_body_of_64_kib_passes_and_a_larger_one_is_413(shared):
    padding = b" " * (64 * 1024 - 2)
    headers = [("Content-Type", "application/json")]
    assert shared.client.request("POST", "/v1/unlock", b"{}" + padding, headers=headers).status == 200
    answer = shared.client.request("POST", "/v1/unlock", b"{}" + padding + b" ", headers=headers)
    assert (answer.status, answer.code) == (413, "too_large"), answer


def test_a_body_said_to_be_huge_is_refused_before_it_comes(shared):
    with Connection(shared.place.socket) as connection:
        headers = [("Content-Type", "application/json"), ("Content-Length", str(10**12))]
        connection.send(request_bytes("POST", "/v1/unlock", None, headers))
        answer = connection.answer(to=("POST", "/v1/unlock"))
        assert (answer.status, answer.code) == (413, "too_large") and answer.closes, answer


def test_an_endless_chunked_body_is_cut_off(shared):
    with Connection(shared.place.socket) as connection:
        headers = [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")]
        connection.send(request_bytes("POST", "/v1/unlock", None, headers))
        try:
            for _ in range(10_000):
                connection.send(b"400\r\n" + b" " * 1024 + b"\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = connection.answer(to=("POST", "/v1/unlock"))
        assert (answer.status, answer.code) == (413, "too_large"), answer


def test_half_sent_requests_of_every_route_end_with_408_after_ten_seconds(shared):
    """All at once, one connection a route; meanwhile a good client is answered as ever."""
    began = time.monotonic()
    waiting = []
    for method, path in conformance.operations():
        connection = Connection(shared.place.socket)
        target = conformance.filled(path, "0" * 32)
        connection.send(f"{method.upper()} {target} HTTP/1.1\r\nHost: ag".encode())
        waiting.append((connection, method.upper(), target))
    body = Connection(shared.place.socket)
    body.send_request("POST", "/v1/unlock", None, [("Content-Type", "application/json"), ("Content-Length", "10")])
    body.send(b"{")
    waiting.append((body, "POST", "/v1/unlock"))
    drip = Connection(shared.place.socket)
    drip.send(b"GET /v1/status HTTP/1.1\r\nHost: agent\r\nX: ")
    stop = threading.Event()
    threading.Thread(target=drip_slowly, args=(drip, stop), daemon=True).start()
    waiting.append((drip, "GET", "/v1/status"))
    slowest = 0.0
    while time.monotonic() - began < 9:
        before = time.monotonic()
        shared.client.token("work")
        slowest = max(slowest, time.monotonic() - before)
    assert slowest < 0.5, slowest
    for connection, method, target in waiting:
        answer = connection.answer(to=(method, target))
        assert (answer.status, answer.code) == (408, "invalid_request") and answer.closes, answer
        assert 9.5 < time.monotonic() - began < 13
        connection.close()
    stop.set()


def drip_slowly(connection, stop):
    while not stop.wait(0.5):
        try:
            connection.send(b"x")
        except OSError:
            return


def test_an_idle_connection_is_left_alone_and_keep_alive_works(shared):
    with Connection(shared.place.socket) as connection:
        for _ in range(3):
            connection.send_request("GET", "/v1/sessions/work")
            assert connection.answer(to=("GET", "/v1/sessions/work")).status == 200
        connection.socket.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.receive()


def test_sixteen_pipelined_requests_are_answered_in_order(shared):
    targets = [f"/v1/sessions/work/token?min_ttl={n}" if n % 2 else "/v1/status" for n in range(16)]
    with Connection(shared.place.socket) as connection:
        connection.send(b"".join(request_bytes("GET", target) for target in targets))
        for target in targets:
            answer = connection.answer(to=("GET", target))
            assert answer.status == 200 and ("token" in answer.json) == ("token" in target)


def test_a_client_that_pipelines_without_end_and_never_reads_is_not_read_any_more(shared):
    """Its own send buffer fills up: the agent has stopped taking in."""
    with Connection(shared.place.socket) as connection:
        connection.socket.settimeout(3)
        request = request_bytes("GET", "/v1/openapi.yaml")
        sent = 0
        with pytest.raises(TimeoutError):
            while sent < 10_000:  # their answers would take 450 MB
                connection.send(request * 50)
                sent += 50
        began = time.monotonic()
        shared.client.token("work")
        assert time.monotonic() - began < 0.5


def test_a_client_that_leaves_in_the_middle_of_everything(shared):
    for cut in range(0, 60, 3):
        connection = Connection(shared.place.socket)
        connection.send(request_bytes("GET", "/v1/sessions/work/token")[:cut])
        connection.close()
    for _ in range(50):
        connection = Connection(shared.place.socket)
        connection.send_request("GET", "/v1/openapi.yaml")
        connection.close()


def test_a_thousand_and_more_connections_then_a_clear_answer(shared):
    """At least 1,024 that wait for an answer; past the agent's own limit each new one is told so and closed."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    held = []
    login = shared.client.post("/v1/logins", {"profile": "work", "session": "crowd"}).json
    login_path = f"/v1/logins/{login['id']}"
    wait = f"{login_path}?wait=60&after={login['step']['number']}"
    token = ("GET", "/v1/sessions/work/token")
    try:
        while len(held) < 6000:
            held.append(Connection(shared.place.socket, timeout=20))
            held[-1].send_request("GET", wait)
            if len(held) % 64 == 0:
                with Connection(shared.place.socket, timeout=20) as connection:
                    connection.send_request(*token)
                    answer = connection.answer(to=token)
                if answer.status == 503:
                    break
                assert answer.status == 200, answer
        assert answer.code == "throttled" and answer.closes, (len(held), answer)
        assert len(held) > 1024, len(held)
        for method, path in conformance.operations():
            target = conformance.filled(path, "0" * 32)
            with Connection(shared.place.socket) as connection:
                try:
                    connection.send_request(method.upper(), target)
                except BrokenPipeError:
                    pass
                answer = connection.answer(to=(method.upper(), target))
                assert (answer.status, answer.code) == (503, "throttled"), answer
        held[1].close()  # makes room for one
        until(lambda: shared.client.delete(login_path).status == 204, "room for one more")
        assert held[0].answer(to=("GET", wait)).status == 404, "those inside are served on: their login is gone"
    finally:
        for connection in held:
            connection.close()


def test_many_hostile_clients_at_once_and_a_good_one(shared):
    stop = threading.Event()

    def attack(seed):
        datas = list(MALFORMED.values()) + [b"GET / HTTP/1.1\r\nHost: agent\r\n" + b"X: " + b"a" * 30000]
        n = seed
        while not stop.is_set():
            n += 1
            try:
                with Connection(shared.place.socket, timeout=2) as connection:
                    connection.send(datas[n % len(datas)])
                    connection.receive()
            except OSError:
                pass

    threads = [threading.Thread(target=attack, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(200):
            assert shared.client.token("work")["generation"] >= 1
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert shared.agent.process.running


def test_descriptors_do_not_leak(shared):
    def count():
        return len(os.listdir(f"/proc/{shared.agent.pid}/fd"))

    for _ in range(5):
        shared.client.status()
    before = count()
    for _ in range(200):
        shared.client.status()
        raw(shared, MALFORMED["garbage"])
    deadline = time.monotonic() + 5
    while count() > before + 5:
        assert time.monotonic() < deadline, (before, count())
        time.sleep(0.05)


def test_a_datagram_or_a_descriptor_sent_along_is_no_matter(shared):
    with Connection(shared.place.socket) as connection:
        with open("/dev/null") as file:
            socket.send_fds(connection.socket, [request_bytes("GET", "/v1/status")], [file.fileno()] * 10)
        assert connection.answer(to=("GET", "/v1/status")).status == 200
