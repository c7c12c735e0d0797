"""The index of words, which each database keeps in a form of its own: made by migrations, no part of the metadata.

SQLite: FTS5 without a copy of the texts. Its tokenizer `ascii` splits our lemmas at blanks and takes every letter
beyond ASCII as it is. A row is never changed: an edit gets a row of its own, and the old number no article.
PostgreSQL: a tsvector of the same lemmas and marks, with a GIN index.
"""

from __future__ import annotations

from monitor.queueing import TABLES

WORDS = "article_words"


def include_name(name: str | None, kind: str, parents: object) -> bool:
    """For comparisons of the schema: FTS5 keeps tables of its own beside, and so does the queue."""
    return not (kind == "table" and name is not None and (name == WORDS or name.startswith((f"{WORDS}_", TABLES))))
