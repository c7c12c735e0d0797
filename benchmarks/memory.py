"""How much memory judging takes: English alone, and all eight languages together.

Each case is a process of its own, with everything imported that the daemon imports and the shipped
rules and seeds loaded. It judges articles of 600 words until dictionaries and caches are
full: half of the words are ones that no article had before, taken from the dictionary of the language
(Azerbaijani, which has none, gets invented names). Reported is the largest resident size that the
process ever had. The floor is an interpreter that has loaded nothing.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from marisa_trie import BytesTrie

import monitor.daemon  # noqa: F401 - its libraries are part of what is measured
from benchmarks._measure import emit, options, progress
from benchmarks._prose import LANGUAGES as PROSE
from benchmarks._prose import Prose
from monitor import dictionaries
from monitor.core.judge import Judge
from monitor.core.language import LANGUAGES
from monitor.core.model import Article
from monitor.judging import Desk, judge_article
from monitor.memory import MemoryLedger
from monitor.watchlists import load, load_seeds

ROOT = Path(__file__).resolve().parent.parent
CASES = {"rss_english_mb": ("en",), "rss_eight_languages_mb": LANGUAGES}
ARTICLES, WORDS = 150, 600
PEAK = """
import sys
if sys.platform == "linux":
    print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
else:
    import resource
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1))
"""


def new_words(lang: str, prose: Prose) -> Iterator[str]:
    """Words from the whole of a dictionary in equal steps, over and over."""
    while lang == "az":
        yield prose.name(lang)
    words = BytesTrie()
    words.mmap(str(dictionaries.file_of(lang)))
    while True:  # nothing is kept: `cycle` would remember every word
        yield from islice(words.iterkeys(), 0, None, max(1, len(words) // (ARTICLES * WORDS // 2)))


def article(number: int, lang: str, supply: Iterator[str], prose: Prose) -> Article:
    """Prose of the language where we have it, and new words; in paragraphs of fifty words."""
    known = prose.paragraphs(lang, WORDS // 2) if lang in PROSE else []
    fresh = list(islice(supply, WORDS - sum(len(part.split()) for part in known)))
    sentences = [" ".join(fresh[at : at + 10]).capitalize() + "." for at in range(0, len(fresh), 10)]
    paragraphs = [" ".join(sentences[at : at + 5]) for at in range(0, len(sentences), 5)]
    told = prose.article(number)
    return Article(
        id=f"{lang}-{number}",
        title=sentences[0],
        text="\n\n".join([*known, *paragraphs]),
        published=told.published,
        first_seen=told.first_seen,
        language=lang,
        publisher=told.publisher,
    )


def judge(languages: tuple[str, ...], articles: int) -> None:
    """So many articles of each language, languages taking turns."""
    loaded = load(ROOT / "watchlists")
    desk, prose = Desk(Judge(loaded.ruleset), {}), Prose(3, loaded.ruleset)
    ledger = MemoryLedger(fact for seed in load_seeds(ROOT / "seeds", loaded.ruleset) for fact in seed.baseline)
    supplies = {lang: new_words(lang, prose) for lang in languages}
    for number in range(articles):
        for lang in languages:
            told = article(number, lang, supplies[lang], prose)
            judge_article(told, desk, ledger, told.published)


def peak(*arguments: str) -> float:
    """The largest resident size, in MB, of a Python process with these arguments that prints it in kB."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout) / 1024


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--case", choices=CASES, help="be the process that is measured")
    chosen = parser.parse_args()
    articles = 3 if chosen.quick else ARTICLES
    if chosen.case:
        judge(CASES[chosen.case], articles)
        exec(PEAK)  # the same lines as in the empty interpreter
        return
    empty = peak("-c", PEAK)
    for case, languages in CASES.items():
        progress(f"{case}: {articles} articles in each of {len(languages)} languages")
        quick = ("--quick",) if chosen.quick else ()
        emit(case, peak("-m", "benchmarks.memory", "--case", case, *quick), "MB", "an empty interpreter", empty)


if __name__ == "__main__":
    main()
