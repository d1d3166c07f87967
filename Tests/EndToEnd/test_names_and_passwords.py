"""Passwords and names as people have them: kept as they were typed, from the sign-up to the sign-in."""

import json

import pytest
from support.pool import CLIENT_SECRET, PASSWORD, client, seed, user
from support.world import World

FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
NFC, NFD = "P\u00e4ssw\u00f6rd-1", "Pa\u0308sswo\u0308rd-1"
ODD = {
    "quotes": "Quo\"te's`$x\\-1",
    "nfc": NFC,
    "nfd": NFD,
    "longest": "Long-1" + "\u20ac" * 250,
}
TOO_LONG, EDGES = "Long-1" + "x" * 251, [" Edge-Pass-1", "Edge-Pass-1 ", "\tEdge-Pass-1"]
REFUSED = [(TOO_LONG, "less than or equal to 256"), *((password, r"pattern: [\S]+") for password in EDGES)]


def temporary(username):
    return user(username, password="Temporary-1", status="FORCE_CHANGE_PASSWORD")


def house_of_names(case_sensitive):
    people = [user("changer"), user("forgetful"), *(temporary(f"new-{kind}") for kind in ODD), temporary("picky")]
    the_seed = seed(clients=[client("all", flows=FLOWS), client("sec", flows=FLOWS, secret=CLIENT_SECRET)], users=people)
    the_seed["user_pools"][0]["case_sensitive"] = case_sensitive
    world = World(the_seed=the_seed)
    world.profile("all", "all")
    world.profile("sec", "sec", client_secret=CLIENT_SECRET)
    return world


@pytest.fixture(scope="module")
def house():
    world = house_of_names(case_sensitive=False)
    yield world
    world.end()


@pytest.fixture(scope="module")
def strict_house():
    world = house_of_names(case_sensitive=True)
    yield world
    world.end()


def account(world, what, *arguments, lines=()):
    return world.ctl("account", what, *arguments, input="".join(f"{line}\n" for line in lines))


def code_for(world, purpose):
    """The code that was sent last for a purpose, whatever the pool calls its owner."""
    lines = (world.pool.folder / "deliveries.jsonl").read_text().splitlines()
    return [one["code"] for one in map(json.loads, lines) if one["purpose"] == purpose][-1]


def sign_up(world, username, password, profile="all"):
    email = f"email=m{abs(hash(username))}@example.org"
    made = account(world, "signup", profile, "--username", username, "--attribute", email, lines=[password])
    assert made.returncode == 0, made
    code = code_for(world, "sign_up")
    confirmed = account(world, "confirm", profile, "--username", username, lines=[code])
    assert confirmed.returncode == 0, confirmed


def sign_in(world, username, password, flow="srp", profile="all", session="trial"):
    """The exit code of a sign-in by agentctl."""
    arguments = ["login", profile, "--session", session, "--username", username, "--flow", flow, "--force", "--replace"]
    result = world.ctl(*arguments, input=f"{password}\n")
    assert password not in result.stdout + result.stderr
    return result.returncode


def signs_in(world, username, password):
    """By the proof and by the password itself."""
    assert [sign_in(world, username, password, flow) for flow in ("srp", "password")] == [0, 0]


def reset_password(world, username, password, profile="all"):
    forgot = account(world, "forgot-password", profile, "--username", username)
    assert forgot.returncode == 0, forgot
    lines = [code_for(world, "forgot_password"), password]
    reset = account(world, "reset-password", profile, "--username", username, lines=lines)
    assert reset.returncode == 0, reset


@pytest.mark.parametrize("kind", ODD)
def test_a_password_is_kept_as_it_was_typed_wherever_it_is_set(house, kind):
    password, name = ODD[kind], f"odd-{kind}"
    sign_up(house, name, password)
    signs_in(house, name, password)
    changed = account(house, "change-password", "trial", lines=[password, PASSWORD])
    assert changed.returncode == 0, changed
    changed = account(house, "change-password", "trial", lines=[PASSWORD, password])
    assert changed.returncode == 0, changed
    signs_in(house, name, password)
    reset_password(house, name, PASSWORD)
    reset_password(house, name, password)
    signs_in(house, name, password)
    # The same instead of a temporary one.
    assert sign_in(house, f"new-{kind}", f"Temporary-1\n{password}", session="new") == 0
    signs_in(house, f"new-{kind}", password)


def test_two_ways_to_write_the_same_letters_are_two_passwords(house):
    sign_up(house, "composed", NFC)
    sign_up(house, "decomposed", NFD)
    assert sign_in(house, "composed", NFD) == 13 and sign_in(house, "decomposed", NFC, "password") == 13
    assert sign_in(house, "composed", NFC) == 0 and sign_in(house, "decomposed", NFD, "password") == 0


@pytest.mark.parametrize("password, sentence", REFUSED, ids=["257", "before", "after", "tab"])
def test_a_password_that_no_pool_takes_is_refused_in_the_pools_words(house, password, sentence):
    results = [account(house, "signup", "all", "--username", "nobody", lines=[password])]
    assert sign_in(house, "changer", PASSWORD, session="changer") == 0
    results.append(account(house, "change-password", "changer", lines=[PASSWORD, password]))
    results.append(account(house, "reset-password", "all", "--username", "forgetful", lines=["123456", password]))
    login = ["login", "all", "--session", "picky", "--username", "picky"]
    results.append(house.ctl(*login, input=f"Temporary-1\n{password}\n"))
    for result in results:
        assert result.returncode == 13 and result.stdout == "", result
        assert "does not accept this password" in result.stderr and sentence in result.stderr, result
        assert password not in result.stderr, result


def test_such_a_password_at_a_sign_in_is_only_wrong(house):
    assert sign_in(house, "changer", TOO_LONG, "srp") == 13 and sign_in(house, "changer", EDGES[0], "password") == 13
    signs_in(house, "changer", PASSWORD)


@pytest.mark.parametrize("profile, name", [("all", "plus+sign"), ("sec", "at@sign.example"), ("sec", "odd'Na\"mé$x")])
def test_a_name_may_have_any_letters_and_its_case_counts_for_nothing(house, profile, name):
    sign_up(house, name, PASSWORD, profile)
    again = account(house, "signup", profile, "--username", name.swapcase(), lines=[PASSWORD])
    assert again.returncode == 1 and "account of that name" in again.stderr, again
    for typed, flow in ((name, "srp"), (name.swapcase(), "srp"), (name.upper(), "password")):
        assert sign_in(house, typed, PASSWORD, flow, profile, session="name") == 0
    assert house.client.session("name")["username"] == name
    refreshed = house.client.post("/v1/sessions/name/refresh?force=true")
    assert refreshed.status == 200 and refreshed.json["username"] == name, refreshed
    reset_password(house, name.swapcase(), NFD, profile)
    assert sign_in(house, name, NFD, profile=profile) == 0


def test_where_case_counts_two_spellings_are_two_people(strict_house):
    sign_up(strict_house, "Case+A@x", PASSWORD, "sec")
    sign_up(strict_house, "case+a@x", NFC, "sec")
    assert sign_in(strict_house, "Case+A@x", PASSWORD, "srp", "sec", "upper") == 0
    assert sign_in(strict_house, "case+a@x", NFC, "password", "sec", "lower") == 0
    assert sign_in(strict_house, "CASE+A@X", PASSWORD, "srp", "sec", "neither") == 13
    sessions = [strict_house.client.session(name) for name in ("upper", "lower")]
    assert [session["username"] for session in sessions] == ["Case+A@x", "case+a@x"]
    assert sessions[0]["subject"] != sessions[1]["subject"]
