"""`cloudwindow booth`: a citizen's visit without a browser."""

import asyncio
import sys
from pathlib import Path
from typing import Final

import aiohttp
import click
import msgspec
from msgspec.structs import replace

from booth_client.address import Address
from booth_client.device_key import BrokenKeyError, DeviceKey
from booth_client.http_api import new_session
from booth_client.native import NativeBooth, Result, Visit
from booth_client.sources import Kind, Source, camera_pattern, document_pattern, tone
from cloudwindow.failures import OperatorError, told
from protocol.views import Mode

INTERRUPTED: Final = 130
AGREED: Final = {"all": (True, True), "sound": (True, False), "none": (False, False)}
"""Devices that may be opened, microphone and camera, by the citizen's answer."""


class Enrolment(msgspec.Struct, frozen=True):
    """Enrolment of this machine as a booth; all empty if it is none."""

    code: str
    token: str
    key: Path | None

    @property
    def is_known(self) -> bool:
        """True if the key was made before."""
        return not self.code and (not self.token or (self.key is not None and self.key.exists()))

    def __post_init__(self) -> None:
        """Refuse a code without a file: it would be used up for nothing."""
        if (self.code or self.token) and self.key is None:
            raise OperatorError("--booth-key: name the file that is to hold this booth's key")


@click.command()
@click.option("--server", required=True, help="Address of the server: http://HOST:PORT or https://HOST")
@click.option("--item", default="", help="Item to ask for, such as MZ01; empty asks for general help")
@click.option("--mode", type=click.Choice([mode.value for mode in Mode]), default=Mode.CONSULT.value, show_default=True)
@click.option("--language", default="cmn", show_default=True, help="Language to be served in: cmn, yue, hak, en, csl")
@click.option("--site", default="", help="Site the booth stands in, such as HD-TB")
@click.option("--booth-code", default="", help="Enrol with this one-time code first; the key goes into --booth-key")
@click.option("--booth-key", type=click.Path(path_type=Path, dir_okay=False), help="File with this booth's own key")
@click.option("--booth-token", envvar="BOOTH_TOKEN", default="", help="Token of the release before; becomes a key")
@click.option("--video", help="File or device (/dev/video0) of the camera; default a test picture")
@click.option("--audio", help="File or ALSA device (hw:0) of the microphone; default a tone")
@click.option("--document-camera", help="File or device of the document camera; its picture goes into the call too")
@click.option(
    "--agree", type=click.Choice(list(AGREED)), default="all", show_default=True,
    help="The citizen's answer to the notice that was read to them: microphone and camera, sound alone, or none",
)  # fmt: skip
@click.option("--rate", type=click.IntRange(0, 5), default=0, help="Rate the session at its end, 5 is best; 0: do not")
@click.option("--save", type=click.Path(path_type=Path, file_okay=False), help="Folder to save some remote pictures in")
@click.option("--insecure", is_flag=True, help="Accept a self-signed certificate")
@told
def booth(  # noqa: PLR0913  (a parameter for each option)
    *,
    server: str,
    item: str,
    mode: str,
    language: str,
    site: str,
    booth_code: str,
    booth_key: Path | None,
    booth_token: str,
    video: str | None,
    audio: str | None,
    document_camera: str | None,
    agree: str,
    rate: int,
    save: Path | None,
    insecure: bool,
) -> None:
    """Take a ticket, talk to a seat with picture and sound, answer requests for stills, end with the receipt."""
    address = Address.parse(server)
    visit = Visit(
        item=item,
        mode=Mode(mode),
        language=language,
        site=site,
        video=_source("video", video) or camera_pattern(),
        audio=_source("audio", audio) or tone(),
        document_camera=_source("video", document_camera, rate=5) or document_pattern(),
        shows_documents=document_camera is not None,
        sound=AGREED[agree][0],
        picture=AGREED[agree][1],
        rate=rate,
        save=_folder(save),
    )
    try:
        enrolment = Enrolment(booth_code, booth_token, booth_key)
        result = asyncio.run(_run(address, visit, enrolment, verify_tls=not insecure))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    frames = ", ".join(f"{slot.value} {count}" for slot, count in result.frames.items() if count)
    click.echo(f"frames received: {frames or 'none'}")


async def _run(address: Address, visit: Visit, enrolment: Enrolment, *, verify_tls: bool) -> Result:
    async with new_session(verify_tls=verify_tls) as http:
        if enrolment.key is not None:
            visit = replace(visit, device=await _device(http, address, enrolment, enrolment.key))
        return await NativeBooth(http, address, visit, click.echo).run()


async def _device(http: aiohttp.ClientSession, address: Address, enrolment: Enrolment, path: Path) -> DeviceKey:
    """Read the booth's key, or make one where a code or an old token is given.

    Raises:
        OperatorError: the file holds no key.
    """
    if enrolment.is_known:
        try:
            return DeviceKey.load(path)
        except BrokenKeyError as error:
            raise OperatorError(str(error)) from None
    key = await DeviceKey.enrol(http, address, enrolment.code, token="" if enrolment.code else enrolment.token)
    key.save(path)
    click.echo(f"enrolled as {key.booth}; its key is in {path}: from now on start with --booth-key alone")
    return key


def _source(kind: Kind, text: str | None, rate: int = 30) -> Source | None:
    """Read what the operator named; a file must be there."""
    if text is None:
        return None
    source = Source.parse(kind, text, rate=rate)
    if not source.format and not Path(text).is_file():
        raise OperatorError(f"{text}: no such file or device")
    if source.format == "v4l2" and not Path(text).exists():
        raise OperatorError(f"{text}: no such device")
    return source


def _folder(path: Path | None) -> Path | None:
    if path is not None:
        path.mkdir(parents=True, exist_ok=True)
    return path
