"""Feeds are well-formed whatever an alert says."""

from __future__ import annotations

import json
from dataclasses import replace

import feedparser
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from monitor.core.model import Evidence, Zone
from monitor.core.responses import Answer, Response, standing
from monitor.store.shown.alerts import ToldRow
from monitor.web.api.feeds import as_atom, as_json, entry_of
from tests.making import ALERT, NOON

# Also lone surrogates, which `st.text` leaves out by itself, and what neither XML nor a terminal takes.
NASTY = st.sampled_from(
    ["\x00", "\x1b[0m", "\ud800", "\udfff", "\ufffe", "\uffff", "]]>", "<script>", "&#0;", "\u202e"]
)
TEXT = st.lists(st.one_of(NASTY, st.text(max_size=20), st.characters()), max_size=5).map("".join)


@given(st.data())
def test_a_feed_is_well_formed_whatever_an_alert_says(data):
    text = {
        name: data.draw(TEXT)
        for name in (
            *("key", "rule", "rule_title", "headline", "reason", "article_title", "outlet", "language"),
            *("previous", "current", "watchlist"),
        )
    }
    url = data.draw(st.one_of(TEXT, TEXT.map(lambda rest: f"https://x.example/{rest}")))
    said = Response("t", Answer.ACKNOWLEDGE, data.draw(TEXT), NOON, data.draw(TEXT))
    evidence = (Evidence(data.draw(TEXT), 0, 1, Zone.BODY),)
    item = replace(ALERT, **text, article_url=url, evidence=evidence)
    entries = [
        entry_of(ToldRow(1, item, standing([said]), NOON), data.draw(st.sampled_from(["", "https://m.example"])))
    ]
    address = "http://localhost/feeds/alerts.atom?x=" + data.draw(TEXT)
    atom = as_atom(entries, "http://localhost", address)
    etree.fromstring(atom, etree.XMLParser(resolve_entities=False, recover=False))
    [read] = feedparser.parse(atom).entries
    [item] = json.loads(as_json(entries, "http://localhost", address).decode("utf-8"))["items"]
    assert read.id == item["id"] == entries[0].id
    assert all(found.href.startswith(("http://", "https://")) for found in read.get("links", ()))
    assert "<script>" not in atom.decode()
