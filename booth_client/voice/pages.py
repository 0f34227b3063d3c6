"""Serves what pages say aloud: a language's sentences at `/voice/LANGUAGE.json`, a clip at `/voice/LANGUAGE/CLIP`."""

import asyncio
import hashlib
from pathlib import Path

from aiohttp import web

from booth_client.voice.library import Library
from booth_client.voice.numerals import LANGUAGES

YEAR_S = 31_536_000


def mount(app: web.Application, folder: Path) -> None:
    """Add the spoken sentences to the server; `folder` holds this installation's recordings, if there are any."""
    library = Library(folder)

    async def manifest(request: web.Request) -> web.Response:
        language = request.match_info["language"]
        if language not in LANGUAGES:
            raise web.HTTPNotFound
        body = await asyncio.to_thread(library.manifest, language)
        tag = hashlib.sha256(body).hexdigest()[:16]
        headers = {"Cache-Control": "no-cache", "ETag": f'"{tag}"'}
        if any(known.value == tag for known in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        response = web.json_response(body=body, headers=headers)
        response.enable_compression()
        return response

    async def clip(request: web.Request) -> web.FileResponse:
        language = request.match_info["language"]
        sounds = await asyncio.to_thread(library.sounds, language) if language in LANGUAGES else {}
        found = sounds.get(request.match_info["clip"])
        if found is None:
            raise web.HTTPNotFound
        lasting = request.query.get("v") == found.version
        headers = {
            "Cache-Control": f"public, max-age={YEAR_S}, immutable" if lasting else "no-cache",
            "Content-Type": "audio/mpeg",
            "X-Content-Type-Options": "nosniff",
        }
        return web.FileResponse(found.path, headers=headers)

    app.router.add_get("/voice/{language}.json", manifest)
    app.router.add_get("/voice/{language}/{clip}", clip)
