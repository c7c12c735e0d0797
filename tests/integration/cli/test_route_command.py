"""`monitor route`: who would get an alert, and why."""

from __future__ import annotations

ROUTED = """\
version: 1
default: [oncall]
routes:
  - {match: {rule: "monitor:*"}, to: [operators]}
  - match: {severity: high}
    to: [oncall, operators]
    routes:
      - {match: {language: az}, to: [chat]}
channels:
  oncall: {targets: [{name: screen, url: "console://"}]}
  operators: {targets: [{name: screen, url: "console://"}]}
  chat: {targets: [{name: slack, url: "slack://${SLACK_TOKENS}"}]}
"""


def test_it_says_who_gets_it_why_and_what_was_left_open(desk):
    desk.write("watchlists/channels.yaml", ROUTED)
    ran = desk.run("route", "sinkings")
    assert ran.code == 0
    assert ran.out.splitlines()[:2] == [
        "rule sinkings, watchlist ferries, severity high → oncall, operators",
        "  because    severity high (channels.yaml:5)",
    ]
    assert ran.complaints[-1] == "monitor: some routes ask for more than was given: try --language"


def test_a_route_to_targets_that_are_off_is_told_by_the_exit_code(desk):
    desk.write("watchlists/channels.yaml", ROUTED)
    ran = desk.run("route", "sinkings", "--language", "az", "--json")
    assert (ran.code, ran.data["routing"]["channels"]) == (1, ["chat"])
    assert ran.data["routing"]["why"] == "severity high (channels.yaml:5), then language az (channels.yaml:8)"
    assert ran.data["targets"][0]["problem"] == "off: no value for SLACK_TOKENS"


def test_what_the_monitor_says_of_itself_has_routes_as_well(desk):
    desk.write("watchlists/channels.yaml", ROUTED)
    assert "→ operators" in desk.run("route", "monitor:coverage").out


def test_another_severity_and_no_route_lead_to_the_default_channels(desk):
    desk.write("watchlists/channels.yaml", ROUTED)
    ran = desk.run("route", "sinkings", "--severity", "low")
    assert "→ oncall\n  because    no route fits: the default channels" in ran.out


def test_a_rule_that_does_not_exist_is_told_with_the_nearest_one(desk):
    ran = desk.run("route", "sinking")
    assert (ran.code, ran.complaints) == (2, ["monitor: there is no rule sinking (did you mean “sinkings”?)"])


def test_it_says_when_a_channel_rings_and_what_follows(desk):
    timed = "targets: [{name: screen, url: 'console://'}]\n    zone: Asia/Baku\n"
    timed += "    quiet: {from: 23:00, to: 07:00, days: mon-fri, let_through: critical}\n"
    timed += "    digest: {at: 08:00}\n    group: {wait: 90s}\n    remind: {every: 30m, most: 2}\n"
    timed += "    escalate: {after: 1h, to: [chat]}\n"
    chat = "  chat: {targets: [{name: screen, url: 'console://'}]}\n"
    text = f"version: 1\ndefault: [oncall]\nchannels:\n  oncall:\n    {timed}{chat}"
    desk.write("watchlists/channels.yaml", text)
    assert desk.run("route", "sinkings", "--json").data["timing"]["oncall"] == [
        "quiet hours 23:00–07:00 Asia/Baku on mon, tue, wed, thu, fri; not for critical",
        "digest at 08:00 Asia/Baku",
        "waits 90 s for what belongs together",
        "reminds every 30 min until somebody acknowledges, 2 times at most",
        "unacknowledged for 1 h: to chat",
    ]
    assert "oncall: unacknowledged for 1 h: to chat" in desk.run("route", "sinkings").out


def test_of_a_rule_on_trial_it_says_that_nothing_is_sent(desk):
    desk.write("watchlists/channels.yaml", ROUTED)
    path = desk.folder / "watchlists" / "ferries.yaml"
    path.write_text(path.read_text().replace("    severity: high\n", "    severity: high\n    stage: shadow\n"))
    ran = desk.run("route", "sinkings")
    assert "  on trial   nothing is sent; so it would go once the rule is live" in ran.out.splitlines()
    assert desk.run("route", "sinkings", "--json").data["stage"] == "shadow"
