"""The tests' own PostgreSQL: Debian's server on a free loopback port, one for each process of tests.

It is started when first asked for and stopped when the process ends; its folder goes with it. A database
is made from a template that has the tables, which takes as long as copying a few files.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import psycopg

from troth.store import Store, open_store, upgrade

SERVER = "/usr/lib/postgresql"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
COMMON = (
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=32MB",
    "max_connections=100",
    "autovacuum=off",
    "log_min_messages=warning",
)
_databases = count(1)


@dataclass
class Server:
    """A running server. `url(name)` leads to one of its databases."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def url(self, database: str) -> str:
        return f"postgresql://troth@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> None:
        """A statement outside any database of a test."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def database(self, like: str = "template0") -> str:
        """A new database, made as a copy of another; its URL."""
        name = f"test_{next(_databases)}"
        self.run(f"create database {name} template {like} strategy file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.run(f"drop database {url.rsplit('/', 1)[1]} with (force)")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGQUIT)  # at once: nobody needs what is in it
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def running(*settings: str) -> Iterator[Server]:
    """A server for a block, safe against the end of the machine unless the settings say otherwise."""
    server = _started(settings)
    try:
        yield server
    finally:
        server.stop()


@cache
def shared() -> Server:
    """The server of this process of tests, fast rather than safe."""
    server = _started(FAST)
    atexit.register(server.stop)
    return server


@cache
def template(fill: Callable[[Store], object]) -> str:
    """The name of a database that `fill` has filled: what others are made from."""
    url = shared().database()
    store = open_store(url)
    fill(store)
    store.close()
    return url.rsplit("/", 1)[1]


@contextmanager
def database(fill: Callable[[Store], object] | None = upgrade) -> Iterator[str]:
    """A database of one's own as `fill` makes it, with None an empty one; gone when the block ends."""
    url = shared().database(template(fill) if fill else "template0")
    try:
        yield url
    finally:
        shared().drop(url)


# -- the server ------------------------------------------------------------------------------------


def _started(settings: tuple[str, ...]) -> Server:
    folder = Path(tempfile.mkdtemp(prefix="troth-postgres-"))
    owner = _owner()
    if owner:
        shutil.chown(folder, owner)
    initdb = ["--auth=trust", "--username=troth", "--encoding=UTF8", "--locale=C.UTF-8", "-N"]
    initdb += ["--locale-provider=icu", "--icu-locale=en-US"]  # it sorts otherwise than bytes do
    made = subprocess.run(
        [_binary("initdb"), "-D", str(folder / "data"), *initdb],
        user=owner or None,
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr.decode()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    said = [part for setting in (*COMMON, *settings) for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [_binary("postgres"), "-D", str(folder / "data"), "-p", str(port), *said],
            user=owner or None,
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,  # a stop of the tests by hand stops them, and they stop it
        )
    server = Server(folder, port, process)
    _wait(server)
    return server


def _wait(server: Server) -> None:
    ends = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            log = (server.folder / "log").read_text("utf-8", "replace")
            assert server.process.poll() is None and time.monotonic() < ends, log
            time.sleep(0.02)


def _owner() -> str:
    """PostgreSQL refuses to run as root; Debian's package has a user for it."""
    if os.getuid() != 0:
        return ""
    return pwd.getpwnam("postgres").pw_name


def _binary(name: str) -> str:
    found = sorted(Path(SERVER).glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3].split(".")[0]))
    where = str(found[-1]) if found else shutil.which(name)
    assert where, "PostgreSQL is not installed; `make postgres` installs it"
    return where
