"""Migrations equal models, keep data, and a strange schema is refused with what to do."""

from datetime import datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import make_url

from alembic import command
from monitor.core.model import Fact, PollState, RuleKind, Source
from monitor.core.relevant import Question, Sum
from monitor.errors import StoreError
from monitor.queueing import TABLES
from monitor.store import migrate, rows
from monitor.store.engine import create_engine, transaction
from monitor.store.sql import SqlStore
from monitor.store.tables import metadata
from monitor.store.tables.search import include_name
from monitor.store.views import Views
from tests.contracts.ledger import HOUR, NOW, everything, make_article, make_fact, make_fingerprint

PARTIAL = {
    index.name
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}


@pytest.fixture
def empty(empty_url):
    engine = create_engine(empty_url)
    yield engine
    engine.dispose()


def set_revision(engine, revision):
    with transaction(engine) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def shape(engine):
    """Everything about the tables that reflection can tell, as one comparable value."""
    with transaction(engine) as connection:
        inspector = sa.inspect(connection)
        return {
            table: (
                [
                    (column["name"], str(column["type"]), column["nullable"], column["default"])
                    for column in sorted(inspector.get_columns(table), key=lambda column: column["name"])
                ],
                sorted((i["name"], i["column_names"], bool(i["unique"])) for i in inspector.get_indexes(table)),
                sorted(
                    (k["name"], k["constrained_columns"], str(k["options"])) for k in inspector.get_foreign_keys(table)
                ),
                inspector.get_pk_constraint(table)["constrained_columns"],
                sorted((u["name"], u["column_names"]) for u in inspector.get_unique_constraints(table)),
            )
            for table in inspector.get_table_names()
            if table != "alembic_version" and include_name(table, "table", {})
        }


def index_conditions(engine):
    """The WHERE of every partial index, which reflection does not compare."""
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index'"
        if engine.dialect.name == "sqlite"
        else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        f" AND tablename NOT LIKE '{TABLES}%%'"
    )
    with transaction(engine) as connection:
        found = [(name, (sql or "").partition("WHERE")[2]) for name, sql in connection.exec_driver_sql(query)]
    return {name: condition.strip(" ()") for name, condition in found if condition}


def test_upgrading_an_empty_database_gives_the_tables_of_the_code(empty):
    assert migrate.current(empty) is None
    migrate.upgrade(empty)
    assert migrate.current(empty) == migrate.head()
    assert migrate.drift(empty) == []
    migrate.check(empty)


def test_the_migrated_schema_equals_the_one_made_from_the_models(empty):
    with transaction(empty) as connection:
        metadata.create_all(connection)
    made = shape(empty), index_conditions(empty)
    assert set(made[0]) == set(metadata.tables)
    assert set(made[1]) == PARTIAL
    with transaction(empty) as connection:
        metadata.drop_all(connection)
    migrate.upgrade(empty)
    assert (shape(empty), index_conditions(empty)) == made


