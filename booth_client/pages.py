"""Serves the citizen's page: `/` at a PC or phone, `/booth` on an enrolled booth's screen, `/receipt` to ask after."""

from typing import Literal

from aiohttp import web

from webui.pages import Pages

Profile = Literal["pc", "booth"]

SIMPLIFIED = (("cmn", "普通话"), ("yue", "粤语"), ("hak", "客家话"), ("en", "English"), ("csl", "手语"))
TRADITIONAL = (("cmn", "普通話"), ("yue", "粵語"), ("hak", "客家話"), ("en", "English"), ("csl", "手語"))
SPOKEN = {"zh-Hans": SIMPLIFIED, "zh-Hant": TRADITIONAL, "en": SIMPLIFIED}
"""What a conversation can be held in, each by its own name, in the script of the page."""

SPOKEN_BY_READERS_OF = {"zh-Hans": "cmn", "zh-Hant": "yue", "en": "en"}


def mount(app: web.Application, pages: Pages) -> None:
    """Add the citizen's pages to the server."""

    async def home(request: web.Request) -> web.Response:
        return _citizen(pages, request, "pc")

    async def booth(request: web.Request) -> web.Response:
        return _citizen(pages, request, "booth")

    async def receipt(request: web.Request) -> web.Response:
        return pages.render(request, "booth_client/receipt.html", {"number": request.query.get("number", "")})

    app.router.add_get("/", home)
    app.router.add_get("/booth", booth)
    app.router.add_get("/receipt", receipt)


def _citizen(pages: Pages, request: web.Request, profile: Profile) -> web.Response:
    return pages.render(
        request,
        "booth_client/citizen.html",
        {"profile": profile, "spoken": SPOKEN, "spoken_first": SPOKEN_BY_READERS_OF},
    )
