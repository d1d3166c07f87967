"""docs/openapi.yaml and the agent are the same thing."""

import itertools
import json

import pytest
import yaml
from openapi_spec_validator import validate
from support import conformance
from support.binaries import DESCRIPTION
from support.wire import Answer


@pytest.fixture(scope="module", autouse=True)
def work(shared):
    return shared.signed_in("work")


OPERATIONS = sorted(conformance.operations())


@pytest.fixture(scope="module")
def fill(shared, work):
    """Makes a path of a template, of things that are there."""
    login = shared.start_login("work", "anna", session="described")["id"]
    return lambda path: conformance.filled(path, login)


def each(test):
    return pytest.mark.parametrize("method, path", OPERATIONS, ids=lambda value: value)(test)


def test_the_description_is_valid():
    validate(yaml.safe_load(DESCRIPTION.read_text()))


def test_every_object_of_a_request_is_closed():
    schemas = conformance.description()["components"]["schemas"]
    references = (part.get("$ref", "") for schema in schemas.values() for part in schema.get("allOf", ()))
    parts = {reference.rsplit("/", 1)[-1] for reference in references}
    for name, schema in schemas.items():
        if schema.get("type") == "object" and name not in parts:  # a part is closed by what it is a part of
            assert "additionalProperties" in schema or schema.get("unevaluatedProperties") is False, name


def altered(answer, status=None, change=None, media_type=None):
    body = answer.json
    if change:
        change(body)
    headers = [(name, media_type or value) for name, value in answer.headers if name.lower() == "content-type"]
    return Answer(status or answer.status, headers, json.dumps(body).encode(), False)


@pytest.mark.parametrize(
    "alteration",
    [
        {"status": 202},
        {"media_type": "text/plain"},
        {"change": lambda body: body.update(more=1)},
        {"change": lambda body: body["agent"].pop("pid")},
        {"change": lambda body: body["agent"].update(network="perhaps")},
        {"change": lambda body: body["sessions"][0].update(refresh_token="x")},
        {"change": lambda body: body["sessions"][0].update(signed_in_at="yesterday")},
    ],
)
def test_the_check_refuses_what_is_not_described(shared, alteration):
    answer = shared.client.get("/v1/status")
    with pytest.raises(AssertionError):
        conformance.check("GET", "/v1/status", altered(answer, **alteration))


@pytest.mark.parametrize(
    "alteration",
    [
        {"status": 409},
        {"change": lambda body: body.update(code="conflict")},
        {"change": lambda body: body.update(retry_after_seconds=3)},
        {"change": lambda body: body.update(reason="because")},
        {"media_type": "application/json"},
    ],
)
def test_the_check_refuses_a_problem_that_is_not_described(shared, alteration):
    answer = shared.client.get("/v1/sessions/nosuchsession")
    with pytest.raises(AssertionError):
        conformance.check("GET", "/v1/sessions/nosuchsession", altered(answer, **alteration))


def test_the_agent_gives_out_the_very_file(shared):
    answer = shared.client.get("/v1/openapi.yaml")
    assert answer.body == DESCRIPTION.read_bytes()


@each
def test_an_unknown_query_parameter_is_named(shared, fill, method, path):
    answer = shared.client.request(method.upper(), fill(path) + "?no_such_parameter=1", body_for(method, path))
    assert (answer.status, answer.code) == (400, "invalid_request"), answer
    assert "no_such_parameter" in answer.json["detail"], answer


def body_for(method, path):
    operation = conformance.operations()[(method, path)]
    return {} if "requestBody" in operation else None


@each
def test_a_foreign_host_and_a_web_page_are_denied(shared, fill, method, path):
    for more in ({"host": "evil.example.org"}, {"headers": [("Origin", "http://agent")]}):
        answer = shared.client.request(method.upper(), fill(path), **more)
        assert (answer.status, answer.code) == (403, "denied"), answer


@each
def test_too_large_a_head(shared, fill, method, path):
    answer = shared.client.request(method.upper(), fill(path), headers=[("X-Filler", "a" * 17000)])
    assert (answer.status, answer.code) == (431, "too_large"), answer


@each
def test_too_large_a_body(shared, fill, method, path):
    headers = [("Content-Type", "application/json")]
    answer = shared.client.request(method.upper(), fill(path), b" " * (64 * 1024 + 1), headers=headers)
    assert (answer.status, answer.code) == (413, "too_large"), answer


@pytest.mark.parametrize(
    "method, path",
    [key for key in OPERATIONS if "415" in conformance.operations()[key]["responses"]],
    ids=lambda value: value,
)
def test_a_body_of_another_type(shared, fill, method, path):
    headers = [("Content-Type", "text/plain")]
    answer = shared.client.request(method.upper(), fill(path), b"{}", headers=headers)
    assert (answer.status, answer.code) == (415, "invalid_request"), answer


METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")
PATHS = sorted(conformance.description()["paths"])
UNDESCRIBED = [
    (method, path)
    for path, method in itertools.product(PATHS, METHODS)
    if (method.lower(), path) not in conformance.operations()
]


@pytest.mark.parametrize("method, path", UNDESCRIBED, ids=lambda value: value)
def test_every_other_method_is_405_with_allow(shared, fill, method, path):
    answer = shared.client.request(method, fill(path))
    assert (answer.status, answer.code) == (405, "invalid_request"), answer


def parameters():
    for method, path in OPERATIONS:
        for parameter in conformance.operations()[(method, path)].get("parameters", []):
            parameter, _ = conformance.resolve(parameter)
            if parameter["in"] == "query" and parameter["name"] not in ("scope", "audience"):  # refused in any case
                yield method, path, parameter["name"], conformance.resolve(parameter["schema"])[0]


@pytest.mark.parametrize(
    "method, path, name, schema", list(parameters()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_parameters_out_of_their_bounds_are_named(shared, fill, method, path, name, schema):
    wrong = {"integer": ["-1", "x", "", "1.5", str(schema.get("maximum", 0) + 1)], "boolean": ["2", "yes"]}
    values = wrong.get(schema.get("type"), ["nosuch"] if "enum" in schema else ["bad/name", ""])
    for value in values:
        answer = shared.client.request(method.upper(), f"{fill(path)}?{name}={value}")
        assert (answer.status, answer.code) == (400, "invalid_request"), (value, answer)
        assert name in answer.json["detail"], (value, answer)


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("post", "/v1/logins", {}),
        ("post", "/v1/logins", {"profile": "bad/name"}),
        ("post", "/v1/logins", {"profile": 1}),
        ("post", "/v1/logins", {"profile": "work", "flow": "nosuchflow"}),
        ("post", "/v1/logins", {"profile": "work", "session": "bad name"}),
        ("post", "/v1/logins", {"profile": "work", "replace": "yes"}),
        ("post", "/v1/logins", {"profile": "work", "client_metadata": {"a": 1}}),
        ("post", "/v1/logins", {"profile": "work", "browser": "firefox"}),
        ("post", "/v1/logins", {"profile": "work", "aws_credentials": {"access_key_id": "a"}}),
        ("post", "/v1/unlock", {"passphrase": 1}),
        ("post", "/v1/unlock", {"passphrase": ""}),
        ("post", "/v1/unlock", {"pin": ""}),
        ("post", "/v1/unlock", {"pin": "x" * 33}),
        ("post", "/v1/unlock", {"passphrase": "x", "pin": "y"}),
        ("post", "/v1/keystore/rekey", {"passphrase": ""}),
        ("post", "/v1/keystore/rekey", {"password": "x"}),
        ("put", "/v1/keystore/slots/nosuch", {}),
        ("put", "/v1/keystore/slots/passphrase", {}),
        ("put", "/v1/keystore/slots/passphrase", {"passphrase": ""}),
        ("put", "/v1/keystore/slots/passphrase", {"passphrase": "x", "path": "/x"}),
        ("put", "/v1/keystore/slots/keyfile", {"path": "relative"}),
        ("put", "/v1/keystore/slots/keyfile", {"path": 1}),
        ("put", "/v1/keystore/slots/tpm2", {"pin": ""}),
        ("put", "/v1/keystore/slots/secret-service", {"name": "x"}),
        ("delete", "/v1/keystore/slots/nosuch", None),
        ("put", "/v1/profiles/other", {"name": "another", "provider": "cognito", "client_id": "c"}),
        ("put", "/v1/profiles/other", {}),
    ],
)
def test_bodies_out_of_their_bounds(shared, method, path, body):
    answer = shared.client.request(method.upper(), path, body)
    assert (answer.status, answer.code) == (400, "invalid_request"), answer


def test_answers_out_of_their_bounds(shared):
    shared.profile("bounds")
    login = shared.start_login("bounds", "anna")
    address = f"/v1/logins/{login['id']}/answer"
    for body in (
        {}, {"step": 1}, {"value": "x"}, {"step": "1", "value": "x"}, {"step": 1, "value": 1},
        {"step": 1, "resend": True}, {"step": 1, "value": None}, {"step": 1, "value": "x", "more": 1}, [],
    ):
        answer = shared.client.post(address, body)
        assert (answer.status, answer.code) == (400, "invalid_request"), (body, answer)
    assert shared.client.get(f"/v1/logins/{login['id']}").json["step"] == login["step"]
    shared.client.delete(f"/v1/logins/{login['id']}")
