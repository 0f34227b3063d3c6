"""Serves the citizen's pages: `/`, `/booth` on an enrolled booth's screen, `/receipt` to ask after, and the notices."""

from collections.abc import Awaitable, Callable
from typing import Literal

from aiohttp import web

from webui.pages import Pages

Profile = Literal["pc", "booth"]

SIMPLIFIED = (("cmn", "普通话"), ("yue", "粤语"), ("hak", "客家话"), ("en", "English"), ("csl", "手语"))
TRADITIONAL = (("cmn", "普通話"), ("yue", "粵語"), ("hak", "客家話"), ("en", "English"), ("csl", "手語"))
SPOKEN = {"zh-Hans": SIMPLIFIED, "zh-Hant": TRADITIONAL, "en": SIMPLIFIED}
"""What a conversation can be held in, each by its own name, in the script of the page."""

NOTICES = ("privacy", "accessibility")
"""Pages that say what happens with data, and who can use the pages how; at the citizen's page dialogs as well."""

SPOKEN_BY_READERS_OF = {"zh-Hans": "cmn", "zh-Hant": "yue", "en": "en"}


def mount(app: web.Application, pages: Pages) -> None:
    """Add the citizen's pages to the server."""

    async def home(request: web.Request) -> web.Response:
        return _citizen(pages, request, "pc")

    async def booth(request: web.Request) -> web.Response:
        return _citizen(pages, request, "booth")

    async def receipt(request: web.Request) -> web.Response:
        return pages.render(request, "booth_client/receipt.html", {"number": request.query.get("number", "")})

    def notice(name: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def show(request: web.Request) -> web.Response:
            return pages.render(request, "booth_client/notice.html", {"name": name})

        return show

    for name in NOTICES:
        app.router.add_get(f"/{name}", notice(name))
    app.router.add_get("/", home)
    app.router.add_get("/booth", booth)
    app.router.add_get("/receipt", receipt)


def _citizen(pages: Pages, request: web.Request, profile: Profile) -> web.Response:
    return pages.render(
        request,
        "booth_client/citizen.html",
        {"profile": profile, "spoken": SPOKEN, "spoken_first": SPOKEN_BY_READERS_OF},
    )
