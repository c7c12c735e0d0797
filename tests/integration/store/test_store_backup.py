"""A backup holds all that cannot be made anew, and becomes the same database again, of either kind."""

from __future__ import annotations

import json
import os
import stat
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.errors import ArchiveError, StoreError
from monitor.store import archive, backup, leases, migrate, upkeep
from monitor.store.archive import Archive
from monitor.store.engine import create_engine, reading, transaction
from monitor.store.lock import only_daemon
from monitor.store.restore import restore
from monitor.store.tables import article, delivery, edition, entry, lease, source
from tests import postgres
from tests.contracts.ledger import NOW
from tests.disk import NoMountError, small_disk
from tests.integration.conftest import BACKENDS
from tests.integration.store.rowmaking import contents, fill
from tests.optional import missing

LEFT_OUT = ("lease", "number_gone", "session", "upkeep")


@pytest.fixture(params=BACKENDS)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Another database, without any table."""
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path}/other/monitor.db")
        yield engine
        engine.dispose()
        return
    with postgres.database(request.getfixturevalue("postgres_server")) as url:
        engine = create_engine(url)
        yield engine
        engine.dispose()


def without_index(found: dict[str, list[tuple]]) -> dict[str, list[tuple]]:
    """As a backup has it: articles that wait for the index of words."""
    places = [list(article.c.keys()).index(name) for name in archive.UNINDEXED]
    found["article"] = [
        tuple(None if at in places else value for at, value in enumerate(row)) for row in found["article"]
    ]
    return found


def test_every_table_is_as_it_was_on_a_database_of_either_kind(engine: Engine, other: Engine, tmp_path: Path):
    fill(engine)
    path, manifest = backup.write(engine, tmp_path / "all.zip", NOW)
    with Archive(path) as read:
        assert read.manifest == manifest
        restore(other, read)
    assert contents(other, LEFT_OUT) == without_index(contents(engine, LEFT_OUT))
    assert migrate.drift(other) == []
    assert all(rows == [] for name, rows in contents(other).items() if name in ("lease", "session", "number_gone"))
    with transaction(reading(other)) as connection:
        nothing = sa.select(sa.func.count()).select_from(edition).where(edition.c.contents.is_(sa.null()))
        assert connection.execute(nothing).scalar_one() == 1, "NULL is not the null of JSON"


def test_numbers_go_on_where_they_were(engine: Engine, other: Engine, tmp_path: Path):
    """Or the next entry would be refused, its number being taken."""
    fill(engine)
    with Archive(backup.write(engine, tmp_path, NOW)[0]) as read:
        restore(other, read)
    with transaction(other) as connection:
        like = connection.execute(sa.select(entry).order_by(entry.c.id)).mappings().first()
        values = {name: value for name, value in like.items() if name != "id"}
        assert connection.execute(sa.insert(entry).values(values).returning(entry.c.id)).scalar_one() > like["id"] + 1


def test_what_waited_to_be_sent_says_that_it_may_be_a_repeat(engine: Engine, other: Engine, tmp_path: Path):
    """It may have been sent after the backup."""
    fill(engine)
    with transaction(engine) as connection:
        connection.execute(sa.update(delivery).values(doubtful=False))
    with Archive(backup.write(engine, tmp_path, NOW)[0]) as read:
        restore(other, read)
    with transaction(reading(other)) as connection:
        found = connection.execute(sa.select(delivery.c.state, delivery.c.doubtful).order_by(delivery.c.id)).all()
    assert [tuple(row) for row in found] == [("sent", False), ("pending", True)]


def test_a_backup_shows_one_moment_while_others_write(engine: Engine, tmp_path: Path, monkeypatch):
    """Articles and the entries that brought them are written in one transaction: a backup has both or neither."""
    fill(engine)
    with transaction(engine) as connection:
        like = dict(connection.execute(sa.select(article).limit(1)).mappings().one())
        listed = dict(connection.execute(sa.select(entry).limit(1)).mappings().one())
    real, written = backup._table, []

    def between(connection: sa.Connection, table: sa.Table, packed: zipfile.ZipFile) -> archive.Part:
        done = threading.Thread(target=write, args=(table.name,))
        done.start()
        done.join()
        return real(connection, table, packed)

    def write(name: str) -> None:
        with transaction(engine) as connection:
            connection.execute(sa.insert(article).values(like | {"id": f"during-{name}", "number": None}))
            connection.execute(
                sa.insert(entry).values(listed | {"id": 1000 + len(written), "article_id": f"during-{name}"})
            )
        written.append(name)

    monkeypatch.setattr(backup, "_table", between)
    _, manifest = backup.write(engine, tmp_path, NOW)
    assert len(written) == len(archive.TABLES)
    # PostgreSQL takes its picture at the first statement, SQLite at the first table that is read.
    assert manifest.rows["article"] == manifest.rows["entry"] <= 3


def test_only_its_owner_can_read_it_and_the_store_knows_of_it(engine: Engine, tmp_path: Path):
    before = os.umask(0)
    try:
        path, _ = backup.write(engine, tmp_path, NOW)
    finally:
        os.umask(before)
    assert path.name == "monitor-20261102T120000Z.zip"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with transaction(reading(engine)) as connection:
        assert upkeep.last(connection, upkeep.BACKUP) == upkeep.Noted(
            NOW, {"file": str(path), "bytes": path.stat().st_size}
        )
    assert [item.name for item in tmp_path.glob("*.part")] == []


def test_a_backup_that_does_not_come_about_leaves_the_one_before(engine: Engine, tmp_path: Path):
    """The disk for it is full to the last byte."""
    try:
        with small_disk(tmp_path / "disk", megabytes=1) as disk:
            path, _ = backup.write(engine, disk.folder / "b.zip", NOW)
            before = path.read_bytes()
            fill(engine)
            disk.fill()
            with pytest.raises(ArchiveError, match=r"no backup was made: .*No space left"):
                backup.write(engine, path, NOW + timedelta(hours=1))
            assert path.read_bytes() == before
            assert sorted(item.name for item in disk.folder.iterdir()) == ["b.zip", "ballast"]
    except NoMountError as error:
        missing(str(error))


def test_a_database_with_data_is_replaced_only_when_told_so(engine: Engine, tmp_path: Path):
    fill(engine)
    path, _ = backup.write(engine, tmp_path, NOW)
    with transaction(engine) as connection:
        connection.execute(sa.update(source).values(name="after the backup"))
        connection.execute(sa.delete(lease))
    with Archive(path) as read:
        with pytest.raises(StoreError, match=r"holds data .* say --replace"):
            restore(engine, read)
        restore(engine, read, replace=True)
    with transaction(reading(engine)) as connection:
        assert "after the backup" not in connection.execute(sa.select(source.c.name)).scalars().all()
    assert migrate.drift(engine) == []


def test_nobody_may_work_on_the_database_meanwhile(engine: Engine, url: str, tmp_path: Path):
    path, _ = backup.write(engine, tmp_path, NOW)
    with Archive(path) as read:
        with transaction(engine) as connection:
            leases.take(connection, ["scheduler"], "one", 60)
        with pytest.raises(StoreError, match="somebody works on"):
            restore(engine, read)
        with transaction(engine) as connection:
            connection.execute(sa.delete(lease))
        if engine.dialect.name == "sqlite":
            with only_daemon(url), pytest.raises(StoreError, match="another monitor"):
                restore(engine, read)
        restore(engine, read)


def rewritten(path: Path, to: Path, **changes: bytes) -> Path:
    """A copy with other contents of some of its files."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, changes.get(name.partition(".")[0], text))
    return to


