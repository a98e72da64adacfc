"""DuckDB in a process of its own: what it is kept from, that it ends, and that rows come out as DuckDB has them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.sql.shop import ROWS, company, fill_duckdb, the_map
from troth.estate import read_map
from troth.query import QueryRefused

SOME = 300_000  # rows, of which a batch has fewer
KINDS = """
    select i as id, i * 1000000000 as far, i % 2 = 0 as even, i / 7 as part, cast(i as float) as short,
      'p' || i as name, 'é' || i as other, cast(i as decimal(12, 2)) / 7 as price, sum(i) over () as whole,
      date '1999-12-31' + cast(i as integer) as day, timestamp '2000-01-01 10:00:00' + interval (i) second as at,
      time '10:00:01.5' as hour, interval (i) day as long, cast('018e0ff9-322e-4ce4-8c5b-379748ec0351' as uuid) as key,
      cast('abc' as blob) as bytes, [i, null, i + 1] as many, {'a': i, 'b': 'x'} as both, map {'k': i} as one,
      cast('b' as enum('a', 'b')) as word, '101'::bit as bits, array_value(i, 2) as two, null as nothing
    from range(40) t(i)
"""
TRIES = """
import json, os, socket, sys
sys.path[:0] = [{source!r}]
from troth.sql.apart.confine import confine
open({mine!r}).close()
held = confine([{mine!r}], 1 << 30)
def forbidden(do):
    try:
        do()
    except (OSError, MemoryError):
        return True
    return False
print(json.dumps({{
    "held": held,
    "its file": not forbidden(lambda: open({mine!r}).read()),
    "files": forbidden(lambda: open("/etc/passwd")) and forbidden(lambda: os.listdir("/")),
    "new files": forbidden(lambda: open({new!r}, "w").write("x")),
    "network": forbidden(lambda: socket.socket()),
    "programs": forbidden(lambda: os.execv(sys.executable, ["python"])) and forbidden(os.fork),
    "limits": forbidden(lambda: bytearray(3 << 30)),
}}))
"""


def test_the_process_is_kept_from_files_programs_and_sockets(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine", "utf-8")
    source = str(Path(__file__).parents[2] / "src")
    tried = TRIES.format(source=source, mine=str(mine), new=str(tmp_path / "new"))
    done = subprocess.run(
        [sys.executable, "-c", tried], capture_output=True, text=True, check=False
    )
    told = json.loads(done.stdout)
    assert told["its file"] and told["new files"] and told["limits"]
    assert "limits" in told["held"]
    if sys.platform == "linux":
        assert {"network", "programs"} <= set(told["held"]), told
    assert all(told[what] for what in told["held"]), told


def test_rows_are_as_duckdb_has_them(tmp_path: Path) -> None:
    """Every kind of value, present and missing, and more rows than come at once."""
    path = tmp_path / "kinds.duckdb"
    with duckdb.connect(str(path)) as own:
        own.execute(f"create table kinds as {KINDS}")
        names = [column[0] for column in own.execute("select * from kinds limit 0").description]
        missing = ", ".join(f'case when id % 3 = 0 then "{name}" end' for name in names)
        own.execute(f"insert into kinds select {missing} from kinds")
        own.execute(f"create table many as select i, 'n' || i as n from range({SOME}) t(i)")
        kinds = own.execute("select * from kinds").fetchall()
    found, problems = read_map("map: k\ncompany: shop\ntables:\n  kinds: plain\n  many: plain\n")
    assert found is not None, problems
    with company().connect(f"duckdb:///{path}", purpose="news", map=found) as connection:
        assert connection.execute("select * from kinds").fetchall() == kinds
        cursor = connection.execute("select i, n from many order by i")
        assert cursor.rowcount == SOME
        first = [cursor.fetchone(), *cursor.fetchmany(200_000)]
        assert first + list(cursor) == [(i, f"n{i}") for i in range(SOME)]


@pytest.fixture
def url(tmp_path: Path) -> str:
    fill_duckdb(tmp_path / "shop.duckdb", ROWS)
    return f"duckdb:///{tmp_path / 'shop.duckdb'}"


def test_a_process_that_is_killed_is_told_of(url: str) -> None:
    with company().connect(url, purpose="support", map=the_map()) as connection:
        assert connection.execute("select count(*) from contacts").fetchall()
        os.kill(connection._wall._apart.number, signal.SIGKILL)  # type: ignore[attr-defined]
        for _ in range(2):
            with pytest.raises(QueryRefused, match="the process in which DuckDB runs is gone"):
                connection.execute("select count(*) from contacts")


def test_a_query_that_takes_too_long_ends_and_the_next_one_runs(url: str) -> None:
    with company().connect(url, purpose="support", map=the_map()) as connection:
        connection.seconds = 0.3
        joined = ", ".join(f"products p{n}" for n in range(40))
        with pytest.raises(QueryRefused, match="not within"):
            connection.execute(f"select count(*), sum(p0.id * p39.id) from {joined}")
        connection.seconds = 20
        assert connection.execute("select count(*) from products").fetchall()


PARENT = """
import sys
from tests.sql.shop import company, the_map
opened = company().connect({url!r}, purpose="support", map=the_map())
print(opened._wall._apart.number, flush=True)
opened.seconds = 600
opened.execute("select count(*), sum(p0.id * p39.id) from {joined}")
"""


def test_it_ends_with_whoever_began_it_in_the_midst_of_a_query(url: str) -> None:
    joined = ", ".join(f"products p{n}" for n in range(40))
    began = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(url=url, joined=joined)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    with began:
        assert began.stdout is not None
        number = int(began.stdout.readline())
        time.sleep(0.5)
        assert _lives(number)
        began.kill()
    ends = time.monotonic() + 20
    while _lives(number) and time.monotonic() < ends:
        time.sleep(0.05)
    assert not _lives(number)


def _lives(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
