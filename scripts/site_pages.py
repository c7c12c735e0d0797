"""What the documentation site has beside `docs/`: pages of the root folder, and references made of the code.

A hook of MkDocs (`hooks` in mkdocs.yml). The references are what a monitor says that runs for the moment: it is built
on an empty database in a folder of its own, and asked on loopback.
"""

from __future__ import annotations

import asyncio
import io
import json
import posixpath
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from site_reference import openapi_page, schema_page  # noqa: E402

from monitor.app import build  # noqa: E402
from monitor.config import load_settings  # noqa: E402

# Files of the root folder → pages of the site.
OF_THE_ROOT = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "LICENSE": "licence.md",
}
_LINK = re.compile(r"(?P<before>!?)\[(?P<words>[^]\n]*(?:\[[^]\n]*\][^]\n]*)*)\]\((?P<target>[^)\s]+)\)")
_CSS = ROOT / "scripts" / "site.css"
_OF = {
    "channels": "`channels.yaml`",
    "seed": "each file of `seeds/`",
    "sources": "`sources.yaml`",
    "watchlist": "every other file of `watchlists/`",
    "webhook": "what a [signed web hook](webhook.md) carries",
}
_ICON = ROOT / "monitor" / "web" / "static" / "icon.svg"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for name, content in _made():
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Links are written for those who read the files in a checkout; here they lead to pages."""
    name = page.file.src_uri
    at = next((of_root for of_root, here in OF_THE_ROOT.items() if here == name), f"docs/{name}")
    return "\n".join(_lines(markdown, at, posixpath.dirname(name)))


def _lines(markdown: str, at: str, folder: str) -> Iterator[str]:
    fenced = False
    for line in markdown.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        yield line if fenced else _LINK.sub(lambda found: _led(found, at, folder), line)


def _led(found: re.Match[str], at: str, folder: str) -> str:
    """A link of the file `at`; what is no page of the site is named without one."""
    path, hash_, anchor = found["target"].partition("#")
    if not path or re.match(r"[a-z]+:", path):
        return found[0]
    target = posixpath.normpath(posixpath.join(posixpath.dirname(at), path))
    here = target.removeprefix("docs/") if target.startswith("docs/") else OF_THE_ROOT.get(target)
    if here is None:
        return found["words"]
    return f"{found['before']}[{found['words']}]({posixpath.relpath(here, folder or '.')}{hash_}{anchor})"


def _made() -> Iterator[tuple[str, str | bytes]]:
    for name, here in OF_THE_ROOT.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        yield here, f"# Licence\n\n```text\n{text}```\n" if name == "LICENSE" else text
    description = asyncio.run(_asked())
    yield "reference/api.md", openapi_page(description)
    yield "reference/openapi.json", json.dumps(description, indent=1, ensure_ascii=False)
    schemas = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "schema").glob("*"))}
    yield "reference/webhook.md", schema_page("What a web hook carries", schemas["webhook"], "webhook.json")
    yield "reference/schemas.md", _schemas(schemas)
    for name in schemas:
        yield f"reference/{name}.json", (ROOT / "schema" / f"{name}.json").read_bytes()
    yield "site.css", _CSS.read_bytes()
    yield "icon.svg", _ICON.read_bytes()


def _schemas(schemas: dict[str, Any]) -> str:
    rows = "".join(f"| [{name}.json]({name}.json) | {_OF[name]} |\n" for name in schemas)
    return (
        "# Schemas of the files\n\nJSON Schema (draft 2020-12), as `monitor schema` prints it: an editor shows with "
        "them what a key means, completes it, and marks what cannot be right. What each key does is told in "
        f"[Watchlists](../watchlists.md).\n\n| schema | of |\n|---|---|\n{rows}"
    )


async def _asked() -> dict[str, Any]:
    """OpenAPI, of a monitor that has done nothing yet."""
    with tempfile.TemporaryDirectory(prefix="monitor-site-") as scratch:
        folder = Path(scratch)
        given, _ = load_settings(
            {
                "MONITOR_DATABASE_URL": f"sqlite:///{folder}/monitor.db",
                "MONITOR_WATCHLISTS_DIR": str(ROOT / "watchlists"),
                "MONITOR_SEEDS_DIR": scratch,
            },
            None,
            folder / "nowhere",
        )
        settings = given.model_copy(update={"web_port": 0})
        app = build(settings, console=io.StringIO(), secrets={})
        assert app.web is not None
        await app.web.start()
        try:
            answer = await asyncio.to_thread(_read, f"{app.web.address}/api/v1/openapi.json")
        finally:
            await app.close()
    description: dict[str, Any] = json.loads(answer)
    return description


def _read(url: str) -> str:
    with urlopen(url, timeout=20) as answer:  # noqa: S310 our own server
        return str(answer.read().decode())
