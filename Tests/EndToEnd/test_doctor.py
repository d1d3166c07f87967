"""`agentctl doctor` looks and changes nothing."""

import json


def checks(result):
    return {check["name"]: check for check in json.loads(result.stdout)["checks"]}


def test_nothing_wrong_is_told_as_such(world):
    world.signed_in("work")
    result = world.ctl("doctor", "--json")
    assert result.returncode == 0, result
    found = checks(result)
    for name in ("agent", "socket", "settings", "keystore", "keystore content", "slot keyfile", "profile work", "session work"):
        assert found[name]["state"] == "ok", found
    assert found["ways in"]["state"] == "warning" and "add-slot" in found["ways in"]["detail"]
    assert "CHECK" in world.ctl("doctor", "work").stdout
    assert world.ctl("doctor", "nosuch").returncode == 67


def test_a_damaged_store_and_a_bad_profile_are_found(world):
    world.signed_in("work")
    world.place.profile_file("bad", provider="cognito", nonsense=1)
    result = world.ctl("doctor", "--json")
    assert result.returncode == 1, result
    found = checks(result)
    assert found["profile bad"]["state"] == "failed" and "nonsense" in found["profile bad"]["detail"], found
    assert found["profile work"]["state"] == "ok", found
    world.agent.stop()
    content = b"this is no database" + bytes(5000)
    world.place.keystore.write_bytes(content)
    world.agent.start()
    result = world.ctl("doctor", "--json")
    assert result.returncode == 1, result
    assert "agentctl unlock" in checks(result)["keystore"]["detail"], result
    assert checks(result)["keystore content"]["state"] == "failed", result
    assert world.place.keystore.read_bytes() == content


def test_a_keystore_that_is_a_link_is_told_as_that_and_not_as_open_to_others(world):
    world.signed_in("work")
    world.agent.stop()
    elsewhere = world.place.keystore.with_suffix(".elsewhere")
    world.place.keystore.rename(elsewhere)
    world.place.keystore.symlink_to(elsewhere)
    world.agent.start()
    result = world.ctl("doctor", "--json")
    assert result.returncode == 1, result
    assert "is not a plain file" in checks(result)["keystore"]["detail"] and "chmod" not in result.stdout, result


def test_settings_that_can_not_be_read_are_named_with_their_line(worlds):
    world = worlds(start=False)
    world.place.settings("[keystore]\nno_such_key = 1\n")
    result = world.ctl("doctor", "--json", environment={"SESSION_AGENT_NO_AUTOSTART": ""})
    assert result.returncode == 1, result
    assert "config.toml" in checks(result)["agent"]["detail"], result
