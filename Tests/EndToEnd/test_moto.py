"""agentctl at a server that is not ours: moto. It proves nothing of proofs and codes (moto checks few of them), but that
requests and answers have the shapes that somebody else read out of AWS's model."""

import os
import pathlib
import subprocess
import sys
import time
import urllib.request

import boto3
import pytest
from support.pool import PASSWORD, free_port
from support.recorder import Recorder
from support.world import World

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "some-secret-key", "AWS_SESSION_TOKEN": "token"}


@pytest.fixture(scope="module")
def moto():
    """The service's client, and its address. What moto says of itself goes to nobody."""
    port = free_port()
    program = pathlib.Path(sys.executable).parent / "moto_server"
    environment = {**os.environ, "MOTO_COGNITO_IDP_USER_POOL_ENABLE_TOTP": "true"}
    with subprocess.Popen(
        [program, "-H", "127.0.0.1", "-p", str(port)], env=environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        url = f"http://127.0.0.1:{port}"
        until_it_answers(url)
        yield boto3.client(
            "cognito-idp", endpoint_url=url, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
        ), url
        server.terminate()


def until_it_answers(url):
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url + "/moto-api/", timeout=5).close()
            return
        except OSError:
            assert time.monotonic() < deadline, "moto did not start"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def at_moto(moto):
    """A pool of moto's with its people, and a profile for it."""
    service, url = moto
    world = World()
    recorder = world.ends_with(Recorder().passes_to(url))
    pool = service.create_user_pool(PoolName="moto")["UserPool"]["Id"]
    client = service.create_user_pool_client(UserPoolId=pool, ClientName="c", GenerateSecret=True)["UserPoolClient"]
    service.admin_create_user(UserPoolId=pool, Username="newcomer", TemporaryPassword="Temporary-1")
    service.admin_create_user(UserPoolId=pool, Username="anna", TemporaryPassword="Temporary-1")
    service.admin_set_user_password(UserPoolId=pool, Username="anna", Password=PASSWORD, Permanent=True)
    body = {
        "provider": "cognito", "user_pool_id": pool, "client_id": client["ClientId"], "endpoint": url,
        "client_secret": client["ClientSecret"],
    }
    assert world.client.put("/v1/profiles/moto", body).status == 201
    assert world.client.put("/v1/profiles/older", {**body, "endpoint": recorder.url}).status == 201
    world.recorder = recorder
    yield world
    world.end()


def sign_in(world, name, *arguments, lines, **more):
    return world.ctl("login", "moto", "--session", name, *arguments, input="".join(f"{x}\n" for x in lines), **more)


@pytest.mark.parametrize("flow", ["srp", "password"])
def test_the_password_signs_in(at_moto, flow):
    result = sign_in(at_moto, flow, "--flow", flow, "--username", "anna", lines=[PASSWORD])
    assert result.returncode == 0, result
    session = at_moto.client.session(flow)
    assert session["username"] == "anna" and session["issuer"].startswith("https://cognito-idp.us-east-1."), session
    token = at_moto.ctl("token", flow)
    assert token.returncode == 0 and token.stdout.count(".") == 2, token


def test_an_administrator_signs_somebody_in(at_moto):
    arguments = ["--flow", "admin", "--username", "anna"]
    result = sign_in(at_moto, "admin", *arguments, lines=[PASSWORD], environment=KEYS)
    assert result.returncode == 0, result
    assert at_moto.client.session("admin")["username"] == "anna"
    assert "some-secret-key" not in result.stdout + result.stderr


def test_a_wrong_password_is_refused(at_moto):
    result = sign_in(at_moto, "refused", "--flow", "password", "--username", "anna", lines=["Wrong-Horse-7"])
    assert result.returncode == 13, result


def test_a_temporary_password_is_replaced(at_moto):
    result = sign_in(at_moto, "fresh", "--username", "newcomer", lines=["Temporary-1", "My-Own-Pass-9"])
    assert result.returncode == 0, result
    assert at_moto.client.session("fresh")["username"] == "newcomer"


def test_signing_out_works_as_far_as_moto_does(at_moto):
    result = sign_in(at_moto, "out", "--flow", "password", "--username", "anna", lines=[PASSWORD])
    assert result.returncode == 0, result
    assert at_moto.ctl("logout", "out").returncode == 0  # moto has no RevokeToken: the order stays queued
    assert [s for s in at_moto.client.status()["sessions"] if s["name"] == "out"] == []


def test_the_older_refresh_renews_where_the_newer_one_is_not_known(at_moto):
    at_moto.recorder.refusals = {"GetTokensFromRefreshToken": "UnknownOperationException"}
    result = at_moto.ctl("login", "older", "--flow", "password", "--username", "anna", input=PASSWORD + "\n")
    assert result.returncode == 0, result
    before = at_moto.client.token("older")["token"]
    refreshed = at_moto.client.post("/v1/sessions/older/refresh?force=true")
    assert refreshed.status == 200 and refreshed.json["generation"] == 2, refreshed
    assert at_moto.client.token("older")["token"] != before
    [newer] = at_moto.recorder.requests("GetTokensFromRefreshToken")
    older = at_moto.recorder.requests("InitiateAuth")[-1]
    assert older["AuthFlow"] == "REFRESH_TOKEN_AUTH" and older["ClientId"] == newer["ClientId"], older
    assert older["AuthParameters"]["REFRESH_TOKEN"] == newer["RefreshToken"] and "SECRET_HASH" in older["AuthParameters"]
