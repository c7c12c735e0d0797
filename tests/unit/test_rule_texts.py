"""A rule is found in its file and put into another stage; not a letter of anything else changes."""

from __future__ import annotations

import pytest

from monitor.core.rules import Stage
from monitor.editing.rules import span, with_stage

TEXT = """\
version: 1
terms: {mill: {en: [mill]}}
rules:
  # the first
  - id: mills
    title: Mills  # all of them
    match:
      all:
        - mill
    description: |
      id: ports
      stage: shadow
  # about the next
  - title: Ports
    id: "ports"
    stage: shadow  # since May
    match: {all: [port]}

  - {id: trains, title: Trains, match: {all: [train]}}
"""


def test_a_rule_reaches_from_its_dash_to_its_last_line() -> None:
    assert span(TEXT, "mills") == (4, 12)
    assert span(TEXT, "ports") == (13, 17)
    assert span(TEXT, "trains") == (18, 19)
    assert span(TEXT, "none") is None


def test_a_stage_that_is_written_is_exchanged_and_keeps_its_comment() -> None:
    assert with_stage(TEXT, "ports", Stage.LIVE) == TEXT.replace("stage: shadow  # since", "stage: live  # since")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_stage_that_is_not_written_stands_below_the_id(ending: str) -> None:
    text = TEXT.replace("\n", ending)
    told = with_stage(text, "mills", Stage.SHADOW)
    assert told == text.replace(f"- id: mills{ending}", f"- id: mills{ending}    stage: shadow{ending}")


def test_what_is_written_on_one_line_is_left_to_people() -> None:
    assert with_stage(TEXT, "trains", Stage.SHADOW) is None
    assert with_stage(TEXT, "none", Stage.SHADOW) is None
