"""Local pools by a seed, and what clients that are not ours need to talk to them."""

import base64
import json

from pool import KEY, LocalPool


def running_pool(seed, folder):
    return LocalPool(folder, seed)


def client_of(pool):
    return pool.unsigned("cognito-idp")


def administrator_of(pool, key=KEY):
    return pool.client("cognito-idp", key=key)


def claims_of(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def last_code(pool, purpose):
    """The code that was sent last, for this purpose."""
    delivery = pool.deliveries()[-1]
    assert delivery["purpose"] == purpose
    return delivery["code"]
