"""docs/messages.md: every field, form and block of a message, and none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.core.summary import Group, Item
from monitor.messages.formats import FORMATS
from monitor.messages.samples import ALERT, SUMMARY
from monitor.messages.templates import FIELDS, environment
from monitor.notify import LIMITS

DOC = (Path(__file__).parents[2] / "docs" / "messages.md").read_text(encoding="utf-8")


def rows_after(line: str) -> list[str]:
    _, found, rest = DOC.partition(f"\n{line}")
    assert found, f"the page has no line {line!r}"
    table = re.search(r"^\| [a-z]+ \|.*?(?=\n\n|\n?\Z)", rest, re.DOTALL | re.MULTILINE)
    assert table
    return re.findall(r"^\| `(\w+)` \|", table[0], re.MULTILINE)


@pytest.mark.parametrize(
    ("line", "kind"), [("The fields of an alert;", ALERT), ("The fields of several in one message:", SUMMARY)]
)
def test_the_page_has_exactly_the_fields_of_a_message(line: str, kind: str) -> None:
    assert sorted(rows_after(line)) == sorted(FIELDS[kind])


def test_the_page_has_the_fields_of_the_lists_in_a_summary() -> None:
    (row,) = re.findall(r"^\| `items` \| .* each with (.*) \|$", DOC, re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == list(Item.__dataclass_fields__)
    (row,) = re.findall(r"^\| `groups` \| .* each with (.*) \|$", DOC, re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == list(Group.__dataclass_fields__)


def test_the_page_has_every_form_with_its_limit() -> None:
    assert rows_after("## The forms") == list(FORMATS)
    for form, limit in LIMITS.items():
        (row,) = re.findall(rf"^\| `{form}` \|.*$", DOC, re.MULTILINE)
        assert (f"{limit:,}" if limit else "none") in row


def test_the_page_names_every_block_that_can_be_changed() -> None:
    named, in_mail = re.search(r"changes what stands in its blocks: (.*); in mail (.*)\. Without", DOC).groups()
    for form in FORMATS:
        blocks = set(environment(form, {}).get_template(f"alert.{form}.j2").blocks)
        told = set(re.findall(r"`(\w+)`", in_mail if form == "email" else named))
        assert blocks - {"content", "preview"} == (told - {"head"} if form == "text" else told)
