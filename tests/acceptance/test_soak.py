"""A short soak; `python -m tests.acceptance.soak` makes a long one."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.soak import Soak


def test_on_a_hostile_internet_and_killed_at_random_nothing_is_lost_nor_doubled_nor_asked_too_often(tmp_path: Path):
    soak = Soak(tmp_path, kill_every=4.0)
    soak.run(minutes=0.3)
    assert soak.kills >= 2
    asked = {outlet.habit: len(outlet.asked) for outlet in soak.internet.outlets}
    assert min(asked.values()) >= 2, f"everybody was asked: {asked}"
