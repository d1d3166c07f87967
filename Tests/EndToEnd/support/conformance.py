"""Holds every answer of every test against docs/openapi.yaml, and keeps count of what was exercised.

What counts as exercised is one of the description's operations with a status and, for a refusal, the problem's code.
"""

import functools
import json
import os
import re
import urllib.parse

import jsonschema
import referencing
import referencing.jsonschema
import yaml

from .binaries import DESCRIPTION

RECORD = "SESSION_AGENT_EXERCISED"  # a file that all test processes append to
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
PROBLEM = "application/problem+json"


@functools.cache
def description():
    return yaml.safe_load(DESCRIPTION.read_text())


@functools.cache
def _registry():
    resource = referencing.Resource(description(), referencing.jsonschema.DRAFT202012)
    return referencing.Registry().with_resource("urn:description", resource)


@functools.cache
def _validator(pointer):
    return jsonschema.Draft202012Validator({"$ref": f"urn:description#{pointer}"}, registry=_registry())


@functools.cache
def operations():
    """(method, path template) → operation."""
    return {
        (method, path): operation
        for path, item in description()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


@functools.cache
def _patterns():
    found = []
    for path in description()["paths"]:
        pattern = re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path))
        found.append(("{" in path, pattern, path))
    return sorted(found, key=lambda entry: entry[0])


def template(target):
    """The description's path that a request target belongs to; None where it has none."""
    path = target.split("?")[0]
    for _, pattern, name in _patterns():
        if pattern.fullmatch(path):
            return name
    return None


def filled(path, id):
    """A path of the description's, of things that may be there: session and profile `work`."""
    values = {"name": "work", "profile": "work", "attribute": "email", "key": "us-east-1_0a", "source": "keyfile", "id": id}
    return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], path)


def resolve(node):
    """A node of the description, by its reference where it is one. Returns the node and its pointer."""
    pointer = None
    while "$ref" in node:
        pointer = node["$ref"].removeprefix("#")
        target = description()
        for part in pointer.strip("/").split("/"):
            target = target[urllib.parse.unquote(part).replace("~1", "/").replace("~0", "~")]
        node = target
    return node, pointer


def _escape(part):
    return part.replace("~", "~0").replace("/", "~1")


def codes(response):
    """The problem codes that a response may carry."""
    node, _ = resolve(response)
    schema = node.get("content", {}).get(PROBLEM, {}).get("schema")
    if schema is None:
        return [None]
    return next(part["properties"]["code"]["enum"] for part in schema["allOf"] if "properties" in part)


OUTSIDE = {400: "malformed", 404: "unknown-path", 405: "unknown-method"}


def check(method, target, answer):
    """The answer is one that the description has for this request, in every member."""
    path = template(target)
    operation = operations().get((method.lower(), path))
    request = f"{method} {target}"
    if operation is None:
        _check_outside(request, path, answer)
        return
    response = operation["responses"].get(str(answer.status))
    assert response is not None, f"undocumented: {request} answered {answer}"
    pointer = f"/paths/{_escape(path)}/{method.lower()}/responses/{answer.status}"
    _check_response(response, pointer, request, answer)
    record(operation["operationId"], answer.status, answer.code)


def _check_outside(request, path, answer):
    """A request that is none of the routes'."""
    kind = OUTSIDE.get(answer.status)
    if kind is None:
        assert answer.status in (403, 408, 413, 415, 431, 503), f"undocumented: {request} answered {answer}"
        _check_problem(answer, "/components/schemas/Problem")
        return
    assert (answer.status == 404) <= (path is None), f"404 for a path that is there: {request} {answer}"
    assert (answer.status == 405) <= (path is not None), f"405 for a path that isn't there: {request} {answer}"
    if answer.status == 405:
        _check_allow(path, answer)
    _check_response(description()["x-outside-the-routes"][kind], None, request, answer)
    record(kind, answer.status, answer.code)


def _check_response(response, pointer, request, answer):
    node, where = resolve(response)
    pointer = where or pointer
    content = node.get("content", {})
    assert bool(content) == bool(answer.body), f"{request}: a body where none is described, or none: {answer}"
    for name, header in node.get("headers", {}).items():
        required = resolve(header)[0].get("required")
        assert answer.header(name) is not None or not required, f"{request}: no {name}: {answer}"
    if not content:
        return
    assert answer.media_type in content, f"{request}: undocumented content type: {answer}"
    schema = f"{pointer}/content/{_escape(answer.media_type)}/schema"
    if answer.media_type == PROBLEM:
        _check_problem(answer, schema)
    elif answer.media_type == "application/json":
        _validate(schema, answer.json, f"{request} {answer}")


def _check_problem(answer, schema):
    _validate(schema, answer.json, repr(answer))
    seconds = answer.json["retry_after_seconds"]
    assert answer.json["status"] == answer.status, answer
    assert answer.header("retry-after") == (None if seconds is None else str(seconds)), f"Retry-After: {answer}"


def _check_allow(path, answer):
    there = {method.upper() for method, template_ in operations() if template_ == path}
    allowed = {name.strip() for name in (answer.header("allow") or "").split(",")}
    assert allowed - {"HEAD", "OPTIONS"} == there, f"Allow is {allowed}, the description has {there}"


def check_event(data):
    """An event's data is one of the description's events."""
    _validate("/components/schemas/Event", data, json.dumps(data)[:600])


def _validate(pointer, value, what):
    errors = sorted(_validator(pointer).iter_errors(value), key=jsonschema.exceptions.relevance)
    assert not errors, f"not as described in docs/openapi.yaml: {jsonschema.exceptions.best_match(errors)}\nin {what}"


def record(operation, status, code):
    path = os.environ.get(RECORD)
    if path:
        line = json.dumps([operation, status, code]) + "\n"
        with open(path, "ab", buffering=0) as file:  # one write: lines of several processes do not mix
            file.write(line.encode())


def exercised():
    path = os.environ.get(RECORD)
    with open(path) as file:
        return {tuple(json.loads(line)) for line in file}


def described():
    """All that the description says may happen."""
    found = {
        (operation["operationId"], int(status), code)
        for operation in operations().values()
        for status, response in operation["responses"].items()
        for code in codes(response)
    }
    outside = description()["x-outside-the-routes"]
    found |= {
        (kind, status, code)
        for status, kind in OUTSIDE.items()
        for code in codes(outside[kind])
    }
    return found
