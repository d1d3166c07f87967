"""Running local pools, and what clients that are not ours need to talk to them."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import pathlib
import struct
import subprocess
import time

import boto3
from botocore import UNSIGNED
from botocore.config import Config

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
ACCESS_KEY = {
    "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}


@contextlib.contextmanager
def running_pool(seed, folder):
    """What the pool says when it is ready: its URL, its data folder."""
    programs = pathlib.Path(os.environ.get("SESSION_AGENT_BUILD") or REPOSITORY / ".build" / "debug")
    command = [programs / "localpool", "serve", "--seed", seed, "--data", folder / "data"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def client_of(pool):
    configuration = Config(signature_version=UNSIGNED, region_name="us-east-1")
    return boto3.client("cognito-idp", endpoint_url=pool["url"], config=configuration)


def administrator_of(pool, **key):
    return boto3.client("cognito-idp", endpoint_url=pool["url"], region_name="us-east-1", **(key or ACCESS_KEY))


def claims_of(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def authenticator_code(secret, steps=0):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + steps), hashlib.sha1).digest()
    start = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000)


def last_code(pool, purpose):
    """The code that was sent last, for this purpose."""
    lines = (pathlib.Path(pool["data"]) / "deliveries.jsonl").read_text().splitlines()
    delivery = json.loads(lines[-1])
    assert delivery["purpose"] == purpose
    return delivery["code"]
