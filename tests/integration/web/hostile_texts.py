"""What strangers might write to make a browser do something, and a desk in which it stands everywhere.

Some strings are ours; many more come from the corpora, where they are at hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from monitor.core.alerts import Alert
from monitor.core.model import Article, Entry, Evidence, Figure, Outcome, Polled, PollPlan, Zone
from monitor.core.responses import Answer, Fault, Response
from monitor.judging import judge_article
from monitor.store.corrections import Added
from monitor.store.edits import Edit
from monitor.store.people import By
from monitor.web.site import Site
from tests.contracts.ledger import make_fact
from tests.making import ALERT

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

OURS = (
    "<script>canary(1)</script>",
    "<img src=x onerror=canary(2)>",
    '"><svg onload=canary(3)>',
    "'><details open ontoggle=canary(4)><summary>x</summary></details>",
    '" autofocus onfocus=canary(5) x="',
    "' onmouseover='canary(6)",
    "</title></textarea></style></select></script><script>canary(7)</script>",
    '--><iframe srcdoc="<script>parent.canary(8)</script>"></iframe>',
    "]]><script>canary(9)</script><![CDATA[",
    "{{ canary(10) }} ${canary(10)} {% raw %} #{canary(10)}",
    '<a href="javascript:canary(11)">x</a>',
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=canary(12)&gt;'>",
    '<meta http-equiv="refresh" content="0;url=javascript:canary(13)">',
    "<base href='https://elsewhere.example/canary(14)'>",
    "<form action=javascript:canary(15)><button autofocus>x</button></form>",
    "<x-canary onclick=canary(16) tabindex=1>canary(16)</x-canary>",
    "&lt;script&gt;canary(17)&lt;/script&gt;",
    "\u202e<img\u2028src=x\u00a0onerror\u0000=canary(18)>",
    "*_`[canary(19)](javascript:canary(19))`_*",
    "<b style=color:red>canary(20)</b><blockquote><a href=https://elsewhere.example>",
)
LINKS = (
    "javascript:canary(31)",
    " java\tscript:canary(32)",
    "JaVaScRiPt:canary(33)//https://x.example",
    "data:text/html,<script>canary(34)</script>",
    "vbscript:canary(35)",
    'https://x.example/"onclick="canary(36)',
    "https://x.example/'><script>canary(37)</script>",
    "//elsewhere.example/canary(38)",
    "https://x.example/\njavascript:canary(39)",
    "blob:https://x.example/canary(40)",
    "\u0001javascript:canary(41)",
    "https:javascript:canary(42)",
)


def of_corpus(folder: Path) -> list[str]:
    """The strings of others, each once."""
    found = [*_column(folder / "xss_strings.jsonl", "s"), *_column(folder / "sanitizer_cases_miniflux.jsonl", "input")]
    found += json.loads((folder / "blns.json").read_text("utf-8"))
    return list(dict.fromkeys(text.encode("utf-8", "replace").decode() for text in found if text.strip()))


def _column(path: Path, name: str) -> Iterator[str]:
    """Of each line the field of that name; the lines that are no JSON as they are."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            try:
                yield json.loads(line)[name]
            except ValueError:
                yield line


def addresses(strings: Sequence[str]) -> list[str]:
    """Those that could be taken for a link."""
    return [text for text in strings if ":" in text[:24] or text.startswith(("//", "\\", "/"))]


@dataclass(frozen=True)
class Bundle:
    """Many strings for one thing of each kind: `line` has all of them, `link` is one that stands where links stand."""

    number: int
    strings: tuple[str, ...]
    link: str

    @property
    def line(self) -> str:
        return " ".join(self.strings)

    @property
    def rule(self) -> str:
        return f"about-w{self.number}"

    @property
    def source(self) -> str:
        return f"s{self.number}"


def bundled(strings: Sequence[str], count: int) -> list[Bundle]:
    """Each begins with some of ours, in turn, for some places show no more than the beginning."""
    links = [*LINKS, *addresses(strings)]
    return [
        Bundle(n, (OURS[n % len(OURS)], *strings[n::count]), links[n % len(LINKS) if n % 2 else -n % len(links)])
        for n in range(count)
    ]


def write_files(folder: Path, bundles: Sequence[Bundle]) -> None:
    """Rules whose titles, and sources whose names, are hostile."""
    watchlists = folder / "watchlists"
    watchlists.mkdir()
    (folder / "seeds").mkdir()
    rules = "".join(
        f"  - id: {one.rule}\n    kind: event\n    title: {_quoted(one.line)}\n    severity: high\n"
        f"    match: {{all: [w{one.number}]}}\n"
        f"    steps:\n      - {{id: exploded, title: {_quoted(one.line)}, cues: [blast]}}\n"
        for one in bundles
    )
    terms = "".join(f"  w{one.number}: {{any: [quaxite{one.number}]}}\n" for one in bundles)
    words = f"version: 1\nterms:\n  blast: {{en: [explosion]}}\n{terms}rules:\n{rules}"
    (watchlists / "words.yaml").write_text(words, encoding="utf-8")
    listed = "".join(
        f"  - {{id: {one.source}, url: 'https://{one.source}.example/', name: {_quoted(one.line)}, language: en}}\n"
        for one in bundles
    )
    (watchlists / "sources.yaml").write_text(f"version: 1\nsources:\n{listed}", encoding="utf-8")
    (watchlists / "channels.yaml").write_text(
        "version: 1\ndefault: [oncall]\nchannels:\n  oncall:\n    targets:\n      - {name: screen, url: 'console://'}\n"
    )


