"""Renders pages: Jinja with every room's templates, in the reader's language, under one policy."""

import dataclasses
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, partial
from types import CodeType
from zoneinfo import ZoneInfo

import jinja2
from aiohttp import web
from msgspec.structs import replace

from protocol.errors import BadInput, ServiceError
from runtime.business_clock import BusinessClock
from runtime.refusals import FACE
from webui import extraction, languages, translations
from webui.assets import ROOMS, Asset, Assets, room_folder, source
from webui.languages import LANGUAGES, Language
from webui.policy import PERMISSIONS_POLICY, content_security_policy
from webui.realm import Realm, Realms, nameless
from webui.sentences import SENTENCES, tell
from webui.translations import Translations

YEAR_S = 31_536_000
MISSED = frozenset({web.HTTPNotFound.status_code, web.HTTPMethodNotAllowed.status_code})
"""Statuses that our pages answer in their own words instead of aiohttp's."""
FIRST_FACE = "booth_client/js/citizen.js"
"""The script of the page that many open with an empty cache on a slow line: of its sentences the first come alone."""
BUSINESS_TIME = "webui/js/business-time.js"
"""The script that any page of a demonstration has beside its own."""
FOR_PROGRAMS = ("/api/", "/static/", "/voice/", "/emblem", "/ws", "/metrics", "/livez", "/readyz")
PARTS = (".js", ".css")
PART_OF_A_PAGE: Mapping[str, str] = {"Content-Security-Policy": "default-src 'none'", "Permissions-Policy": "camera=()"}
"""Headers of scripts and style sheets: no rights of their own, and short, as thirty long ones are 10 kB a visit."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclasses.dataclass(frozen=True)
class CommonParts:
    """The parts of pages that are the same in every realm."""

    assets: Assets
    catalogues: Mapping[str, Translations]
    """The sentences by language tag."""
    messages: Mapping[str, Mapping[str, Asset]]
    """The sentences of a room's scripts as a script of their own, by room and language tag; among the assets too."""
    halves: Mapping[str, tuple[Asset, Asset]]
    """Scripts of the citizen's page by language tag: the sentences of its first face, and all its others."""


