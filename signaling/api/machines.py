"""Gives machines short-lived tokens for their keys: OAuth 2.0 client credentials (RFC 6749), metadata by RFC 8414."""

import base64
import binascii
from collections.abc import Mapping
from typing import Annotated, Final, Literal
from urllib.parse import parse_qsl, unquote_plus

import msgspec
from aiohttp import web
from msgspec import Meta

from protocol.errors import TooManyTries
from protocol.identity_errors import BadKey
from protocol.rights import Right
from records.staff.machine_keys import KnownKey
from runtime import throttle
from runtime.edge import reply
from runtime.gate import FORM
from runtime.security import MACHINE_TOKEN_S
from signaling.api.table import Route
from signaling.node import Node

TOKEN_PATH: Final = "/api/oauth/token"  # noqa: S105 - an address
METADATA_PATH: Final = "/.well-known/oauth-authorization-server"
TAG: Final = "Machine"
BASIC: Final = 'Basic realm="cloudwindow"'
BEARER: Final = "Bearer"
FIELDS_MAX: Final = 16
GRANT: Final = "client_credentials"
GRANTABLE: web.AppKey[Mapping[str, Right | None]] = web.AppKey("grantable", Mapping)
"""The operations that machines may be granted, each with its right."""
OAuthCode = Literal["invalid_request", "invalid_client", "unsupported_grant_type", "invalid_scope"]


class TokenRequest(msgspec.Struct, frozen=True):
    """The form of a token's request; name and key may come by `Authorization: Basic` in place of the two fields."""

    grant_type: Annotated[str, Meta(description="`client_credentials`")]
    scope: Annotated[str, Meta(description="Operations, blanks between; empty: all that the machine may do.")] = ""
    client_id: Annotated[str, Meta(description="The machine's name.")] = ""
    client_secret: Annotated[str, Meta(description="The machine's key.")] = ""


class TokenAnswer(msgspec.Struct, frozen=True):
    """A token, the seconds that it lives, and the operations it is for."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class OAuthProblem(msgspec.Struct, frozen=True):
    """The refusal of a token, as RFC 6749, 5.2 says it; `code` and `params` are those of a Problem."""

    error: OAuthCode
    error_description: str
    code: str
    params: dict[str, str] = {}


class AuthorizationServer(msgspec.Struct, frozen=True):
    """The facts about the giver of tokens, as RFC 8414 names them."""

    issuer: str
    token_endpoint: str
    scopes_supported: tuple[str, ...]
    response_types_supported: tuple[str, ...]
    grant_types_supported: tuple[str, ...]
    token_endpoint_auth_methods_supported: tuple[str, ...]
    service_documentation: str


class _OAuthRefused(Exception):
    """The token is refused, for a reason of RFC 6749."""

    def __init__(self, error: OAuthCode, why: str) -> None:
        super().__init__(error)
        self.problem = OAuthProblem(error=error, error_description=why, code=error)


async def token(node: Node, request: web.Request) -> web.StreamResponse:
    """Give a token for a machine's name and key."""
    try:
        return await _give(node, request)
    except _OAuthRefused as refused:
        is_client = refused.problem.error == "invalid_client"
        headers = {"Pragma": "no-cache", **({"WWW-Authenticate": BASIC} if is_client else {})}
        return reply(refused.problem, 401 if is_client else 400, headers)


async def _give(node: Node, request: web.Request) -> web.StreamResponse:
    said = await _form(request)
    name, text = _client(request, said)
    key = await _proved(node, request, name, text)
    await node.services.throttle.spend(throttle.MACHINE_TOKEN, key.machine)
    if said.grant_type != GRANT:
        raise _OAuthRefused("unsupported_grant_type", "only client_credentials")
    asked = frozenset(said.scope.split(" ")) - {""} or key.operations
    if not asked or not asked <= key.operations:
        raise _OAuthRefused("invalid_scope", "the machine was not granted all of these operations, or none")
    given = node.machines.token(key, asked)
    await node.trail.note(f"machine:{key.machine}", "machine.token_made", key.machine, key=key.id)
    scope = " ".join(sorted(asked))
    answer = TokenAnswer(access_token=given, token_type=BEARER, expires_in=MACHINE_TOKEN_S, scope=scope)
    return reply(answer, headers={"Pragma": "no-cache"})


