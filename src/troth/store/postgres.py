"""PostgreSQL: one writer of a company at a time, readers see one moment, and no error repeats a value.

A company's ledger is a chain, so its writers must follow one another: each takes the company's lock
before it looks at anything, sees all that was committed before, and gives it back with its transaction.
Companies do not wait for one another, and readers wait for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Dialect, Engine, StaticPool, create_engine, event, text

from troth.store.problems import StoreProblem

if TYPE_CHECKING:
    from psycopg import Error

WAIT_SECONDS = 30  # for another writer
_SETTINGS = (
    f"set lock_timeout = '{WAIT_SECONDS}s'",
    "set synchronous_commit = on",  # what was committed survives the server's end
    "set standard_conforming_strings = on",  # a backslash in a literal is a backslash
    "set jit = off",  # many small statements: compiling them takes longer than running them
)
_LOCK = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"
_BYTES_ALONE = text(
    """
    select table_name, string_agg(
      format('alter column %I type %s collate "C"', column_name, data_type), ', ')
    from information_schema.columns
    where table_schema = current_schema() and data_type in ('character varying', 'text')
      and collation_name is distinct from 'C' and table_name = any(:mine)
      and table_name in (select table_name from information_schema.tables
        where table_schema = current_schema() and table_type = 'BASE TABLE')
    group by table_name order by table_name
    """
)


def connections(url: URL, alone: bool) -> Engine:
    """Connections to one database; `alone`: one connection, for what is taken back as a whole."""
    import psycopg

    class Discreet(psycopg.Cursor[Any]):
        """A cursor whose errors name the rule that was broken and not the row that broke it."""

        def execute(self, *asked: Any, **how: Any) -> Any:
            try:
                return super().execute(*asked, **how)
            except psycopg.Error as error:
                raise _without_values(error) from None

        def executemany(self, *asked: Any, **how: Any) -> None:
            try:
                super().executemany(*asked, **how)
            except psycopg.Error as error:
                raise _without_values(error) from None

        @contextmanager
        def copy(self, *asked: Any, **how: Any) -> Iterator[Any]:
            try:
                with super().copy(*asked, **how) as rows:
                    yield rows
            except psycopg.Error as error:
                raise _without_values(error) from None

    pool: dict[str, Any] = (
        {"poolclass": StaticPool}
        if alone
        else {"pool_size": 16, "max_overflow": 32, "pool_pre_ping": True}
    )
    made = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"cursor_factory": Discreet, "connect_timeout": WAIT_SECONDS},
        hide_parameters=True,
        **pool,
    )
    event.listen(made, "do_connect", _connect)
    event.listen(made, "connect", _on_connect)
    event.listen(made, "begin", _on_begin)
    return made


def scrub(opened: Engine) -> None:
    """Give deleted rows' room free to be written over, without waiting for the server to do so."""
    with opened.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum"))


def compare_bytes(connection: Connection, mine: Sequence[str]) -> None:
    """Let all text of these tables compare as SQLite and Python compare it, whatever language the database was
    made for. Other tables of the schema are somebody else's.

    Moments, days and canonical JSON are text; their order must not depend on a locale.
    """
    for table, changes in connection.execute(_BYTES_ALONE, {"mine": list(mine)}).all():
        connection.execute(text(f'alter table "{table}" {changes}'))


def _without_values(error: Error) -> Error:
    """The same error without the detail, which holds the row. What was wrong with a value may hold it too."""
    said = error.diag.message_primary
    malformed = error.sqlstate is not None and error.sqlstate.startswith("22")
    if said is not None:
        error.args = (type(error).__name__ if malformed else said,)
    return error


def _connect(dialect: Dialect, _record: Any, asked: Any, named: dict[str, Any]) -> Any:
    from psycopg import OperationalError

    try:
        return dialect.connect(*asked, **named)
    except OperationalError as error:
        raise StoreProblem(_unreached(str(error), named)) from None


def _unreached(said: str, named: dict[str, Any]) -> str:
    """Why there is no connection. The server's words are looked at and not repeated."""
    host, user = named.get("host", "localhost"), named.get("user", "")
    database = named.get("dbname") or user
    where = f"{host}:{named.get('port', 5432)}"
    if "does not exist" in said and "database" in said:
        return f"there is no database {database} at {where}; make it with `createdb {database}`"
    if "does not exist" in said or "authentication" in said or "password" in said:
        return (
            f"PostgreSQL at {where} does not let {user or 'you'} into {database}: "
            "check the user, and the password in the URL, in PGPASSWORD or in ~/.pgpass"
        )
    if "FATAL" in said:
        return f"PostgreSQL at {where} takes no connection to {database}; its log says why"
    return f"no PostgreSQL answers at {where}; start it, or name another with --database"


def _on_connect(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    for setting in _SETTINGS:
        connection.execute(setting)
    connection.autocommit = False


def _on_begin(connection: Connection) -> None:
    from psycopg import IsolationLevel

    options, driver = connection.get_execution_options(), connection.connection.driver_connection
    assert driver is not None
    writes = options.get("troth_writes", False)
    # one who writes must see what the one before committed, and so looks anew with each statement
    level = IsolationLevel.READ_COMMITTED if writes else IsolationLevel.REPEATABLE_READ
    if driver.isolation_level != level:
        driver.isolation_level = level
    if driver.read_only == writes or driver.read_only is None:
        driver.read_only = not writes
    if writes:
        cursor = connection.connection.cursor()
        cursor.execute(_LOCK, (f"troth {options['troth_company'] or ''}",))
        cursor.close()
