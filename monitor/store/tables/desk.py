"""People, what they may and what they did; the files as they edited them."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.columns import Json, Key, UTCDateTime, Words
from monitor.store.tables.base import EMPTY, Id, metadata

person = sa.Table(
    "person",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", Key, nullable=False, unique=True),
    sa.Column("role", Key, nullable=False),
    sa.Column("password", Words, nullable=False),  # its hash
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.Column("ended_at", UTCDateTime),  # NULL: may log in
)

# Somebody who has logged in. What the browser holds is not here, only its digest.
session = sa.Table(
    "session",
    metadata,
    sa.Column("digest", Key, primary_key=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.Column("seen_at", UTCDateTime, nullable=False),
    sa.Column("ends_at", UTCDateTime, nullable=False, index=True),
)

# A program that speaks to the API; again only the digest.
token = sa.Table(
    "token",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", Key, nullable=False),
    sa.Column("digest", Key, nullable=False, unique=True),
    sa.Column("role", Key, nullable=False),
    sa.Column("author", Words, nullable=False),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.Column("used_at", UTCDateTime),
    sa.Column("ended_at", UTCDateTime),
)

# Every change by a person: `what` was done (`alert.acknowledge`) to which thing (`alert:12`).
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", UTCDateTime, nullable=False),
    sa.Column("author", Words, nullable=False),
    sa.Column("via", Key, nullable=False),
    sa.Column("what", Key, nullable=False),
    sa.Column("about", Key, nullable=False),
    sa.Column("words", Words, nullable=False),
    sa.Index("ix_audit_about", "about", "id"),
)

# A file as somebody saved it, with what it was before: the last of a file is what we wrote last.
edit = sa.Table(
    "edit",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("file", Key, nullable=False),
    sa.Column("at", UTCDateTime, nullable=False),
    sa.Column("author", Words, nullable=False),
    sa.Column("reason", Words, nullable=False, server_default=EMPTY),
    sa.Column("before", Words),  # NULL: there was none
    sa.Column("after", Words),  # NULL: it was deleted
    sa.Index("ix_edit_file", "file", "id"),
)

# The files as they came into force, counted: “rules v42”.
edition = sa.Table(
    "edition",
    metadata,
    sa.Column("number", Id, primary_key=True),
    sa.Column("at", UTCDateTime, nullable=False),
    sa.Column("stamp", Key, nullable=False),
    sa.Column("words", Words, nullable=False),
    sa.Column("details", Words, nullable=False, server_default=EMPTY),  # a line for each kind of thing
    sa.Column("contents", Json),  # what the files define, as digests; NULL: there is a later edition
)
