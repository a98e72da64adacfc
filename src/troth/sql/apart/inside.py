"""The process itself: it opens one file, and answers what it is asked until nobody is there any more.

It is asked in JSON and answers in JSON with bytes after it, each with its length before it. What the database says
of an error is not told: it may name a value.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import struct
from collections.abc import Iterator
from threading import Thread, Timer
from typing import Any

from duckdb import Error, connect

from troth.sql.apart.arrow import Answer, Buffers, Failed
from troth.sql.apart.confine import confine, within

# what its own reader of SQL calls that which is read and is no table
NOT_READ = {"TABLE_FUNCTION", "COLUMN_DATA", "PIVOT", "SHOW_REF"}
# of which Python has no value of its own that the columns would carry: they come as they are written
AS_TEXT = ("BIT", "BIGNUM", "TIME WITH TIME ZONE", "UNION", "VARIANT", "GEOMETRY")
LENGTH = struct.Struct("!I")
REMEMBERED = 256  # queries
MORE_MEMORY = 1 << 30  # of the process beside what DuckDB counts
# how much of the machine there is for it: DuckDB looks when it begins
MACHINE = ("/proc/self/cgroup", "/sys/fs/cgroup")
IN, OUT = 0, 3


def main() -> None:
    os.dup2(1, OUT, inheritable=False)
    os.dup2(2, 1)  # whatever else is printed goes where nobody reads it
    asked = receive()
    try:
        inside = Inside(asked)
    except (Error, OSError, ValueError):
        send({"failed": True})
        return
    send({"held": inside.held})
    while True:
        asked = receive()
        try:
            getattr(inside, f"do_{asked['do']}")(asked)
        except (Error, Failed, RuntimeError, ValueError, OverflowError):
            send({"failed": True})


class Inside:
    """DuckDB behind its door."""

    def __init__(self, asked: dict[str, Any]) -> None:
        path = asked["path"]
        readable = (path, f"{path}.wal", *MACHINE)
        self.held = confine(readable, asked["memory"] + MORE_MEMORY)
        Thread(target=_end_with_parent, daemon=True).start()  # held too: it begins after
        self.threads = asked["threads"]
        self.open = connect(":memory:", config={"threads": str(self.threads)})
        self.open.execute("set memory_limit = '50%'")
        self.open.execute("set enable_progress_bar = false")
        self.open.execute("set temp_directory = ''")
        name = path.replace("'", "''")
        self.open.execute(f"attach '{name}' as {asked['catalog']} (read_only)")
        self.open.execute(f"use {asked['catalog']}")
        for setting, value in asked["settings"].items():
            self.open.execute(f"set {setting} = {value}")
        self.open.execute("set lock_configuration = true")
        self.macros = set(asked["macros"])
        self.agreed: set[str] = set()

    def do_table(self, asked: dict[str, Any]) -> None:
        """A place for permits."""
        self.open.execute(f"create temp table {asked['name']} (k bigint primary key, w bigint)")
        send({})

    def do_empty(self, asked: dict[str, Any]) -> None:
        self.open.execute(f"delete from {asked['name']}")
        send({})

    def do_put(self, asked: dict[str, Any]) -> None:
        """Permits, as two lists that DuckDB reads itself."""
        self.open.execute(
            f"insert into {asked['name']} select unnest(?::bigint[]), unnest(?::bigint[])",
            [asked["keys"], asked["words"]],
        )
        send({})

    def do_run(self, asked: dict[str, Any]) -> None:
        written = asked["query"]
        halt = Timer(asked["seconds"], self.open.interrupt)
        halt.start()
        within((asked["seconds"] + 1) * self.threads)
        try:
            self._must_reach(written, set(asked["may"]))
            found = self.open.sql(written)
            kinds = [str(kind) for kind in found.types]
            if any(kind.startswith(AS_TEXT) for kind in kinds):
                found = self.open.sql(_as_text(written, kinds))
            answer = Answer(found)
            send({"kinds": kinds, "shape": answer.shape})
            for nodes, buffers in answer.batches():
                send({"nodes": nodes}, buffers)
            send({"end": True})
        finally:
            halt.cancel()

    def _must_reach(self, written: str, may: set[str]) -> None:
        """The database's own opinion of what is read must be ours; of one text it is asked once."""
        if written in self.agreed:
            return
        found = self.open.get_table_names(written, qualified=True)
        if not {_named(name) for name in found} <= may:
            raise Failed
        read = self.open.execute("select json_serialize_sql(?)", [written]).fetchall()
        tree = json.loads(read[0][0])
        if any(kind in NOT_READ for kind in _kinds(tree)) or self.macros & set(_functions(tree)):
            raise Failed
        if len(self.agreed) >= REMEMBERED:
            self.agreed.clear()
        self.agreed.add(written)


def _named(written: str) -> str:
    """A table as DuckDB names it: quoted, without the name it has in the query."""
    at, quoted = 0, False
    for at, letter in enumerate(written):
        quoted ^= letter == '"'
        if not quoted and written.startswith(" AS ", at):
            return written[:at].replace('"', "").lower()
    return written.replace('"', "").lower()


def _as_text(written: str, kinds: list[str]) -> str:
    names = [f"c{n}" for n in range(len(kinds))]
    columns = (
        f"{name}::varchar" if kind.startswith(AS_TEXT) else name
        for name, kind in zip(names, kinds, strict=True)
    )
    return f"select {', '.join(columns)} from ({written}) as t({', '.join(names)})"


def _functions(tree: Any) -> Iterator[str]:
    """The name of every function and operator."""
    for part in tree.values() if isinstance(tree, dict) else tree:
        if isinstance(part, (dict, list)):
            yield from _functions(part)
    if isinstance(tree, dict) and isinstance(tree.get("function_name"), str):
        yield tree["function_name"].lower()


def _kinds(tree: Any) -> Iterator[str]:
    """The kind of every node; a text that cannot be read as a query has none but an error."""
    if isinstance(tree, dict):
        if tree.get("error") is True:
            yield "TABLE_FUNCTION"
        if isinstance(tree.get("type"), str):
            yield tree["type"]
        for part in tree.values():
            yield from _kinds(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _kinds(part)


# -- to and fro ------------------------------------------------------------------------------------


def receive() -> dict[str, Any]:
    """What is asked next. The process ends where nobody asks any more."""
    (length,) = LENGTH.unpack(_read(LENGTH.size))
    asked: dict[str, Any] = json.loads(_read(length))
    return asked


def _read(length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        part = os.read(IN, min(length - len(found), 1 << 20))
        if not part:
            os._exit(0)
        found += part
    return bytes(found)


def send(head: dict[str, Any], buffers: Buffers = []) -> None:  # noqa: B006  # never changed
    if buffers:
        head["sizes"] = [size for _, size in buffers]
    said = json.dumps(head).encode()
    _write(memoryview(LENGTH.pack(len(said)) + said))
    for address, size in buffers:
        if size:
            _write(memoryview((ctypes.c_char * size).from_address(address)).cast("B"))


def _write(part: memoryview) -> None:
    try:
        while part:
            part = part[os.write(OUT, part) :]
    except BrokenPipeError:
        os._exit(0)


def _end_with_parent() -> None:
    """Also in the midst of a query: the pipe hangs up when the other end is closed, or dead."""
    watched = select.poll()
    watched.register(IN, 0)
    watched.poll()
    os._exit(0)


if __name__ == "__main__":
    main()