async def _form(request: web.Request) -> TokenRequest:
    """Read the form; what is no form, or says a field twice, is refused as RFC 6749, 3.2 wants it."""
    if request.content_type != FORM:
        raise _OAuthRefused("invalid_request", f"Content-Type is not {FORM}")
    try:
        pairs = parse_qsl((await request.read()).decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise _OAuthRefused("invalid_request", "the body is no form") from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _OAuthRefused("invalid_request", "a field comes twice")
    known = {name: value for name, value in fields.items() if name in TokenRequest.__struct_fields__}
    if not known.get("grant_type"):
        raise _OAuthRefused("invalid_request", "grant_type is missing")
    return msgspec.convert(known, TokenRequest)


def _client(request: web.Request, said: TokenRequest) -> tuple[str, str]:
    """Return the name and the key that a request shows in one of two ways, and not in both."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        if not said.client_id or not said.client_secret:
            raise _OAuthRefused("invalid_client", "name and key are missing")
        return said.client_id, said.client_secret
    if scheme.lower() != "basic":
        raise _OAuthRefused("invalid_client", "Authorization is not Basic")
    if said.client_secret:
        raise _OAuthRefused("invalid_request", "the key comes in two ways")
    try:
        name, _, key = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise _OAuthRefused("invalid_client", "Authorization cannot be read") from None
    if said.client_id and said.client_id != unquote_plus(name):
        raise _OAuthRefused("invalid_request", "client_id names another machine")
    return unquote_plus(name), unquote_plus(key)


async def _proved(node: Node, request: web.Request, name: str, text: str) -> KnownKey:
    """Return the key that is right for this name; whether name or key is wrong is not told."""
    try:
        return await node.machines.prove_key(request, text, name)
    except BadKey:
        raise _OAuthRefused("invalid_client", "wrong name or key") from None


async def metadata(node: Node, request: web.Request) -> web.StreamResponse:
    """Describe the giver of tokens."""
    home = node.services.visitors.home(request)
    operations = request.app[GRANTABLE]
    return reply(
        AuthorizationServer(
            issuer=home,
            token_endpoint=f"{home}{TOKEN_PATH}",
            scopes_supported=tuple(sorted(operations)),
            response_types_supported=(),
            grant_types_supported=(GRANT,),
            token_endpoint_auth_methods_supported=("client_secret_basic", "client_secret_post"),
            service_documentation=f"{home}/api/openapi.json",
        )
    )


ROUTES = (
    Route(
        method="POST",
        path=TOKEN_PATH,
        act=token,
        says="Give a machine a token for its name and key: OAuth 2.0 client credentials (RFC 6749, 4.4).",
        form=TokenRequest,
        answer=TokenAnswer,
        refusal=OAuthProblem,
        gives=("Pragma",),
        errors=(TooManyTries,),
        more=f"It opens what its key opens, for {MACHINE_TOKEN_S} seconds, and ends with it. It is on the audit trail. "
        f"Wrong keys are counted by address: {throttle.MACHINE_KEY.burst} at once, then "
        f"{throttle.MACHINE_KEY.per_minute:g} a minute; tokens by machine: "
        f"{throttle.MACHINE_TOKEN.burst} at once, then {throttle.MACHINE_TOKEN.per_minute:g} a minute.",
        tag=TAG,
    ),
    Route(
        method="GET",
        path=METADATA_PATH,
        act=metadata,
        says="Describe the token endpoint (RFC 8414); `scopes_supported` lists what a machine may be granted.",
        answer=AuthorizationServer,
        tag=TAG,
    ),
)
