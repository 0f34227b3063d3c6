"""A real nginx with the configuration that `deploy/` ships, as an ordinary user, on ports of its own."""

import asyncio
import os
import pwd
import re
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cloudwindow.certificates import self_signed
from runtime.clock import SystemClock
from runtime.leash import leashed
from tests.support.engines import until_it_listens
from tests.support.relay import here

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
SHIPPED_IPV6 = SHIPPED.parent / "nginx-ipv6"
IPV6 = "cloudwindow-ipv6"
KERNEL_HAS_IPV6 = Path("/proc/net/if_inet6")
AROUND = """\
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    access_log off;
    include {folder}/window.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """Where it listens, and the certificate to trust."""

    plain: int
    port: int
    certificate: Path

    @property
    def url(self) -> str:
        """The address of the pages."""
        return f"https://localhost:{self.port}"


def free_ports(count: int) -> list[int]:
    """Return ports that nobody has just now."""
    with ExitStack() as stack:
        doors = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [door.getsockname()[1] for door in doors]


def configuration(found: Proxy, key: Path, nodes: tuple[int, int]) -> str:
    """Return the shipped configuration with what an operator fills in."""
    text = _on_ports(SHIPPED.read_text(encoding="utf-8"), found)
    for old, new in (
        ("127.0.0.1:8080", f"127.0.0.1:{nodes[0]}"),
        ("127.0.0.1:8081", f"127.0.0.1:{nodes[1]}"),
        ("server_name window.example;", "server_name localhost;"),
        ("/etc/ssl/certs/window.example.pem", str(found.certificate)),
        ("/etc/ssl/private/window.example.key", str(key)),
    ):
        assert old in text, old
        text = text.replace(old, new)
    return text.replace("https://$host$request_uri", f"https://$host:{found.port}$request_uri")


def _on_ports(text: str, found: Proxy) -> str:
    """Return a shipped configuration with all its `listen` on these ports."""
    text = re.sub(r"(\blisten (?:\[::\]:)?)80\b", rf"\g<1>{found.plain}", text)
    return re.sub(r"(\blisten (?:\[::\]:)?)443\b", rf"\g<1>{found.port}", text)


@asynccontextmanager
async def proxy(
    ports: tuple[int, int],
    nodes: tuple[int, int],
    *,
    closed: tuple[str, ...] = (),
    has_ipv6: bool | None = None,
    upgrades: bool = True,
) -> AsyncIterator[Proxy]:
    """Run nginx on two free ports (plain, TLS) before two nodes; these paths are `closed` to everybody as well.

    It listens on IPv6 where the kernel has it, as docs/operations.md installs it, unless `has_ipv6` says otherwise.
    Without `upgrades` it drops what makes a request a WebSocket's, as proxies of offices do.
    """
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    assert Path(program).exists(), "no nginx: `make setup-dev` installs it"
    folder = Path(tempfile.mkdtemp(prefix="nginx-"))
    made = self_signed(folder / "tls", ["localhost"], ["127.0.0.1", here()], SystemClock())
    found = Proxy(*ports, made.chain)
    shipped = configuration(found, made.key, nodes)
    doors = "".join(f"    location = {path} {{ deny all; }}\n" for path in closed)
    text = shipped.replace("    location = /ws {", f"{doors}    location = /ws {{")
    if not upgrades:
        text = text.replace("Upgrade $http_upgrade;", "Upgrade '';").replace("$connection_upgrade;", "'';")
    (folder / "window.conf").write_text(text, encoding="utf-8")
    if KERNEL_HAS_IPV6.exists() if has_ipv6 is None else has_ipv6:
        (folder / IPV6).mkdir()
        for one in SHIPPED_IPV6.glob("*.conf"):
            (folder / IPV6 / one.name).write_text(_on_ports(one.read_text(encoding="utf-8"), found), encoding="utf-8")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder), encoding="utf-8")
    uid = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    if uid is not None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, -1)
    process = await asyncio.create_subprocess_exec(
        *leashed(
            [program, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(folder / "nginx.conf")], uid=uid
        ),
        stdin=asyncio.subprocess.DEVNULL,
    )
    try:
        await until_it_listens(process, "127.0.0.1", found.port, folder / "error.log")
        yield found
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        shutil.rmtree(folder)
