"""The embedded engines: they keep what they promised, say why they will not start, and leave nothing running."""

import subprocess
import sys
from pathlib import Path

import pytest
from redis.asyncio import Redis, RedisCluster
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from runtime.engines import DataInUseError, DataUnreadableError, EmbeddedValkey, PortTakenError
from tests.support.engines import free_port, valkey_cluster, valkey_pair

ROOT = Path(__file__).resolve().parents[3]


async def test_what_was_answered_survives_a_power_cut(tmp_path: Path) -> None:
    async with EmbeddedValkey(tmp_path, appendfsync="always") as valkey:
        async with valkey.client() as redis:
            await redis.set("ticket", "A12")
        await valkey.kill()
        await valkey.start()
        async with valkey.client() as redis:
            assert await redis.get("ticket") == b"A12"


async def test_a_stop_writes_everything(tmp_path: Path) -> None:
    valkey = EmbeddedValkey(tmp_path, appendfsync="no")
    async with valkey, valkey.client() as redis:
        await redis.set("ticket", "A12")
    async with valkey, valkey.client() as redis:
        assert await redis.get("ticket") == b"A12"


async def test_a_password_with_odd_characters_opens_both_doors(tmp_path: Path) -> None:
    async with EmbeddedValkey(tmp_path, port=free_port(), password='p "w\\/@:#') as valkey:
        for url in (valkey.url, valkey.tcp_url):
            async with Redis.from_url(url) as redis:
                assert await redis.ping()


async def test_a_deep_folder_gets_a_short_socket(tmp_path: Path) -> None:
    async with EmbeddedValkey(tmp_path / ("deep" * 30)) as valkey, valkey.client() as redis:
        assert await redis.ping()


async def test_a_taken_port_is_named(tmp_path: Path) -> None:
    port = free_port()
    async with EmbeddedValkey(tmp_path / "first", port=port):
        with pytest.raises(PortTakenError, match=str(port)):
            await EmbeddedValkey(tmp_path / "second", port=port).start()


async def test_two_engines_never_share_a_folder(tmp_path: Path) -> None:
    async with EmbeddedValkey(tmp_path) as valkey:
        with pytest.raises(DataInUseError):
            await EmbeddedValkey(tmp_path).start()
        assert valkey.is_running


async def test_torn_data_is_named(tmp_path: Path) -> None:
    async with EmbeddedValkey(tmp_path):
        pass
    (tail,) = tmp_path.rglob("*.incr.aof")
    tail.write_bytes(b"not a command")
    with pytest.raises(DataUnreadableError, match=tail.name):
        await EmbeddedValkey(tmp_path).start()


async def test_an_engine_dies_with_its_parent(tmp_path: Path) -> None:
    story = (
        "import asyncio, os, pathlib, sys\n"
        "from runtime.engines import EmbeddedValkey\n"
        "valkey = EmbeddedValkey(pathlib.Path(sys.argv[1]))\n"
        "asyncio.run(valkey.start())\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", story, str(tmp_path)], cwd=ROOT, check=False, timeout=30)
    # The folder's lock went with the parent, the socket's listener with the engine: a new one starts on the same data.
    async with EmbeddedValkey(tmp_path) as valkey:
        assert valkey.is_running


async def test_a_cluster_of_three_keeps_keys_apart(tmp_path: Path) -> None:
    async with valkey_cluster(tmp_path) as nodes, RedisCluster.from_url(nodes[0].tcp_url) as redis:
        for number in range(30):
            await redis.set(f"{{realm-{number}}}", number)
        sizes = []
        for node in nodes:
            async with node.client() as client:
                sizes.append(await client.dbsize())
    assert sum(sizes) == 30
    assert min(sizes) > 0


async def test_a_replica_follows_its_primary(tmp_path: Path) -> None:
    async with valkey_pair(tmp_path) as (primary, replica), primary.client() as writer, replica.client() as reader:
        await writer.set("ticket", "A12")
        assert await writer.wait(1, 5000) == 1
        assert await reader.get("ticket") == b"A12"


async def test_each_test_gets_an_empty_valkey(redis: Redis) -> None:
    assert await redis.dbsize() == 0
    await redis.set("left", "behind")


async def test_each_test_gets_an_empty_database(database_url: str) -> None:
    engine = create_async_engine(database_url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE ticket (id INTEGER PRIMARY KEY)"))
        await connection.execute(text("INSERT INTO ticket VALUES (12)"))
        assert (await connection.execute(text("SELECT count(*) FROM ticket"))).scalar_one() == 1
    await engine.dispose()
