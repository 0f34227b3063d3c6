"""Sends files to the server by tus 1.0: created, sent in pieces, taken up again where it broke off."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from typing import Final

import aiohttp
import msgspec

from booth_client.address import Address
from booth_client.channel import RefusedError, ServerAwayError
from protocol.errors import Param

TUS_VERSION: Final = "1.0.0"
CHUNK_BYTES: Final = 256 * 1024
REQUEST_LIMIT_S: Final = 30.0
TRIES: Final = 5


class _Problem(msgspec.Struct):
    """The body of a refused request."""

    code: str = "unavailable"
    params: dict[str, Param] = {}


class Uploader:
    """Uploads on behalf of one ticket (its token) or of a staff login (the session's cookie)."""

    def __init__(self, http: aiohttp.ClientSession, address: Address, headers: Mapping[str, str]) -> None:
        self._http = http
        self._address = address
        self._headers = {**headers, "Tus-Resumable": TUS_VERSION}

    async def upload(self, content: bytes, facts: Mapping[str, str]) -> str:
        """Store `content`; `facts` are tus metadata (filename, purpose, material, request). Return its address.

        Raises:
            RefusedError: the server does not take this file.
            ServerAwayError: it did not answer, after several tries.
        """
        location = await self._create(len(content), facts)
        offset, failures = 0, 0
        while offset < len(content):
            try:
                offset = await self._append(location, offset, content[offset : offset + CHUNK_BYTES])
            except ServerAwayError:
                failures += 1
                if failures >= TRIES:
                    raise
                await asyncio.sleep(0.2 * 2**failures)
                offset = await self._offset(location, offset)
        return location

    async def _create(self, size: int, facts: Mapping[str, str]) -> str:
        metadata = ",".join(f"{name} {b64encode(text.encode()).decode()}" for name, text in facts.items() if text)
        headers = {"Upload-Length": str(size), "Upload-Metadata": metadata}
        answer = await self._request("POST", self._address.to("/api/uploads"), headers)
        return self._address.to(answer["Location"])

    async def _append(self, location: str, offset: int, piece: bytes) -> int:
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        answer = await self._request("PATCH", location, headers, piece)
        return int(answer["Upload-Offset"])

    async def _offset(self, location: str, known: int) -> int:
        """Ask how far the server got; what we know, while it does not answer."""
        try:
            answer = await self._request("HEAD", location, {})
        except ServerAwayError:
            return known
        return int(answer["Upload-Offset"])

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Mapping[str, str]:
        limit = aiohttp.ClientTimeout(total=REQUEST_LIMIT_S)
        try:
            async with self._http.request(
                method, url, headers={**self._headers, **headers}, data=body, timeout=limit
            ) as answer:
                if answer.status >= 500:  # noqa: PLR2004  (HTTP's own number)
                    raise ServerAwayError(f"{method} answered {answer.status}")
                if not answer.ok:
                    raise refusal(await answer.read())
                return answer.headers.copy()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ServerAwayError(str(error) or type(error).__name__) from error


def refusal(body: bytes) -> RefusedError:
    """Read the JSON that goes with an HTTP error."""
    try:
        problem = msgspec.json.decode(body, type=_Problem)
    except msgspec.DecodeError:
        problem = _Problem(code="not_understood")
    return RefusedError(problem.code, problem.params)
