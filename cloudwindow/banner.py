"""Text that the demonstration prints once it serves: addresses, accounts, how to try a call."""

import msgspec


class SignIn(msgspec.Struct, frozen=True):
    """A demonstration account and its purpose."""

    name: str
    what: str


class BannerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts shown in the banner."""

    base: str
    lan: tuple[str, ...] = ()
    fingerprint: str = ""
    booth_name: str = ""
    booth_code: str = ""
    sign_ins: tuple[SignIn, ...] = ()
    passwords: tuple[str, ...] = ()
    hours: str = "always"
    lively: int = 0
    engines: tuple[str, ...] = ()
    folder: str = ""
    business: str = ""
    """The time that the business clock shows where it is set."""


def banner(facts: BannerFacts) -> str:
    """Return the text, a block a topic."""
    blocks = [
        ["Cloud Window 云窗口 is ready. Ctrl-C ends everything it started."],
        _addresses(facts),
        _sign_ins(facts),
        _call(facts),
        _more(facts),
    ]
    return "\n".join("\n".join([*block, ""]) for block in blocks if block)


def _addresses(facts: BannerFacts) -> list[str]:
    base = facts.base
    rows = [
        ("Citizen's page", f"{base}/"),
        ("A booth's page", f"{base}/booth"),
        ("Seat console", f"{base}/console"),
        ("Wallboard", f"{base}/wallboard"),
        ("Records", f"{base}/records"),
    ]
    lines = [f"  {name:<16}{url}" for name, url in rows]
    if facts.booth_code:
        lines[1] += f"   enrolment code {facts.booth_code} ({facts.booth_name})"
    if facts.lan:
        lines += ["", "  From phones and other PCs on this network (they warn of the certificate: it is self-signed):"]
        lines += [f"  {'':<16}{url}/" for url in facts.lan]
    if facts.fingerprint:
        lines += [f"  SHA-256 {facts.fingerprint}"]
    return lines


def _sign_ins(facts: BannerFacts) -> list[str]:
    rows = zip(facts.sign_ins, facts.passwords, strict=True)
    return [
        "  Sign-ins (passwords of this installation alone; all accounts are in demo-passwords.txt)",
        *(f"  {sign_in.name:<10}{password:<20}{sign_in.what}" for sign_in, password in rows),
    ]


def _call(facts: BannerFacts) -> list[str]:
    agent = facts.sign_ins[0].name if facts.sign_ins else ""
    return [
        "  To try a call with two browser windows:",
        f"  1. Open {facts.base}/console in one window, sign in as {agent}, press “Ready 就绪”.",
        f"  2. Open {facts.base}/ in a private window, look for 老人卡 (or type lrk), press the big button.",
        "  3. The console rings: accept within 20 s. Allow camera and microphone in both windows.",
        f"  A booth without a browser:  .venv/bin/cloudwindow booth --server {facts.base} --item MZ01"
        + (" --insecure" if facts.base.startswith("https") else ""),
    ]


def _more(facts: BannerFacts) -> list[str]:
    served = "around the clock (--hours always)" if facts.hours == "always" else "in the catalogue's own hours"
    lines = [f"  Items are served {served}."]
    if facts.business:
        lines += [f"  The business clock is set to {facts.business}; calls, leases and records go by the real time."]
    if facts.lively:
        who = f"{facts.lively} simulated citizens and up to as many seats"
        lines += [f"  {who} keep the wallboard alive; they answer each other only."]
    lines += [f"  {engine}" for engine in facts.engines]
    return [*lines, f"  Everything is kept in {facts.folder}."]
