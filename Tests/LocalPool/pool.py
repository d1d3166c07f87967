"""A running local pool: AWS's clients pointed at it, its deliveries and its clock."""

import base64
import hashlib
import hmac
import json
import os
import pathlib
import shlex
import struct
import subprocess
import sys
import time

import boto3
import requests
from botocore import UNSIGNED
from botocore.config import Config

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("SESSION_AGENT_BUILD") or REPOSITORY / ".build" / "debug")
# The AWS CLI of the environment that these tests run in: pinned in Tests/requirements.txt.
AWS = pathlib.Path(sys.executable).parent / "aws"
REGION = "us-east-1"
# The development key of every local pool (docs/LOCAL_POOL.md).
KEY = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")


class LocalPool:
    def __init__(self, folder, seed=None):
        self.seed = seed
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        # Version 1 of the CLI would fetch a parameter that is a URL, and send what it found there.
        self.configuration = self.folder / "aws-config"
        self.configuration.write_text("[default]\ncli_follow_urlparam = false\n")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        command = [PROGRAMS / "localpool", "serve", "--data", self.data]
        if self.seed:
            command += ["--seed", self.seed]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.process.stdout.close()

    def client(self, service, key=KEY, token=None, region=REGION):
        """boto3 with the development key, or with temporary credentials."""
        return boto3.client(
            service, endpoint_url=self.url, region_name=region, aws_access_key_id=key[0],
            aws_secret_access_key=key[1], aws_session_token=token, config=Config(retries={"total_max_attempts": 1}))

    def unsigned(self, service):
        configuration = Config(signature_version=UNSIGNED, region_name=REGION, retries={"total_max_attempts": 1})
        return boto3.client(service, endpoint_url=self.url, config=configuration)

    def shell(self, text, key=KEY, token=None):
        """Runs a shell command in which `aws` is the AWS CLI at this pool: a completed process."""
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": key[0], "AWS_SECRET_ACCESS_KEY": key[1], "AWS_DEFAULT_OUTPUT": "json",
            "AWS_MAX_ATTEMPTS": "1", "AWS_PAGER": "", "LC_ALL": "C.UTF-8",
            "AWS_CONFIG_FILE": str(self.configuration),
        }
        if token:
            environment["AWS_SESSION_TOKEN"] = token
        function = f'aws() {{ {shlex.quote(str(AWS))} --endpoint-url {self.url} "$@"; }}\n'
        return subprocess.run(
            ["bash", "-c", function + text], env=environment, capture_output=True, text=True, timeout=120,
            stdin=subprocess.DEVNULL)

    def aws(self, text, **keywords):
        """The answer of an AWS CLI command that must be taken."""
        done = self.shell(text, **keywords)
        assert done.returncode == 0, f"{text}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def refused(self, text, **keywords):
        """The error of an AWS CLI command that must be refused, as the CLI words it."""
        done = self.shell(text, **keywords)
        assert done.returncode != 0, f"{text}\n{done.stdout}"
        return done.stderr.strip()

    def control(self, **action):
        answer = requests.post(f"{self.url}/_control", json=action, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def deliveries(self):
        file = self.data / "deliveries.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def last_code(self, destination):
        return [line["code"] for line in self.deliveries() if line["destination"] == destination][-1]


def authenticator_code(secret, step=0):
    """RFC 6238, of the present half minute or one near it."""
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(base64.b32decode(secret + "=" * (-len(secret) % 8)), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return "%06d" % ((struct.unpack(">I", digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000)
