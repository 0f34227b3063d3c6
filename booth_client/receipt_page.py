"""Serves `/r/{link}`, which a receipt's QR code opens on a phone: a page without script, while the link lasts."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web

from booth_client import result_words
from protocol.errors import NotFound, ServiceError
from runtime.clock import local
from webui import languages
from webui.pages import Pages
from webui.sentences import tell


class Receipt(Protocol):
    """The content of a receipt's page on a phone; it holds no name and no word of the conversation."""

    @property
    def receipt(self) -> str:
        """The receipt's number."""

    @property
    def number(self) -> str:
        """The ticket's number as it was called."""

    @property
    def item_name(self) -> str:
        """Return the item's name in the reader's language; empty for general help."""

    @property
    def ticket_state(self) -> str:
        """Return the sentence for the ticket's state."""

    @property
    def outcome(self) -> str:
        """Return the sentence for the outcome; empty before there is one."""

    @property
    def notice(self) -> tuple[str, ...]:
        """The papers to bring next time, by name."""

    @property
    def closed_ms(self) -> int | None:
        """Return the local time at which the session closed."""

    @property
    def version(self) -> int:
        """Version of the result; more than 1 after a correction."""


ReadLink = Callable[[web.Request, str, str], Awaitable[Receipt]]
"""Opens a receipt's signed address in a language; raises `NotFound` for one that is forged, cut or over."""


def mount(app: web.Application, pages: Pages, read_link: ReadLink) -> None:
    """Add the receipt's page for phones to the server."""

    async def linked(request: web.Request) -> web.Response:
        return await _linked(pages, request, read_link)

    app.router.add_get("/r/{link}", linked)


async def _linked(pages: Pages, request: web.Request, read_link: ReadLink) -> web.Response:
    """Show what a receipt's link opens; a link that is forged, cut or over reads the same in each case."""
    language = languages.negotiate(request)
    said = pages.catalogues[language.tag]
    context: dict[str, object] = {"found": None, "result": "", "ended": "", "sentence": ""}
    status, headers = web.HTTPOk.status_code, {"X-Robots-Tag": "noindex"}
    try:
        found = await read_link(request, request.match_info["link"], language.tag)
    except NotFound as problem:
        status = problem.http_status
    except ServiceError as problem:
        status, context["sentence"] = problem.http_status, tell(said, problem.code, **problem.params)
        if "retry_after_s" in problem.params:
            headers["Retry-After"] = str(problem.params["retry_after_s"])
    else:
        ended = local(found.closed_ms, pages.zone(language)).strftime("%Y-%m-%d %H:%M") if found.closed_ms else ""
        result = result_words.result(said, found.outcome, found.ticket_state)
        context.update(found=found, result=result, ended=ended)
    response = pages.render(request, "booth_client/receipt_link.html", context, status=status)
    response.headers.update(headers)
    return response
