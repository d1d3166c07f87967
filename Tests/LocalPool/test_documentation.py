"""The commands of docs/LOCAL_POOL.md, as they stand there."""

import re

from pool import REPOSITORY


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
