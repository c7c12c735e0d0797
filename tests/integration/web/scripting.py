"""Whether anything that strangers wrote comes to life on a page: scripts that run, elements, attributes and addresses
that only a string could have brought there, questions to other hosts."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any

MARK = "canary("  # stands in every string of ours, and calls what tells of it

# Elements and attributes that no page of ours has, and addresses that no link of ours may have.
_ALIVE = """() => {
    const tags = new Set(("ANIMATE APPLET AREA AUDIO BASE BGSOUND BLINK CANVAS CENTER DIALOG EMBED FONT FOREIGNOBJECT"
        + " FRAME FRAMESET IFRAME IMAGE ISINDEX KEYGEN LAYER LISTING MAP MARQUEE MATH NOEMBED OBJECT PLAINTEXT PORTAL"
        + " SET SOURCE STYLE TEMPLATE TRACK USE VIDEO XMP").split(" "));
    const addresses = ["href", "src", "action", "formaction", "xlink:href", "data", "background", "poster", "srcdoc",
        "srcset", "ping", "manifest", "content"];
    const found = [], hosts = ["http:", "https:", "mailto:"];
    const parsed = (value) => { try { return new URL(value, location.href); } catch { return null; } };
    const ours = (element, name) => {
        const url = parsed(element.getAttribute(name) || "-");
        return url && url.origin === location.origin && (url.pathname.startsWith("/static/") || name === "href");
    };
    for (const element of document.querySelectorAll("*")) {
        const tag = element.tagName.toUpperCase(), told = element.outerHTML.slice(0, 160);
        if (tags.has(tag) || tag.includes("-") || element instanceof HTMLUnknownElement) found.push(`element: ${told}`);
        if (["SCRIPT", "IMG"].includes(tag) && !ours(element, "src")) found.push(`element: ${told}`);
        if (tag === "LINK" && !ours(element, "href")) found.push(`element: ${told}`);
        if (tag === "META" && element.httpEquiv) found.push(`element: ${told}`);
        for (const name of element.getAttributeNames()) {
            const value = element.getAttribute(name);
            if (/^on/i.test(name) || /^style$/i.test(name) || /["'<=]/.test(name)) found.push(`${name}: ${told}`);
            if (!addresses.includes(name.toLowerCase()) || (tag === "META" && name === "content")) continue;
            const dead = value.slice(0, 8).toLowerCase() === "https://" || value.slice(0, 7).toLowerCase() === "http://";
            const protocol = (parsed(value) || {protocol: dead ? "http:" : "none"}).protocol;
            if (!hosts.includes(protocol)) found.push(`${name} of ${protocol} ${told}`);
        }
    }
    return found.slice(0, 5);
}"""
# What is there to read, also what stands in fields.
_WORDS = """() => document.title + " " + document.documentElement.textContent + " "
    + [...document.querySelectorAll("input, textarea, option")].map((field) => field.value).join(" ")"""


class Watch:
    """A page that is looked at. `found` tells what came to life, since it was last taken."""

    def __init__(self, page: Any):
        self.page = page
        self._heard: list[str] = []
        page.on("console", lambda said: self._told(f"console: {said.text}") if "ecurity" in said.text else None)
        page.on("pageerror", lambda error: self._told(f"error: {error}"))
        page.on("popup", lambda other: self._told(f"window: {other.url}"))
        page.on("download", lambda file: self._told(f"download: {file.url}"))
        page.on("dialog", self._dialog)

    async def begin(self) -> None:
        await self.page.expose_function("canary", lambda *given: self._told(f"canary: {given}"))
        await self.page.route("**/*", self._asked)

    async def _dialog(self, dialog: Any) -> None:
        self._told(f"dialog: {dialog.message}")
        await dialog.dismiss()

    async def _asked(self, route: Any) -> None:
        if route.request.url.startswith(("http://127.0.0.1", "about:", "blob:")):
            await route.continue_()
        else:
            self._told(f"asked: {route.request.url[:160]}")
            await route.abort()

    def _told(self, words: str) -> None:
        self._heard.append(words)

    async def words(self) -> str:
        return str(await self.page.evaluate(_WORDS))

    async def found(self) -> list[str]:
        heard = [*self._heard, *await self.page.evaluate(_ALIVE)]
        self._heard.clear()
        return heard

    async def show(self, body: str) -> list[str]:
        """What comes to life of a piece of HTML, on a page without a policy."""
        await self.page.goto("about:blank")
        await self.page.set_content(body)
        return await self.found()

    async def submit(self, path: str, **fields: str) -> None:
        """Send a form from the page at hand, and come to the page it leads to."""
        script = """([path, fields]) => {
            const form = document.createElement("form");
            form.method = "post"; form.action = path;
            for (const [name, value] of Object.entries(fields)) {
                const field = document.createElement("textarea");
                field.name = name; field.value = value; form.append(field);
            }
            document.body.append(form);
            HTMLFormElement.prototype.submit.call(form);
        }"""
        async with self.page.expect_navigation():
            await self.page.evaluate(script, [path, fields])


@asynccontextmanager
async def watching(browser: Any, *, policy: bool = False):
    """A page to watch. Without `policy` the browser heeds no Content-Security-Policy, so that a string that was not
    escaped really runs."""
    context = await browser.new_context(bypass_csp=not policy)
    watch = Watch(await context.new_page())
    await watch.begin()
    yield watch
    await context.close()
