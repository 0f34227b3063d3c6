"""Reads every setting once, from `WINDOW_*` variables, into one frozen object that is passed in."""

import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from protocol.rights import Role
from runtime import receivers

PREFIX = "WINDOW_"
FROM_FILE = "_FILE"
DEFAULT_REALM: Final = "window"
LOOPBACK = ("127.0.0.0/8", "::1/128")

Port = Annotated[int, Meta(ge=0, le=65535)]
Seconds = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]


class BadSettings(Exception):
    """The environment is wrong; each line of the message names a variable and its expected value."""


_LABEL: Final = "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
FURTHER_REALM: Final = re.compile(rf"[a-z0-9_-]{{1,32}}={_LABEL}(\.{_LABEL})*")
REALM_NAME: Final = Meta(pattern=r"^[a-z0-9_-]{1,32}$")
PHONE_URL: Final = Meta(pattern=r"^(https?://[^/?#\s@]+)?$", max_length=200)


def _says(text: str) -> Meta:
    return Meta(description=text)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that can be set. A field `port` is the variable `WINDOW_PORT`; a secret also `…_FILE`."""

    host: Annotated[str, _says("Address to listen on")] = "127.0.0.1"
    port: Annotated[Port, _says("Port to listen on; 0 takes a free one")] = 8080
    tls_cert: Annotated[str, _says("Certificate chain (PEM); empty serves plain HTTP")] = ""
    tls_key: Annotated[str, _says("Private key of the certificate (PEM)")] = ""
    origins: Annotated[tuple[str, ...], _says("Further origins that may open sockets")] = ()
    hosts: Annotated[tuple[str, ...], _says("Our public names; a request for another host is refused")] = ()
    proxies: Annotated[int, Meta(ge=0), _says("Trusted proxies in front: that many X-Forwarded-For")] = 0
    proxy_addresses: Annotated[tuple[str, ...], _says("Where they are (CIDR)")] = LOOPBACK
    operators: Annotated[tuple[str, ...], _says("Who may ask /metrics and /readyz (CIDR)")] = LOOPBACK
    connections_max: Annotated[Count, _says("Most connections at once; more are refused")] = 10_000
    idle_s: Annotated[Seconds, _says("A connection without a whole head is closed after this")] = 30
    body_s: Annotated[Seconds, _says("A form or JSON body must come within this")] = 15
    stall_s: Annotated[Seconds, _says("An upload or download without progress is cut after this")] = 30
    node: Annotated[str, _says("Name of this node; empty makes one")] = ""

    redis_url: Annotated[str, _says("Redis or Valkey 7+: redis://, rediss:// or unix://")] = ""
    database_url: Annotated[str, _says("SQLAlchemy address of the ledger")] = ""
    realm: Annotated[str, REALM_NAME, _says("Name of the realm, in Redis and ledger")] = DEFAULT_REALM
    further_realms: Annotated[tuple[str, ...], _says("Further realms of the same stores: NAME=HOST each")] = ()

    secret_key: Annotated[str, _says("Signs tokens and stubs; at least 32 characters")] = ""
    master_key: Annotated[str, _says("Wraps the documents' keys; 64 hexadecimal digits")] = ""
    old_secret_keys: Annotated[tuple[str, ...], _says("Earlier secret keys, still accepted; newest first")] = ()
    old_master_keys: Annotated[tuple[str, ...], _says("Earlier master keys, still accepted; newest first")] = ()
    audit_key: Annotated[str, _says("Signs the audit trail and the records; 64 hexadecimal digits")] = ""
    old_audit_keys: Annotated[tuple[str, ...], _says("Earlier audit keys, whose signatures count; newest first")] = ()
    anchors_folder: Annotated[str, _says("Where the anchors of trail and records are kept")] = "var/anchors"
    anchor_url: Annotated[str, _says("Each anchor is sent there too (POST, JSON); empty sends none")] = ""
    audit_addresses: Annotated[bool, _says("Keep addresses on the audit trail, not only their kind")] = False
    papers_grace_s: Annotated[Seconds, _says("A citizen's token opens its talk and papers so long after the end")] = 900
    looks_per_hour: Annotated[Count, _says("More looks at records and papers by one account raise an alarm")] = 60
    exports_per_day: Annotated[Count, _says("More exports by one account raise an alarm")] = 5
    unserved_per_day: Annotated[Count, _says("More looks at records of others' calls raise an alarm")] = 40
    night_hours: Annotated[
        str,
        Meta(pattern=r"^([01]\d|2[0-3])-([01]\d|2[0-3])$"),
        _says("Looks in these local hours raise one; 00-00: never"),
    ] = "22-06"
    ports_config: Annotated[str, _says("File (TOML) that says how other systems are reached; empty: none")] = ""
    documents_folder: Annotated[str, _says("Where documents are kept")] = "var/files"
    voice_folder: Annotated[str, _says("Where recordings of the spoken sentences are kept")] = "var/voice"
    document_max_bytes: Annotated[Count, _says("Largest document")] = 20 * 1024 * 1024
    documents_per_ticket: Annotated[Count, _says("Most documents of one ticket")] = 60
    upload_ttl_s: Annotated[Seconds, _says("An unfinished upload is dropped after this")] = 3600

    uploads_per_ticket: Annotated[Count, _says("Unfinished uploads of one ticket")] = 30
    upload_bytes_per_ticket: Annotated[Count, _says("Bytes that they may announce together")] = 240 * 1024 * 1024
    uploads_per_address: Annotated[Count, _says("Unfinished uploads of one address; a town shares one")] = 300
    upload_bytes_per_address: Annotated[Count, _says("Bytes that they may announce together")] = 3 * 1024**3
    uploads_max: Annotated[Count, _says("Unfinished uploads of all")] = 2_000
    upload_bytes_max: Annotated[Count, _says("Bytes that they may announce together")] = 20 * 1024**3
    disk_reserve_bytes: Annotated[int, Meta(ge=0), _says("No upload begins once less is free on the disk")] = 1024**3

    turn_urls: Annotated[tuple[str, ...], _says("TURN addresses, comma-separated")] = ()
    stun_urls: Annotated[tuple[str, ...], _says("STUN addresses, comma-separated")] = ()
    turn_secret: Annotated[str, _says("coturn's static-auth-secret")] = ""
    turn_ttl_s: Annotated[Count, _says("Life of relay credentials, renewed at half of it in a call")] = 600
    relay: Annotated[Literal["prefer", "only"], _says("Media pass the relay where needed, or always")] = "prefer"
    ice_networks: Annotated[tuple[str, ...], _says("Own networks in which pages may meet directly (CIDR)")] = ()

    clock_skew_s: Annotated[Seconds, _says("A node whose clock is off the queue server's by more does not serve")] = 5
    hours: Annotated[Literal["real", "always"], _says("Serve in the catalogue's hours, or always")] = "real"
    ring_s: Annotated[float, Meta(ge=0), _says("A seat rings this long; 0: as the catalogue says")] = 0
    citizen_grace_s: Annotated[float, Meta(ge=0), _says("A citizen may be gone in a session; 0: as the catalogue")] = 0
    seat_grace_s: Annotated[Seconds, _says("A serving seat's page may be gone")] = 30
    seat_away_s: Annotated[Seconds, _says("An idle seat's page may be gone")] = 10
    seat_lease_s: Annotated[Seconds, _says("A seat without heartbeat is lost after this")] = 15
    page_lease_s: Annotated[Seconds, _says("A waiting ticket without page is lost after")] = 120
    ticket_token_s: Annotated[Seconds, _says("Life of a ticket's token")] = 24 * 3600
    stub_s: Annotated[Seconds, _says("Life of a ticket's signed stub")] = 4 * 3600
    receipt_link_s: Annotated[Seconds, _says("So long a receipt's QR code opens it on a phone")] = 7 * 24 * 3600
    phone_url: Annotated[str, PHONE_URL, _says("Where phones reach us (https://HOST); empty: as the asker")] = ""

    hello_s: Annotated[Seconds, _says("The first frame must come within this")] = 5
    heartbeat_s: Annotated[Seconds, _says("The server pings every socket this often")] = 10
    frame_max_bytes: Annotated[Count, _says("Largest frame a page may send")] = 64 * 1024
    frames_per_s: Annotated[Seconds, _says("Frames a page may send per second, on average")] = 50
    frames_burst: Annotated[Count, _says("Frames a page may send at once")] = 200
    candidates_burst: Annotated[Count, _says("ICE candidates a page may send at once; two a second after")] = 64
    commands_per_s: Annotated[Seconds, _says("Commands a page may send per second, on average")] = 10
    commands_burst: Annotated[Count, _says("Commands a page may send at once")] = 120
    sockets_max: Annotated[Count, _says("Open sockets of this node; below `connections_max`")] = 8_000
    sockets_per_address: Annotated[Count, _says("Open sockets of one address on this node; a town shares one")] = 2_000
    silent_sockets_max: Annotated[Count, _says("Sockets of this node that said no hello yet")] = 2_000
    silent_sockets_per_address: Annotated[Count, _says("The same of one address")] = 400
    sockets_per_s: Annotated[Seconds, _says("Sockets one address may open per second, on average")] = 20
    sockets_burst: Annotated[Count, _says("Sockets one address may open at once")] = 800
    tickets_per_address_per_min: Annotated[Seconds, _says("Tickets one address may take a minute, on average")] = 60
    tickets_per_address_burst: Annotated[Count, _says("Tickets one address may take at once")] = 400
    moves_per_ticket: Annotated[Count, _says("How often a ticket's place is held or exchanged for a call later")] = 12
    page_away_s: Annotated[Seconds, _says("A waiting ticket rings no seat once its page is gone so long")] = 15
    session_events_per_min: Annotated[Seconds, _says("Lines, notes and verdicts a side may write a minute")] = 120
    session_events_burst: Annotated[Count, _says("The same at once")] = 60
    session_events_max: Annotated[Count, _says("The same in one session")] = 2_000
    session_bytes_max: Annotated[Count, _says("Bytes of them in one session")] = 2 * 1024 * 1024
    requests_per_address_per_s: Annotated[Seconds, _says("HTTP requests of one address per second, on average")] = 60
    requests_per_address_burst: Annotated[Count, _says("The same at once; parts of pages do not count")] = 3_000
    searches_per_address_per_s: Annotated[Seconds, _says("Catalogue requests of one address per second")] = 20
    searches_per_address_burst: Annotated[Count, _says("The same at once")] = 600
    outgoing_max_bytes: Annotated[Count, _says("More unread than this: cut as slow")] = 1024 * 1024
    outgoing_max_frames: Annotated[Count, _says("More unread frames than this: cut as slow")] = 256
    drain_s: Annotated[Seconds, _says("Longest drain when the node is told to stop")] = 10

    login_idle_s: Annotated[Seconds, _says("A login unused this long is over")] = 3600
    login_max_s: Annotated[Seconds, _says("A login is over after this, used or not")] = 12 * 3600

    factor_roles: Annotated[tuple[Role, ...], _says("Roles that need a second factor, comma-separated")] = (
        Role.SYSTEM,
        Role.SECURITY,
        Role.AUDITOR,
        Role.SUPERVISOR,
    )

    hook_receivers: Annotated[tuple[str, ...], _says("Where web-hooks may go: HOST[:PORT][=NETWORK+…] each")] = ()
    hook_answer_s: Annotated[Seconds, _says("A receiver of web-hooks must answer within this")] = 15
    hook_retry_s: Annotated[Seconds, _says("A web-hook is tried again so long, then given up and told")] = 3 * 24 * 3600

    log_format: Annotated[Literal["json", "columns"], _says("How log lines look")] = "columns"
    log_level: Annotated[Literal["debug", "info", "warning", "error"], _says("The least that is logged")] = "info"

    @property
    def realms(self) -> tuple[str, ...]:
        """The names of all realms; the first is `realm`."""
        return (self.realm, *(one.partition("=")[0] for one in self.further_realms))

    @property
    def is_tls(self) -> bool:
        """True if pages are served over HTTPS."""
        return bool(self.tls_cert)


SECRETS = frozenset(
    {"secret_key", "master_key", "old_secret_keys", "old_master_keys", "turn_secret", "redis_url", "database_url"}
    | {"audit_key", "old_audit_keys"}
)
"""May come from a file named by `WINDOW_<NAME>_FILE`, and are never shown."""
LISTS = frozenset(
    {
        "further_realms",
        "origins",
        "hosts",
        "proxy_addresses",
        "operators",
        "turn_urls",
        "stun_urls",
        "ice_networks",
        "old_secret_keys",
        "old_master_keys",
        "old_audit_keys",
        "factor_roles",
        "hook_receivers",
    }
)
"""Written with commas in between."""


def load(environment: Mapping[str, str], **overrides: object) -> Settings:
    """Read the settings; `overrides` (a command line's options) win over the environment.

    Raises:
        BadSettings: an unknown name, a value that does not parse, a secret's file that is not there.
    """
    found: dict[str, object] = {}
    faults: list[str] = []
    for variable, text in sorted(environment.items()):
        if variable.startswith(PREFIX):
            _read_one(variable, text, found, faults)
    found.update(overrides)
    if faults:
        raise BadSettings("\n".join(faults))
    return _checked(found)


def _read_one(variable: str, text: str, found: dict[str, object], faults: list[str]) -> None:
    name = variable.removeprefix(PREFIX).lower()
    owner = name.removesuffix(FROM_FILE.lower())
    if name in Settings.__struct_fields__:
        found[name] = _said(name, text)
    elif owner in SECRETS and name != owner:
        try:
            found[owner] = _said(owner, Path(text).read_text(encoding="utf-8").strip())
        except OSError as problem:
            faults.append(f"{variable}: cannot read {text}: {problem.strerror}")
    else:
        faults.append(f"{variable}: there is no such setting")


def _said(name: str, text: str) -> str | tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if name in LISTS else text


def _checked(found: Mapping[str, object]) -> Settings:
    try:
        settings = msgspec.convert(dict(found), Settings, strict=False)
    except msgspec.ValidationError as problem:
        what, _, where = str(problem).partition(" - at `$.")
        raise BadSettings(f"{PREFIX}{where.rstrip('`').upper()}: {what}") from None
    if bool(settings.tls_cert) != bool(settings.tls_key):
        raise BadSettings("WINDOW_TLS_CERT and WINDOW_TLS_KEY: set both or neither")
    _check_realms(settings)
    _check_networks("PROXY_ADDRESSES", settings.proxy_addresses)
    _check_networks("OPERATORS", settings.operators)
    if settings.turn_urls and not settings.turn_secret:
        raise BadSettings("WINDOW_TURN_SECRET: needed where WINDOW_TURN_URLS is set")
    if settings.relay == "only" and not settings.turn_urls:
        raise BadSettings("WINDOW_RELAY: only works where WINDOW_TURN_URLS names a relay")
    _check_networks("ICE_NETWORKS", settings.ice_networks)
    _check_receivers(settings)
    return settings


def _check_realms(settings: Settings) -> None:
    """Refuse a further realm without a name and a host of its own."""
    for one in settings.further_realms:
        if not FURTHER_REALM.fullmatch(one):
            raise BadSettings(f"{PREFIX}FURTHER_REALMS: {one}: write NAME=HOST")
    hosts = [*settings.hosts, *(one.partition("=")[2] for one in settings.further_realms)]
    for what, names in (("realm", settings.realms), ("host", [host.lower() for host in hosts])):
        for name in names:
            if names.count(name) > 1:
                raise BadSettings(f"{PREFIX}FURTHER_REALMS: the {what} {name} is named twice")


def _check_receivers(settings: Settings) -> None:
    for entry in settings.hook_receivers:
        try:
            realm, _ = receivers.parse(entry)
        except ValueError as problem:
            raise BadSettings(f"{PREFIX}HOOK_RECEIVERS: {problem}") from None
        if realm and realm not in settings.realms[1:]:
            raise BadSettings(f"{PREFIX}HOOK_RECEIVERS: {entry}: {realm} is none of the further realms")


def _check_networks(name: str, blocks: tuple[str, ...]) -> None:
    for block in blocks:
        try:
            _ = ip_network(block)
        except ValueError as problem:
            raise BadSettings(f"{PREFIX}{name}: {problem}") from None
