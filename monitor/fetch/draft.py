"""What a feed says about one item, before it is cleaned."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """Raw strings, "" for what is missing. Text may carry markup; the link may be relative."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    date: str = ""
    updated: str = ""
    author: str = ""
