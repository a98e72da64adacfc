"""The process in which DuckDB runs, from outside: begun with a connection, ended with it, never waited for in vain."""

from __future__ import annotations

import fcntl
import json
import os
import select
import struct
import subprocess
import sys
import time
import weakref
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

LENGTH = struct.Struct("!I")
WAIT = 30.0  # seconds for what takes none
GRACE = 5.0  # seconds beyond its own time until a query is ended from outside
_ROOMY = 1 << 20  # of the pipe in which rows come
_SET_SIZE = 1031  # fcntl, on Linux
MOST_OF_HEAD = 1 << 26


def _file_of(package: str) -> str | None:
    found = find_spec(package)
    return found.origin if found else None


# where our package and DuckDB are found: nothing else of the surroundings is taken over
_FOUND_IN = [
    str(Path(found).parents[1]) for name in ("troth", "duckdb") if (found := _file_of(name))
]
_PROGRAM = (
    f"import sys; sys.path[:0] = {_FOUND_IN!r}; from troth.sql.apart.inside import main; main()"
)


class Ended(Exception):
    """The process is no more; the text says why, and names no value."""


class Failed(Exception):
    """It could not do what it was asked. What the database said of it is not kept."""


class Process:
    """One process for one connection."""

    def __init__(self, opening: dict[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={"TZ": os.environ["TZ"]} if "TZ" in os.environ else {},
            cwd="/",
            start_new_session=True,  # a key that interrupts us does not interrupt it
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._gone = ""  # why it is no more
        self._finish = weakref.finalize(self, _finish, self._process)
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._ready = select.poll()
        self._ready.register(self._from, select.POLLIN)
        with suppress(OSError):
            fcntl.fcntl(self._from, _SET_SIZE, _ROOMY)
        self.held: list[str] = self.ask(opening)["held"]

    @property
    def number(self) -> int:
        return self._process.pid

    def ask(self, asked: dict[str, Any], seconds: float = WAIT) -> dict[str, Any]:
        """What it answers first. `Failed` where it could not, `Ended` where it is no more."""
        said = json.dumps(asked).encode()
        rest = memoryview(LENGTH.pack(len(said)) + said)
        while rest and not self._gone:
            try:
                rest = rest[os.write(self._to, rest) :]
            except OSError:
                raise self._ended("") from None
        return self.hear(time.monotonic() + seconds + GRACE)

    def hear(self, ends: float) -> dict[str, Any]:
        """One answer; what comes with it in bytes is in `buffers`."""
        if self._gone:
            raise Ended(self._gone)
        try:
            (length,) = LENGTH.unpack(self._read(LENGTH.size, ends))
            if length > MOST_OF_HEAD:
                raise self._ended("it does not answer")
            found: dict[str, Any] = json.loads(bytes(self._read(length, ends)))
            found["buffers"] = [self._read(size, ends) for size in found.get("sizes", ())]
        except (OSError, ValueError, TypeError, AttributeError):
            raise self._ended("it does not answer") from None
        except BaseException:  # a key was pressed: what it says next is not what is asked next
            self.close()
            raise
        if found.get("failed"):
            raise Failed
        return found

    def _read(self, size: int, ends: float) -> bytearray:
        found = bytearray(size)
        rest = memoryview(found)
        while rest:
            left = ends - time.monotonic()
            if left <= 0 or not self._ready.poll(1000 * left):
                raise self._ended("it did not end in its time")
            got = os.readv(self._from, [rest])
            if not got:
                raise self._ended("")
            rest = rest[got:]
        return found

    def _ended(self, why: str) -> Ended:
        """Ended, if it is not yet; and why."""
        if why:
            self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(WAIT)
        code = self._process.returncode
        how = f"signal {-code}" if code and code < 0 else f"code {code}"
        self._gone = why or f"it was ended ({how})"
        self.close()
        return Ended(self._gone)

    def close(self) -> None:
        """End it. It ends by itself where nobody is left to ask."""
        self._gone = self._gone or "it is closed"
        self._finish()


def _finish(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for end in (process.stdin, process.stdout):
        if end is not None:
            end.close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(WAIT)