def test_a_damaged_backup_changes_nothing(engine: Engine, tmp_path: Path):
    fill(engine)
    path, _ = backup.write(engine, tmp_path / "good.zip", NOW)
    with transaction(engine) as connection:
        connection.execute(sa.delete(lease))
    before = contents(engine)
    with zipfile.ZipFile(path) as good:
        fewer = good.read("fact.jsonl").splitlines(keepends=True)[0]
    cut = tmp_path / "cut.zip"
    cut.write_bytes(path.read_bytes()[:-200])
    for broken in (rewritten(path, tmp_path / "fewer.zip", fact=fewer), cut, tmp_path / "none.zip"):
        with pytest.raises(ArchiveError, match=r"damaged|cannot be read"), Archive(broken) as read:
            restore(engine, read, replace=True)
    assert contents(engine) == before


def test_a_failure_in_the_middle_changes_nothing(engine: Engine, tmp_path: Path, monkeypatch):
    """All that was dropped and written until then is as it was."""
    fill(engine)
    path, _ = backup.write(engine, tmp_path, NOW)
    with transaction(engine) as connection:
        connection.execute(sa.delete(lease))
    before = contents(engine)
    monkeypatch.setattr("monitor.store.restore._verify", lambda *_: (_ for _ in ()).throw(ArchiveError("too few")))
    with Archive(path) as read, pytest.raises(ArchiveError, match="too few"):
        restore(engine, read, replace=True)
    assert contents(engine) == before
    assert migrate.drift(engine) == []


def test_a_newer_schema_is_refused_with_what_to_do(engine: Engine, tmp_path: Path):
    path, _ = backup.write(engine, tmp_path / "now.zip", NOW)
    with zipfile.ZipFile(path) as packed:
        newer = packed.read("manifest.json").replace(f'"{migrate.head()}"'.encode(), b'"9999"')
    with (
        Archive(rewritten(path, tmp_path / "newer.zip", manifest=newer)) as read,
        pytest.raises(ArchiveError, match=r"has the schema 9999.* restore it with that version or a later one"),
    ):
        restore(engine, read)


def test_an_older_schema_is_upgraded_on_the_way(engine: Engine, other: Engine, tmp_path: Path):
    """As if the backup had been made before there was a table of upkeep."""
    fill(engine)
    path, _ = backup.write(engine, tmp_path / "now.zip", NOW)
    with zipfile.ZipFile(path) as packed:
        told = json.loads(packed.read("manifest.json"))
    told |= {"schema": "0019", "parts": [part for part in told["parts"] if part["table"] != "upkeep"]}
    with Archive(rewritten(path, tmp_path / "older.zip", manifest=json.dumps(told).encode())) as read:
        restore(other, read)
    assert migrate.current(other) == migrate.head()
    assert migrate.drift(other) == []
    assert contents(other, LEFT_OUT) == without_index(contents(engine, LEFT_OUT))


def test_two_at_once_do_not_write_into_one_file(engine: Engine, tmp_path: Path):
    with backup._only_one(tmp_path / "b.zip.part"), pytest.raises(ArchiveError, match="another backup"):
        backup.write(engine, tmp_path / "b.zip", NOW)


def test_what_a_killed_backup_left_is_in_nobodys_way(engine: Engine, tmp_path: Path):
    (tmp_path / "b.zip.part").write_bytes(b"half of it" * 1000)
    path, manifest = backup.write(engine, tmp_path / "b.zip", NOW)
    with Archive(path) as read:
        read.check()
        assert read.manifest == manifest
    assert not (tmp_path / "b.zip.part").exists()
