"""Connections: set up the right way, and clear about what is wrong without telling the password."""

import socket

import pytest

from monitor.errors import StoreError
from monitor.store import engine as engines
from monitor.store.engine import create_engine, describe, reading, transaction, translating
from monitor.store.sql import SqlStore
from monitor.store.views import Views
from tests.contracts.ledger import NOW, make_fact


@pytest.mark.parametrize(
    "url", ["postgres://u:secret@h/n", "postgresql://u:secret@h/n", "postgresql+psycopg://u:secret@h/n"]
)
def test_postgres_urls_mean_psycopg_3(url):
    engine = create_engine(url)
    assert engine.dialect.driver == "psycopg"
    assert "secret" not in describe(engine.url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense secret",
        "mysql://u:secret@h/n",
        "postgresql+asyncpg://u:secret@h/n",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://u:secret@h:x/n",
    ],
)
def test_a_url_that_cannot_work_is_refused_without_quoting_it(url):
    with pytest.raises(StoreError) as caught:
        create_engine(url)
    assert caught.value.permanent
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_folder_of_a_sqlite_file_is_made(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/new/folder/monitor.db")
    with transaction(engine):
        pass
    assert (tmp_path / "new" / "folder" / "monitor.db").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/monitor\.db: cannot make its folder"):
        create_engine(f"sqlite:///{tmp_path}/file/monitor.db")


def test_an_unreachable_server_is_a_passing_trouble_and_its_password_is_not_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        port = taken.getsockname()[1]
        store = SqlStore(create_engine(f"postgresql://user:secret@127.0.0.1:{port}/news"))
        with pytest.raises(StoreError, match=f"PostgreSQL database news at 127.0.0.1:{port}: ") as caught:
            store.unjudged(1)
    assert not caught.value.permanent
    assert caught.value.unavailable
    assert "secret" not in str(caught.value)


def test_a_file_that_is_no_database_is_a_permanent_trouble(tmp_path):
    (tmp_path / "monitor.db").write_text("this is not a database, whatever its name says\n" * 100)
    with pytest.raises(StoreError, match="not a database") as caught:
        SqlStore(create_engine(f"sqlite:///{tmp_path}/monitor.db")).unjudged(1)
    assert caught.value.permanent


def test_a_missing_table_says_what_to_run(empty_url):
    engine = create_engine(empty_url)
    with pytest.raises(StoreError, match="monitor db upgrade") as caught:
        SqlStore(engine).unjudged(1)
    engine.dispose()
    assert caught.value.permanent


def test_errors_quote_no_values(store):
    twice = [make_fact(words="words of an article", source="seed:one")] * 2
    with pytest.raises(StoreError, match=r"(?i)unique") as caught:
        store.replace_seed("one", twice, None, NOW)
    assert caught.value.permanent
    assert "words of an article" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sqlite_connections_are_durable_and_keep_references(tmp_path):
    with transaction(create_engine(f"sqlite:///{tmp_path}/monitor.db")) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": engines.BUSY_TIMEOUT}


def test_postgres_connections_have_time_limits(postgres_server):
    engine = create_engine(postgres_server)
    with transaction(engine) as connection:
        found = [
            connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        ]
    engine.dispose()
    assert found == ["30s", "10s", "2min"]


def test_readers_do_not_wait_for_a_writer(engine):
    with transaction(engine) as writer:
        writer.exec_driver_sql("DELETE FROM seed")
        with transaction(reading(engine)) as reader:
            assert reader.exec_driver_sql("SELECT count(*) FROM seed").scalar() == 0


def test_a_sqlite_file_locked_by_another_process_is_a_passing_trouble(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "_SQLITE_PRAGMAS", ("busy_timeout=1", "journal_mode=WAL"))
    first, second = (create_engine(f"sqlite:///{tmp_path}/monitor.db") for _ in range(2))
    with transaction(first), pytest.raises(StoreError, match="database is locked") as caught, transaction(second):
        pass
    assert not caught.value.permanent
    assert caught.value.unavailable


def test_a_sqlite_file_that_may_not_grow_is_a_passing_trouble_of_everybody(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/monitor.db")
    with transaction(engine) as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")
        with pytest.raises(StoreError, match="full") as caught, translating():
            connection.exec_driver_sql("CREATE TABLE t (x)")
    assert not caught.value.permanent
    assert caught.value.unavailable


def test_a_server_that_only_reads_is_a_passing_trouble_of_everybody(postgres_server):
    """As a standby after a failover; the driver counts it among the server's own faults."""
    engine = create_engine(postgres_server)
    with transaction(engine) as connection:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        with pytest.raises(StoreError, match="read-only") as caught, translating():
            connection.exec_driver_sql("CREATE TABLE t (x int)")
    engine.dispose()
    assert not caught.value.permanent
    assert caught.value.unavailable


def test_a_session_that_the_server_ends_is_a_passing_trouble_and_the_next_call_has_another(postgres_server):
    """What was asked may have been the reason: nobody else need be refused. The same goes for whoever asks on in the
    transaction that was lost."""
    engine, other = create_engine(postgres_server), create_engine(postgres_server)
    caught = []
    with engine.connect() as connection:
        own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with transaction(other) as theirs:
            assert theirs.exec_driver_sql(f"SELECT pg_terminate_backend({own}, 5000)").scalar()
        for _ in range(2):
            with pytest.raises(StoreError) as error, translating():
                connection.exec_driver_sql("SELECT 1")
            caught.append((error.value.permanent, error.value.unavailable))
    assert caught == [(False, False)] * 2
    with transaction(engine) as connection:
        assert connection.exec_driver_sql("SELECT 3").scalar() == 3
    engine.dispose()
    other.dispose()


def test_the_database_tells_its_name_version_and_size(views, engine):
    info = views.database()
    assert info.backend.lower() == engine.dialect.name
    assert info.version[0].isdigit()
    assert info.size > 10_000
    assert isinstance(views, Views)
