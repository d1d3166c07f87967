"""The commands of docs/LOCAL_POOL.md, as they stand there, and what the program says of itself."""

import re
import subprocess

import pytest

from pool import PROGRAMS, REPOSITORY


def test_the_documents_commands_make_a_pool_with_a_user_who_can_sign_in(pool):
    text = (REPOSITORY / "docs" / "LOCAL_POOL.md").read_text()
    block = re.search(r"^```sh\n(localpool serve.*?)^```", text, re.S | re.M)[1]
    # Its own pool, endpoint and key are those of the test, and signing in is not AWS's business.
    commands = re.sub(r"^(localpool|export|agentctl) .*\n", "", block, flags=re.M)
    done = pool.shell(f'cd "$HOME" && set -e\n{commands}printf "%s" "$pool" >pool-id')
    assert done.returncode == 0, done.stderr
    pool_id = (pool.folder / "pool-id").read_text()
    user = pool.client("cognito-idp").admin_get_user(UserPoolId=pool_id, Username="ada")
    assert user["UserStatus"] == "CONFIRMED"


@pytest.mark.parametrize("words", [["--help"], ["serve", "-h"]])
def test_help_is_given_where_it_is_asked_for(words):
    done = subprocess.run([PROGRAMS / "localpool", *words], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.startswith("usage: localpool serve [--listen 127.0.0.1:PORT]")
