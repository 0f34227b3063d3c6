"""Watches what a node under test answers and holds it against its own OpenAPI document."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from runtime.security import HEADERS
from signaling.api.openapi import describe
from signaling.app import ROUTES

#: Said of every answer, by the server or by the security headers.
EVERYWHERE = {name.lower() for name in HEADERS} | {
    "content-type", "content-length", "date", "server", "cache-control", "strict-transport-security", "connection",
    "transfer-encoding",
}  # fmt: skip
DOCUMENT: dict[str, Any] = describe(ROUTES)
NOT_ALLOWED = 405


@dataclass
class Described:
    """Complains of each status, header or media type that the document does not know."""

    complaints: set[str] = field(default_factory=set)

    async def watch(self, request: web.Request, response: web.StreamResponse) -> None:
        """Look at one answer; for `on_response_prepare`, as the last one."""
        resource = request.match_info.route.resource
        path = resource.canonical if resource is not None else ""
        if path not in DOCUMENT["paths"] or request.transport is None or request.transport.is_closing():
            return
        where = f"{request.method} {path} {response.status}"
        operation = DOCUMENT["paths"][path].get(request.method.lower())
        if operation is None:
            self.note(response.status != NOT_ALLOWED and "X-HTTP-Method-Override" not in request.headers, where)
            return
        answer = operation["responses"].get(str(response.status))
        if answer is None:
            self.note(True, where)
            return
        headers = {name.lower(): about for name, about in answer.get("headers", {}).items()}
        extra = {name.lower() for name in response.headers} - EVERYWHERE - headers.keys()
        missing = {name for name, about in headers.items() if about["required"]} - {n.lower() for n in response.headers}
        self.note(bool(extra), f"{where} brings {sorted(extra)}")
        self.note(bool(missing), f"{where} lacks {sorted(missing)}")
        media = response.content_type if "content" in answer else ""
        self.note(
            bool(media) and media not in answer["content"] and "*/*" not in answer["content"], f"{where} is {media}"
        )

    def note(self, is_wrong: bool, what: str) -> None:
        """Keep a complaint."""
        if is_wrong:
            self.complaints.add(what)

    def judge(self) -> None:
        """Fail when anything undocumented was answered."""
        assert not self.complaints, "not in the OpenAPI document:\n" + "\n".join(sorted(self.complaints))