def test_drift_is_seen(engine):
    with transaction(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE seed ADD COLUMN stray INTEGER")
    assert "stray" in "".join(migrate.drift(engine))


def test_upgrading_twice_changes_nothing_and_keeps_the_data(engine, store, newsroom):
    newsroom.save(make_article())
    migrate.upgrade(engine)
    assert store.unjudged(10) == [make_article()]


def test_an_empty_database_is_told_apart_from_a_strange_one(empty):
    with pytest.raises(StoreError, match="is empty: run `monitor db upgrade`") as caught:
        migrate.check(empty)
    assert caught.value.permanent
    with transaction(empty) as connection:
        connection.exec_driver_sql("CREATE TABLE invoices (id INTEGER)")
    with pytest.raises(StoreError, match=r"no schema of ours \(invoices"):
        migrate.check(empty)
    with pytest.raises(StoreError, match="name an empty database"):
        migrate.upgrade(empty)


def test_a_newer_schema_is_refused_by_check_and_by_upgrade(engine):
    set_revision(engine, "9999")
    with pytest.raises(StoreError, match=r"does not know.*update the program") as caught:
        migrate.check(engine)
    assert caught.value.permanent
    with pytest.raises(StoreError, match="9999") as caught:
        migrate.upgrade(engine)
    assert caught.value.permanent


def test_an_older_schema_says_what_to_run(engine):
    set_revision(engine, "0001")
    with pytest.raises(
        StoreError, match=rf"older schema 0001.*needs {migrate.head()}: run `monitor db upgrade`"
    ) as caught:
        migrate.check(engine)
    assert caught.value.permanent


def test_a_failing_migration_leaves_the_database_as_it_was(empty):
    with transaction(empty) as connection:
        connection.exec_driver_sql("CREATE VIEW verdict AS SELECT 1 AS in_the_way")
    with pytest.raises(StoreError, match="verdict"):
        migrate.upgrade(empty)
    with transaction(empty) as connection:
        assert sa.inspect(connection).get_table_names() == []


def test_rebuilding_a_table_in_a_migration_keeps_the_rows_that_refer_to_it(engine, store, newsroom):
    """Batch mode drops the old table: with foreign keys on, its children would be deleted with it."""
    newsroom.save(make_article())
    with migrate.migrating(engine) as connection:
        operations = migrate_operations(connection)
        with operations.batch_alter_table(
            "entry", recreate="always" if engine.dialect.name == "sqlite" else "auto"
        ) as op:
            op.add_column(sa.Column("extra", sa.Integer()))
    with transaction(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM entry_key").scalar() == 1
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def migrate_operations(connection):
    from alembic.operations import Operations

    return Operations(MigrationContext.configure(connection))


def test_a_migration_that_breaks_references_is_not_committed(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/monitor.db")
    migrate.upgrade(engine)
    with pytest.raises(StoreError, match="break references in entry_key"), migrate.migrating(engine) as connection:
        connection.exec_driver_sql("INSERT INTO entry_key (key, entry_id) VALUES ('k', 42)")
    with transaction(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM entry_key").scalar() == 0
    engine.dispose()


def test_the_schema_can_be_taken_back_and_built_again(engine):
    with migrate.migrating(engine) as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert migrate.current(engine) is None
    migrate.upgrade(engine)
    migrate.check(engine)


def test_the_alembic_command_finds_the_database_by_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{tmp_path}/by-command.db")
    from alembic.config import Config

    command.upgrade(Config(str(migrate.scripts().parent / "alembic.ini")), "head")
    engine = create_engine(f"sqlite:///{tmp_path}/by-command.db")
    migrate.check(engine)
    engine.dispose()


def test_migrations_inside_the_package_come_first(tmp_path, monkeypatch):
    package = tmp_path / "monitor"
    for folder in (package / "_alembic", tmp_path / "alembic"):
        folder.mkdir(parents=True)
        (folder / "env.py").touch()
    monkeypatch.setattr(migrate.monitor, "__file__", str(package / "__init__.py"))
    assert migrate.scripts() == package / "_alembic"
    (package / "_alembic" / "env.py").unlink()
    assert migrate.scripts() == tmp_path / "alembic"
    (tmp_path / "alembic" / "env.py").unlink()
    with pytest.raises(StoreError, match="install the package again"):
        migrate.scripts()


def at_revision(engine, revision):
    with migrate.migrating(engine) as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_what_was_known_and_remembered_before_the_third_schema_is_found_after_it(empty):
    """Facts with their dates and figures, and near copies, of which the latest published count as the latest."""
    at_revision(empty, "0002")
    told = make_fact("told")
    plan = make_fact("plan", recorded=NOW - 60 * HOUR, figures=())
    bare = Fact("bare", "port", RuleKind.STATE, "", "e2", NOW, "article:a1", "Nothing but words.")
    old = sa.MetaData()
    old.reflect(empty)
    stamp = (lambda at: at) if empty.dialect.name == "postgresql" else (lambda at: at.replace(tzinfo=None))
    published = {"a1": NOW - 3 * HOUR, "a2": NOW - HOUR, "a3": NOW - 2 * HOUR}
    with transaction(empty) as connection:
        for fact in (told, plan, bare):
            row = {name: value for name, value in rows.fact_to(fact).items() if name in old.tables["fact"].c}
            row |= {"recorded": stamp(fact.recorded)}
            connection.execute(old.tables["fact"].insert(), row)
        for name, at in published.items():
            row = rows.article_to(make_article(name, published=at))
            row |= {"published": stamp(at), "first_seen": stamp(at)}
            connection.execute(old.tables["article"].insert(), row)
        for document in ("seed:s", *(f"article:{name}" for name in published)):
            row = {"document": document, "signature": document.encode() * 8, "bands": [1, 2**64 - 5]}
            connection.execute(old.tables["fingerprint"].insert(), row)
            bands = [{"band": band, "document": document} for band in (1, -5)]
            connection.execute(old.tables["fingerprint_band"].insert(), bands)
    migrate.upgrade(empty)
    store = SqlStore(empty)
    assert store.judging(lambda unit: list(unit.facts(everything(), NOW))) == [plan, bare, told]
    dollars = Question("port", sums=(Sum("USD", True, 1e6, 3e6),))
    assert store.judging(lambda unit: list(unit.facts(dollars, NOW))) == [told]
    with transaction(empty) as connection:
        ahead = connection.exec_driver_sql("SELECT key FROM fact WHERE ahead ORDER BY key").scalars().all()
        by_age = connection.exec_driver_sql("SELECT document FROM fingerprint ORDER BY id").scalars().all()
    assert ahead == ["plan"]
    assert by_age == ["seed:s", "article:a1", "article:a3", "article:a2"]
    probe = make_fingerprint("article:new", -5)
    near = store.judging(lambda unit: list(unit.near_copies(probe)))
    assert [(copy.document, copy.bands) for copy in near if copy.document == "seed:s"] == [("seed:s", (1, -5))]
    assert len(near) == 4


def test_sources_keep_their_state_and_pace_over_the_fourth_schema(empty):
    """Until sources.yaml is read again each is asked every interval, and the first list it sends teaches nothing."""
    at_revision(empty, "0003")
    old = sa.MetaData()
    old.reflect(empty, only=["source"])
    asked = Source("a", "https://a.example/feed", "A", interval=HOUR, min_interval=HOUR, max_interval=HOUR)
    state = PollState(etag="e", next_poll_at=NOW, last_success_at=NOW - HOUR, failures=2, status="failing")
    row = {**rows.source_to(asked), **rows.state_to(state), "plan_reason": "rhythm"}
    row = {name: value for name, value in row.items() if name in old.tables["source"].c}
    if empty.dialect.name == "sqlite":
        row |= {name: value.replace(tzinfo=None) for name, value in row.items() if isinstance(value, datetime)}
    with transaction(empty) as connection:
        connection.execute(old.tables["source"].insert(), row)
    migrate.upgrade(empty)
    (found,) = Views(empty).sources()
    assert (found.source, found.state) == (asked, state)
    with transaction(empty) as connection:
        assert connection.execute(sa.text("SELECT host FROM source")).scalar_one() == "a.example"


def test_a_database_that_knows_no_letters_is_refused_with_what_to_do(postgres_server):
    name = f"ascii_{uuid4().hex[:8]}"
    server = create_engine(postgres_server)
    with server.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
        engine = create_engine(make_url(postgres_server).set(database=name).render_as_string(hide_password=False))
        try:
            with pytest.raises(StoreError, match=r"SQL_ASCII.*createdb") as caught:
                migrate.upgrade(engine)
            assert caught.value.permanent
        finally:
            engine.dispose()
            connection.exec_driver_sql(f"DROP DATABASE {name}")
            server.dispose()