def _quoted(text: str) -> str:
    """As YAML writes it between quotes: in JSON's way as far as that knows a character."""
    return f'"{"".join(json.dumps(c)[1:-1] if c < chr(0x10000) else c * c.isprintable() for c in text)}"'


_FIELDS = ("headline", "rule_title", "reason", "outlet", "article_title", "previous", "current")
TEXTS = len(_FIELDS) + 2


def hostile_alert(number: int, texts: Sequence[str], link: str, **changes: object) -> Alert:
    """One that says nothing else: TEXTS places for them, in turn."""
    filled = [texts[(number + place) % len(texts)] for place in range(TEXTS)]
    return replace(
        ALERT,
        **dict(zip(_FIELDS, filled, strict=False)),
        key=f"evil:{number}",
        event=f"evil{number}",
        article_url=link,
        language='en" onload="canary(51)',
        evidence=tuple(
            Evidence(text, 0, 1, zone, ((text, text),)) for text, zone in zip(filled[-2:], Zone, strict=False)
        ),
        **changes,
    )


@dataclass(frozen=True)
class Told:
    """What stands in the store of one bundle."""

    bundle: Bundle
    alert: Alert
    article: str
    fact: str


def fill(site: Site, bundles: Sequence[Bundle], now: datetime) -> list[Told]:
    """Every text of every kind that the desk keeps is one of the strings, as far as its kind allows."""
    configuration = site.configuration()
    site.store.sync_sources(configuration.sources, now - HOUR)
    return [_told(site, bundle, now) for bundle in bundles]


def _told(site: Site, bundle: Bundle, now: datetime) -> Told:
    line, store = bundle.line, site.store
    article = _article(site, bundle, now)
    store.judging(lambda unit: judge_article(article, site.configuration().desk, unit, now))
    alert = hostile_alert(bundle.number, [line], bundle.link, rule=bundle.rule, article_id=article.id, created_at=now)
    for told in (alert, replace(alert, key=f"{alert.key}:update:denied", rings=False)):
        store.tell(told, (("oncall", "screen"),), (), ())
    store.respond(Response(alert.thread, Answer.REJECT, line, now, line, via=line, fault=Fault.WRONG), now)
    waiting, _ = store.claim(now + MINUTE, now + HOUR, 50)
    for each in waiting:
        store.begin([each.delivery.id], now + MINUTE)
        store.failed(each.delivery.id, now + MINUTE, line)
    store.add_silence((("rule", (bundle.rule,)),), line, line, now - MINUTE, now + HOUR * (-1) ** bundle.number)
    site.desk.note(now, line, line, "alert.acknowledge", line, line)
    site.desk.people.add_token(line, "viewer", f"{bundle.number}", now, By(line, line))
    text = (site.watchlists / "words.yaml").read_text(encoding="utf-8")
    edit = Edit(0, "watchlists/words.yaml", now, line, line, text, f"{text}# {line}\n")
    site.desk.keep_edit(edit, line, lambda: None)
    item = make_fact(
        "",
        rule=bundle.rule,
        step="exploded",
        source="",
        words=line,
        language='en" onload="canary(52)',
        outlet=line,
        url=bundle.link,
        event="",
        places=frozenset(bundle.strings[:9]),
        names=frozenset(bundle.strings[:9]),
        figures=(Figure(2.0, bundle.strings[0], True, line),),
    )
    key = site.desk.add_fact(item, Added(line, now, line, line))
    assert key is not None
    return Told(bundle, alert, article.id, key)


def _article(site: Site, bundle: Bundle, now: datetime) -> Article:
    """It comes as entries do."""
    line, store, name = bundle.line, site.store, f"a{bundle.number}"
    entries = [Entry(name, (name,), f"https://x.example/{name}", line, line, line, published=now - HOUR, author=line)]
    entries += [Entry(f"{name}-l", (f"{name}-l",), bundle.link, line, published=now - HOUR, author=line)]
    polled = Polled(bundle.source, now, Outcome.TEMPORARY, tuple(entries), status=200, message=line)
    store.record_polls([(polled, PollPlan(now + HOUR, "rhythm"), frozenset())])
    title = f"An explosion of quaxite{bundle.number}: {line}"
    article = Article(
        *(name, title, "\n\n".join([title, *bundle.strings]), now - HOUR, now, "en", line, "x", bundle.link),
        source_id=bundle.source,
        note=line,
        extractor=line,
        extracted_at=now,
        why=line,
    )
    for pending in store.pending_entries(now + MINUTE, 10):
        if pending.entry.identity == name:
            store.save_article(pending.id, article)
        else:
            store.postpone_entry(pending.id, now + 9 * HOUR, line)
    return article


def chunks(strings: Sequence[str], most: int) -> Iterator[str]:
    """All of them in lines that fit into an address."""
    line = ""
    for text in strings:
        if line and len(line) + len(text) > most:
            yield line
            line = ""
        line += f" {text[:most]}"
    yield line
