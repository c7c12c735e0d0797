"""What is read in one pass is what feedparser reads, or it is left to feedparser."""

from __future__ import annotations

import pytest

from monitor.fetch.quickfeed import read_quickly
from monitor.fetch.xmlfeed import read_slowly

NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:wire="https://wire.example/ns" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)


def rss(*items: str, channel: str = "<title>Wire</title><link>https://a.example/</link>", more: str = "") -> str:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {NAMESPACES} {more}><channel>{channel}{listed}</channel></rss>'


def atom(*entries: str, more: str = "") -> str:
    listed = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES} {more}><title>Wire</title>{listed}</feed>'


def rdf(*items: str) -> str:
    listed = "".join(f'<item rdf:about="https://a.example/{n}">{item}</item>' for n, item in enumerate(items))
    return (
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f"{NAMESPACES}>"
        f'<channel rdf:about="https://a.example/"><title>W</title>'
        f'<items><rdf:Seq><rdf:li resource="x"/></rdf:Seq></items>'
        f"</channel>{listed}</rdf:RDF>"
    )


# Each says something about an item that the other reader has a rule for.
ITEMS = {
    "plain": "<title>A</title><link>https://a.example/1</link><guid>7</guid><pubDate>20 Nov 2026</pubDate>",
    "guid is the link": "<title>A</title><guid>https://a.example/1</guid>",
    "guid is no link": '<title>A</title><guid isPermaLink="false">https://a.example/1</guid>',
    "empty link": "<title>A</title><link/><guid>https://a.example/1</guid>",
    "two links": "<title>A</title><link>/1</link><link>/2</link>",
    "an escaped link": "<title>A</title><link>https://a.example/?a=1&amp;amp;b=2&amp;copy;=3</link>",
    "slashes": "<title>A</title><link>https:////a.example//1</link>",
    "atom link beside": '<title>A</title><link>/1</link><atom:link rel="alternate" href="/2"/>',
    "other links": '<title>A</title><atom:link rel="self" href="/s"/><atom:link type="application/json" href="/j"/>',
    "encoded before": "<content:encoded>Long &lt;p&gt;text</content:encoded><description>Short</description>",
    "encoded after": "<description>Short</description><content:encoded>Long</content:encoded>",
    "encoded alone": "<content:encoded>Long</content:encoded>",
    "two descriptions": "<description>One</description><description>Two, longer</description>",
    "summary and description": "<summary>One</summary><description>Two</description><summary>Three</summary>",
    "media before": "<media:title>M</media:title><media:description>N</media:description><title>A</title>",
    "media after": "<title>A</title><description>D</description><media:group><media:title>M</media:title>"
    "<media:content url='x'><media:description>Deeper</media:description></media:content></media:group>",
    "media alone": "<media:group><media:title>M</media:title></media:group><media:thumbnail url='x'/>",
    "two titles": "<title/><title>A</title><dc:title>B</dc:title>",
    "a title after the source": "<title>A</title><source url='https://b.example'>B</source><title>C</title>",
    "dates": "<dc:date>2026-11-20</dc:date><pubDate/><atom:updated>2026-11-21</atom:updated>"
    "<dcterms:created>x</dcterms:created>",
    "authors": "<author>a@b.example (A)</author><dc:creator>B</dc:creator><itunes:author/>",
    "an atom author": "<author><name>A</name><email>a@b.example</email><uri>https://a.example</uri></author>",
    "an author's mail": "<author><email>a@b.example</email></author>",
    "its own elements": "<title>A</title><wire:title>X</wire:title><wire:b c='d'><wire:e>f</wire:e></wire:b>"
    "<full-text>y</full-text>",
    "twice encoded": "<title>&#208;&#159;</title><description>&#147;A&#148; &#133;</description>",
    "spaces": "<title>\n A\tB \u2003</title><description> \xa0</description>",
    "comments": "<title>A<!-- x -->B<?x y?>C</title><!-- <title>D</title> -->",
    "sections": "<title><![CDATA[A & B]]> C</title><description><![CDATA[<p>x</p>]]><![CDATA[<p>y</p>]]></description>",
}
# Here it goes by rules that are not ours.
OTHERS = {
    "markup": "<title>A <b>B</b></title>",
    "xhtml": '<title type="xhtml">A</title>',
    "base64": '<content type="application/octet-stream">QQ==</content>',
    "a base": '<title>A</title><link xml:base="https://b.example/">/1</link>',
    "an image": "<title>A</title><image><title>B</title><link>/2</link></image>",
    "the body": "<title>A</title><xhtml:body xmlns:xhtml='http://www.w3.org/1999/xhtml'>B</xhtml:body>",
    "its own source": "<title>A</title><source><title>B</title><updated>2026</updated></source>",
    "people": "<author>A</author><author><email>b@b.example</email></author>",
    "a prefix that means two things": "<title>A</title><dc:date xmlns:dc='https://odd.example/'>2026</dc:date>",
    "an item in an item": "<title>A</title><item><title>B</title></item>",
    "names of its own": "<title>A</title><date>2026-11-20</date>",
}


@pytest.mark.parametrize("form", [rss, atom, rdf])
@pytest.mark.parametrize("name", ITEMS)
def test_what_feeds_are_made_of_is_read_in_one_pass_as_feedparser_reads_it(form, name):
    text = form("<title>Before</title>", ITEMS[name], "<title>After</title><description>x</description>")
    assert read_quickly(text) == read_slowly(text)[0]


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_sure_is_left_to_feedparser(name):
    assert read_quickly(rss(OTHERS[name])) is None


@pytest.mark.parametrize(
    "text",
    [
        rss(),
        rss("<title>A</title>")[:-10],
        '<!DOCTYPE rss [<!ENTITY x "y">]>' + rss("<title>&x;</title>"),
        '<rss xmlns="https://odd.example/"><channel><item><title>A</title></item></channel></rss>',
        rss("<title>A</title>", more='xml:base="https://b.example/"'),
        rss("<title>A</title>", channel="<description>A</description><itunes:summary>B</itunes:summary>"),
        "<opml><body><item><title>A</title></item></body></opml>",
        "<channel><item><title>A</title></item></channel>",
        '<rss><channel lastmod="2026-11-20"><item href="/1"><title>A</title></item></channel></rss>',
        "<rss><channel><item>" + "<a>" * 20 + "</a>" * 20 + "</item></channel></rss>",
        "<rss><channel><item><title>\ud800</title></item></channel></rss>",
        rss("<title>\x01</title>"),
        "",
    ],
)
def test_documents_that_are_not_sure_to_be_read_alike_are_left_to_feedparser(text):
    assert read_quickly(text) is None
