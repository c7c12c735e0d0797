"""Readers of foreign bytes against what hypothesis makes up: here for seconds, by `benchmarks.fuzz` for hours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks._targets import HTML, PAGES, TARGETS, Pages
from monitor.fetch import plain

LITTLE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", TARGETS)
def test_what_a_reader_promises_holds_for_any_input(name):
    target = TARGETS[name]

    @LITTLE
    @given(st.tuples(*target.inputs))
    def holds(arguments):
        target.check(*arguments)

    holds()


@pytest.fixture(scope="module")
def pages() -> Iterator[Pages]:
    pages = Pages()
    yield pages
    pages.close()


def test_any_page_is_an_article_or_unreadable_and_costs_no_process(pages):
    @settings(LITTLE, max_examples=15)
    @given(st.tuples(*PAGES))
    def holds(arguments):
        pages.read(*arguments)

    holds()


@LITTLE
@given(HTML)
def test_tags_taken_out_by_pattern_leave_the_letters_that_the_parser_leaves(markup):
    simple = plain._without_tags(markup)
    if simple is not None:
        assert "".join(plain._CONTROL.sub("", simple).split()) == "".join(
            plain._CONTROL.sub("", plain._parsed(markup)).split()
        )
