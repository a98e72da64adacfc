"""PostgreSQL: one writer of a company at a time, readers see one moment, and no error repeats a value.

A company's ledger is a chain, so its writers must follow one another: each takes the company's lock
before it looks at anything, sees all that was committed before, and gives it back with its transaction.
Companies do not wait for one another, and readers wait for nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Dialect, Engine, StaticPool, create_engine, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError

from troth.store.problems import StoreProblem

if TYPE_CHECKING:
    from psycopg import Error

WAIT_SECONDS = 30  # for another writer
CLOSELY_SECONDS = 0.02  # within which a connection is used again untried
_SETTINGS = (
    f"set lock_timeout = '{WAIT_SECONDS}s'",
    "set synchronous_commit = on",  # what was committed survives the server's end
    "set standard_conforming_strings = on",  # a backslash in a literal is a backslash
    "set jit = off",  # many small statements: compiling them takes longer than running them
)
# Who writes finds single rows by their keys, and so do the rules that hold every row to its company: a way
# through a whole table, chosen while it was small and kept by the server, would cost more with each row.
_LOCK = (
    "select set_config('enable_seqscan', 'off', true), "
    "pg_advisory_xact_lock(hashtextextended(%s, 0))"
)
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
        """A cursor whose errors name the rule that was broken and not the row that broke it. In a pipeline it
        waits for what came of a statement, unless it `waits` for nothing: then the next one that does."""

        waits = True

        def execute(self, *asked: Any, **how: Any) -> Any:
            try:
                super().execute(*asked, **how)
                if self.waits and self.connection.pgconn.pipeline_status:
                    with self.connection.pipeline():  # the end of an inner one waits for all
                        pass
                return self
            except psycopg.Error as error:
                _all_heard(self.connection)
                raise _without_values(error) from None

        def executemany(self, *asked: Any, **how: Any) -> None:
            try:
                super().executemany(*asked, **how)
            except psycopg.Error as error:
                _all_heard(self.connection)
                raise _without_values(error) from None

        @contextmanager
        def copy(self, *asked: Any, **how: Any) -> Iterator[Any]:
            try:
                with super().copy(*asked, **how) as rows:
                    yield rows
            except psycopg.Error as error:
                raise _without_values(error) from None

    pool: dict[str, Any] = (
        {"poolclass": StaticPool} if alone else {"pool_size": 16, "max_overflow": 32}
    )
    made = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"cursor_factory": Discreet, "connect_timeout": WAIT_SECONDS},
        hide_parameters=True,
        **pool,
    )
    event.listen(made, "do_connect", _connect)
    event.listen(made, "connect", _on_connect)
    event.listen(made, "checkin", _put_back)
    event.listen(made, "checkout", _take_out)
    event.listen(made, "begin", _on_begin)
    event.listen(made, "commit", all_back)
    event.listen(made, "rollback", _on_rollback)
    return made


def _all_heard(connection: Any) -> None:
    """What failed in a pipeline may be heard of early: until it has ended, the server takes nothing more, not even
    that a part be taken back."""
    from psycopg import Error

    if connection.pgconn.pipeline_status:
        with suppress(Error), connection.pipeline():
            pass


def learn(opened: Engine) -> None:
    """Let the server look how the tables have grown. By itself it looks once a minute at most, and until then
    finds its way as if they were as good as empty: through all rows of a company instead of one."""
    with opened.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze"))


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


def _put_back(_connection: Any, record: Any) -> None:
    record.info["put back"] = monotonic()


def _take_out(connection: Any, record: Any, _proxy: Any) -> None:
    """The server may have ended a connection meanwhile: another is made then. Where transactions follow one
    another closely, to ask it each time would cost each a message more."""
    if monotonic() - record.info.get("put back", monotonic()) < CLOSELY_SECONDS:
        return
    from psycopg import OperationalError

    try:
        connection.execute("")
        connection.rollback()
    except OperationalError:
        raise DisconnectionError from None


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
    if options.get("troth_piped"):
        connection.info["pipeline"] = piped = driver.pipeline()
        piped.__enter__()
    if writes:
        cursor: Any = connection.connection.cursor()
        cursor.waits = False
        cursor.execute(_LOCK, (f"troth {options['troth_company'] or ''}",))
        cursor.close()


def all_back(connection: Connection) -> None:
    """Whatever was sent without waiting has come back; also before a commit, which is waited for by itself."""
    piped = connection.info.pop("pipeline", None)
    if piped is not None:
        from psycopg import Error

        try:
            piped.__exit__(None, None, None)
        except Error as error:
            raise DBAPIError.instance(
                "what was sent", None, _without_values(error), Error, hide_parameters=True
            ) from error


def _on_rollback(connection: Connection) -> None:
    from psycopg import Error

    piped = connection.info.pop("pipeline", None)
    if piped is not None:
        with suppress(Error):  # what is taken back may have failed
            piped.__exit__(None, None, None)
