"""Serves the citizen's pages: `/`, `/booth` on an enrolled booth's screen, `/receipt` to ask after, and the notices."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

from aiohttp import web

from webui.pages import Pages

Profile = Literal["pc", "booth"]

SIMPLIFIED = (("cmn", "普通话"), ("yue", "粤语"), ("hak", "客家话"), ("en", "English"), ("csl", "手语"))
TRADITIONAL = (("cmn", "普通話"), ("yue", "粵語"), ("hak", "客家話"), ("en", "English"), ("csl", "手語"))
SPOKEN = {"zh-Hans": SIMPLIFIED, "zh-Hant": TRADITIONAL, "en": SIMPLIFIED}
"""Languages of a conversation, each by its own name, in the script of the page."""

NOTICES = ("privacy", "accessibility")
"""Pages that say what happens with data, and who can use the pages how; at the citizen's page dialogs as well."""

SPOKEN_BY_READERS_OF = {"zh-Hans": "cmn", "zh-Hant": "yue", "en": "en"}


PRESSED = "pressed"
"""The cookie that carries one press of the button, made before the script ran, over to the page that follows."""
PRESSED_AGE_S = 60


def mount(app: web.Application, pages: Pages, is_ours: Callable[[web.BaseRequest], bool]) -> None:
    """Add the citizen's pages to the server; `is_ours` tells whether a page of ours sent a request."""

    async def pressed(request: web.Request) -> web.Response:
        """Go on to the page, which takes the ticket once its script runs; a reload of it takes none."""
        answer = web.Response(status=303, headers={"Location": request.rel_url.raw_path_qs})
        if is_ours(request):
            wishes = _wishes(await request.post())
            answer.set_cookie(PRESSED, wishes, max_age=PRESSED_AGE_S, samesite="Strict", path=request.path)
        return answer

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
    app.router.add_post("/", pressed)
    app.router.add_get("/booth", booth)
    app.router.add_post("/booth", pressed)
    app.router.add_get("/receipt", receipt)


def _wishes(fields: Mapping[str, object]) -> str:
    """Write what was chosen beside the button as `language[.priority][.helper]`; what we do not know is left out."""
    spoken = fields.get("spoken")
    language = spoken if spoken in dict(SIMPLIFIED) else "cmn"
    return ".".join([str(language), *(name for name in ("priority", "helper") if fields.get(name))])


def _citizen(pages: Pages, request: web.Request, profile: Profile) -> web.Response:
    return pages.render(
        request,
        "booth_client/citizen.html",
        {
            "profile": profile,
            "spoken": SPOKEN,
            "spoken_first": SPOKEN_BY_READERS_OF,
            "query": request.query_string,
            "home": _home(request),
        },
    )


def _home(request: web.Request) -> str:
    """Return the first face of this screen: a hall's PC stays that hall's."""
    site = request.query.get("site", "")
    return str(request.rel_url.with_query({"site": site} if site else None))
