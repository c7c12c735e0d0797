"""What the documents tell people to run and to read is there."""

import re
from pathlib import Path

import pytest

from monitor.cli import main

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("**/*.md"))]


def commands(program: str) -> list[str]:
    """Lines in code blocks of shell, and inline code, that run the program; without repetition."""
    found: dict[str, None] = {}
    for document in DOCUMENTS:
        text = document.read_text()
        blocks = "\n".join(re.findall(r"```(?:sh|bash|console)\n(.*?)```", text, re.S))
        for code in re.findall(rf"^(?:\$ )?(?:\.venv/bin/)?{program} .*$", blocks, re.M) + re.findall(
            rf"`(?:\.venv/bin/)?({program} [^`]+)`", text
        ):
            found[re.sub(r"^(\$ )?(\.venv/bin/)?", "", code).split("#")[0].strip()] = None
    return list(found)


@pytest.mark.parametrize("command", commands("make"))
def test_every_make_target_that_is_named_exists(command: str) -> None:
    targets = [word for word in command.split()[1:] if "=" not in word and not word.startswith("-")]
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(targets) <= known


@pytest.mark.parametrize("command", commands("monitor"))
def test_every_monitor_command_that_is_named_exists(command: str) -> None:
    words = []
    for word in command.split()[1:]:
        if not re.fullmatch(r"[a-z][a-z-]*", word):
            break
        words.append(word)
    assert main([*words[:2], "--help"]) == 0


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_the_two_commands_stand_first() -> None:
    first = re.search(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.S)[1]
    assert [line.split("#")[0].strip() for line in first.strip().splitlines()] == ["make demo", "make test"]
