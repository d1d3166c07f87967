"""It can say why: the journal of each session, and `agentctl explain`."""

import json

from support.waiting import until


def journal(world, name, query="?limit=1000"):
    answer = world.client.get(f"/v1/sessions/{name}/journal{query}")
    assert answer.status == 200, answer
    return answer.json


def events(world, name):
    return [entry["event"] for entry in journal(world, name)["entries"]]


def test_the_journal_survives_kill_9_and_sign_out(world):
    world.signed_in("work")
    assert world.client.post("/v1/sessions/work/refresh").status == 200
    world.agent.kill()
    world.agent.start()
    until(lambda: "restarted" in events(world, "work"), "the restart is told")
    assert events(world, "work") == ["signed_in", "refresh_started", "refreshed", "restarted"]
    assert world.client.delete("/v1/sessions/work").status == 200
    until(lambda: events(world, "work")[-1] == "revoked", "the revocation is told")
    world.agent.restart()
    told = journal(world, "work")
    assert [entry["event"] for entry in told["entries"]][-2:] == ["signed_out", "revoked"]
    assert [entry["seq"] for entry in told["entries"]] == list(range(1, 7)) and not told["truncated"]
    shown = world.ctl("explain", "work")
    assert shown.returncode == 0 and "Nobody is signed in as work" in shown.stdout, shown
    assert "agentctl login work" in shown.stdout and "Signed out." in shown.stdout


def test_explain_says_why_a_session_is_offline_and_what_to_do(world):
    world.signed_in("work")
    world.pool.stop()
    assert world.client.post("/v1/sessions/work/refresh").status == 503
    until(lambda: "refresh_failed" in events(world, "work"), "the failure is told")
    failed = [entry for entry in journal(world, "work")["entries"] if entry["event"] == "refresh_failed"][0]
    assert failed["from"] == "active" and failed["to"] == "offline" and failed["next_attempt_at"]
    assert failed["cause"]["kind"] == "network" and failed["cause"]["http_status"] is None
    shown = world.ctl("explain", "work")
    assert shown.returncode == 0 and "Next attempt" in shown.stdout and "agentctl refresh work" in shown.stdout, shown
    assert json.loads(world.ctl("explain", "work", "--json").stdout)["session"] == "work"


def test_a_refusal_is_told_with_what_the_provider_said(world):
    world.signed_in("work")
    world.pool.control("revoke", username="anna")
    assert world.client.post("/v1/sessions/work/refresh").status == 401
    until(lambda: events(world, "work")[-1] == "sign_in_required", "the end is told")
    cause = journal(world, "work")["entries"][-1]["cause"]
    assert cause["kind"] == "provider" and cause["reason"] == "refresh_token_revoked", cause
    assert cause["http_status"] == 400 and cause["provider_code"] == "NotAuthorizedException", cause
    shown = world.ctl("explain", "work").stdout
    assert "NotAuthorizedException" in shown and "agentctl login work" in shown, shown


def test_a_journal_has_no_secret_and_is_bounded(worlds):
    world = worlds(start=False)
    path = world.place.config / "session-agent" / "config.toml"
    path.write_text(path.read_text() + "\n[limits]\njournal_entries = 5\n")
    world.agent.start()
    world.signed_in("work")
    tokens = {world.client.token("work")["token"]}
    for _ in range(4):
        assert world.client.post("/v1/sessions/work/refresh").status == 200
        tokens.add(world.client.token("work")["token"])
    told = journal(world, "work")
    assert len(told["entries"]) == 5 and told["truncated"] and told["entries"][-1]["seq"] == 9
    assert not any(token in json.dumps(told) for token in tokens)
    page = journal(world, "work", "?after=6&limit=2")["entries"]
    assert [entry["seq"] for entry in page] == [7, 8]


def test_a_name_without_a_journal_is_not_found(shared):
    assert shared.client.get("/v1/sessions/nobody-ever/journal").status == 404
    assert shared.ctl("explain", "nobody-ever").returncode == 67
    shared.profile("unused")
    assert journal(shared, "unused") == {"session": "unused", "entries": [], "truncated": False}