class CompiledTemplates(jinja2.BytecodeCache):
    """Templates as they were compiled, once for the languages of all realms."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Fill a bucket if its template was compiled."""
        bucket.code = self._known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep a template as it was compiled."""
        self._known[bucket.key, bucket.checksum] = bucket.code


COMPILED = CompiledTemplates()


@cache
def common_parts() -> CommonParts:
    """Read static files and sentences, once in a process."""
    assets, catalogues = Assets(), translations.load()
    used = {room: extraction.used_by_scripts(room) for room in ROOMS}

    def script(room: str, tag: str, catalogue: Translations) -> Asset:
        sentences = used[room] | used["webui"] | used["signaling"]
        text = translations.javascript(catalogue, sentences, SENTENCES)
        return assets.add(Asset(f"{room}/messages/{tag}.js", text.encode()))

    messages = {room: {tag: script(room, tag, one) for tag, one in catalogues.items()} for room in ROOMS}
    scripts = [source(FIRST_FACE), *(source(asset.name) for asset in assets.imported(FIRST_FACE))]
    scripts.append(source(BUSINESS_TIME))
    first = extraction.used_by(scripts)
    rest = used[FIRST_FACE.partition("/")[0]] | used["webui"] | used["signaling"]

    def half(name: str, tag: str, text: str) -> Asset:
        return assets.add(Asset(f"booth_client/messages/{name}/{tag}.js", text.encode()))

    halves = {
        tag: (
            half("first", tag, translations.javascript(one, first, SENTENCES)),
            half("later", tag, translations.javascript_more(one, rest - first)),
        )
        for tag, one in catalogues.items()
    }
    return CommonParts(assets, catalogues, messages, halves)


class Pages:
    """All pages' templates, static files and sentences, as a realm has them."""

    def __init__(self, realms: Realms = nameless, business: BusinessClock | None = None) -> None:
        """Show the realm as it is; `business` is a demonstration's clock, which every page then tells."""
        self._realms = realms
        self._business = business
        common = common_parts()
        self.assets, self._messages, self._halves = common.assets, common.messages, common.halves
        self.catalogues = {
            tag: dataclasses.replace(one, common=partial(self._common, tag)) for tag, one in common.catalogues.items()
        }
        self._environments = {tag: self._environment(catalogue) for tag, catalogue in self.catalogues.items()}

    def mount(self, app: web.Application) -> None:
        """Serve the static files of all rooms, and pages in place of bare refusals."""
        app.router.add_get("/static/{name:.+}", self._serve)
        app.router.add_get("/realm.css", self._stylesheet)
        app.router.add_get("/emblem", self._emblem)
        app.middlewares.append(self._refusals)
        app[FACE] = self._refused

    @web.middleware
    async def _refusals(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a wrong address with a page in the reader's language and a way back; programs get the bare refusal."""
        try:
            return await handler(request)
        except web.HTTPException as problem:
            if problem.status not in MISSED or request.path.startswith(FOR_PROGRAMS):
                raise
            page = self.render(request, "webui/missed.html", status=problem.status)
            if "Allow" in problem.headers:
                page.headers["Allow"] = problem.headers["Allow"]
            return page

    def _refused(self, request: web.Request, problem: ServiceError) -> web.Response | None:
        """Say in plain words why a page is refused, also before its own handler ran; None where programs ask."""
        if request.path.startswith(FOR_PROGRAMS):
            return None
        is_mistyped = problem.code == BadInput.code and problem.params.get("field") in {"path", "query"}
        context = {"code": problem.code, "params": problem.params, "is_mistyped": is_mistyped}
        return self.render(request, "webui/refused.html", context, status=problem.http_status)

    def render(
        self,
        request: web.Request,
        template: str,
        context: Mapping[str, object] | None = None,
        *,
        status: int = 200,
        wasm: bool = False,
        language: Language | None = None,
    ) -> web.Response:
        """Answer with a page; `messages` are the sentences of its room's scripts in its language."""
        language = language or languages.negotiate(request)
        room = template.split("/", maxsplit=1)[0]
        text = (
            self._environments[language.tag]
            .get_template(template)
            .render(
                request_path=request.path,
                query_in=partial(_query_in, request),
                realm=self._realm(language),
                business=self._business,
                business_time=self._business_time(language),
                messages=self._messages[room][language.tag].url,
                halves=[half.url for half in self._halves[language.tag]],
                **(context or {}),
            )
        )
        response = web.Response(text=text, content_type="text/html", status=status)
        response.headers["Content-Security-Policy"] = content_security_policy(wasm=wasm)
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["Content-Language"] = language.tag
        response.headers["Vary"] = "Cookie, Accept-Language"
        if languages.known(request.query.get("lang", "")):
            response.set_cookie(
                languages.COOKIE, language.tag, max_age=languages.COOKIE_AGE_S, samesite="Lax", path="/"
            )
        if accepts_gzip(request):
            response.enable_compression(web.ContentCoding.gzip)
        return response

    def _common(self, tag: str) -> Mapping[str, object]:
        return {"hotline": self._realms(tag).hotline}

    def zone(self, language: Language) -> ZoneInfo:
        """Return the realm's time zone."""
        return ZoneInfo(self._realm(language).zone)

    def _business_time(self, language: Language) -> str:
        """Return what a demonstration's clock shows."""
        return f"{self._business.now().local(self.zone(language)):%Y-%m-%d %H:%M}" if self._business else ""

    def _realm(self, language: Language) -> Realm:
        found = self._realms(language.tag)
        return found if found.name else replace(found, name=self.catalogues[language.tag].gettext("Cloud Window"))

    async def _stylesheet(self, request: web.Request) -> web.Response:
        """Send the realm's colour; its address names its content."""
        return _lasting(request, self._realms(LANGUAGES[0].tag).stylesheet.encode(), "text/css; charset=utf-8")

    async def _emblem(self, request: web.Request) -> web.Response:
        """Send the realm's emblem, which may act nowhere and fetch nothing."""
        emblem = self._realms(LANGUAGES[0].tag).emblem
        if emblem is None:
            raise web.HTTPNotFound
        return _lasting(request, emblem.body, emblem.media_type)

    def _environment(self, catalogue: Translations) -> jinja2.Environment:
        """Make the template environment of one language."""
        folders = {room: room_folder(room) for room in ROOMS}
        loaders = {
            room: jinja2.FileSystemLoader(folder / "templates")
            for room, folder in folders.items()
            if folder is not None
        }
        environment = jinja2.Environment(
            loader=jinja2.PrefixLoader(loaders),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=COMPILED,
        )
        environment.globals.update(
            gettext=catalogue.gettext,
            ngettext=catalogue.ngettext,
            asset=self.assets.url,
            preloads=cache(self.assets.closure),
            language=catalogue.language,
            languages=LANGUAGES,
            tell_error=partial(tell, catalogue),
        )
        return environment

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """Send a static file: with its digest in the address it never changes, without it is asked after each time."""
        asset = self.assets.find(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        version = request.query.get("v", "")
        lasting = version == asset.version
        served = asset.asked_as(version)
        headers = {
            "Cache-Control": f"public, max-age={YEAR_S}, immutable" if lasting else "no-cache",
            "Content-Type": asset.media_type,
            "ETag": f'"{served.digest}"',
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            **(PART_OF_A_PAGE if asset.name.endswith(PARTS) and "/vendor/" not in asset.name else {}),
        }
        if served.digest in {tag.value for tag in request.if_none_match or ()}:
            return web.Response(status=304, headers=headers)
        # What is made for one page of another release is not packed: anybody can ask for any version.
        packed = await asset.squeeze() if served is asset and accepts_gzip(request) else b""
        if packed:
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=packed or served.body, headers=headers)


def _query_in(request: web.Request, tag: str) -> str:
    """Return the query of the same page in another language."""
    return request.rel_url.update_query(lang=tag).raw_query_string


def _lasting(request: web.Request, body: bytes, media_type: str) -> web.Response:
    """Answer with what is kept as long as its address names its digest; asked without one it is asked for each time."""
    digest = hashlib.sha256(body).hexdigest()[:16]
    headers = {
        "Cache-Control": f"public, max-age={YEAR_S}" if request.query.get("v") == digest else "no-cache",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Type": media_type,
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=body, headers=headers)


def accepts_gzip(request: web.Request) -> bool:
    """Tell whether the browser takes gzip."""
    return "gzip" in request.headers.get("Accept-Encoding", "").lower()


PAGES: web.AppKey[Pages] = web.AppKey("pages", Pages)
