"""The process that decodes one paper and ends: it limits itself before it reads a byte of the paper."""

import ctypes
import os
import resource
import signal
import struct
import sys
from typing import BinaryIO, Final

import msgspec

from records.papers.decoders import pictures
from records.papers.decoders.values import Ask, DecoderAnswer, Undecodable

CPU_S: Final = 20
MEMORY_BYTES: Final = 1536 * 1024 * 1024
"""Address space: 108 million points of an HEIC are decoded in it."""
FILES: Final = 16
NICE: Final = 10
HEAD: Final = struct.Struct(">I")
PR_SET_PDEATHSIG: Final = 1
PR_SET_NO_NEW_PRIVS: Final = 38


def confine() -> None:
    """Give up what decoding does not need, and die with the server that asked."""
    parent = os.getppid()
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        _ = libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _ = libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:  # it died while this process began
        sys.exit(1)
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    _ = os.nice(NICE)


def answer(ask: Ask, content: bytes) -> tuple[DecoderAnswer, bytes]:
    """Carry out one request on a paper; return the answer and the picture, if one was requested."""
    try:
        if not content.startswith(b"MZ"):  # a program is no paper, also with a PDF inside
            return _answer(ask, content)
    except Undecodable as problem:
        return DecoderAnswer(fault=problem.fault, media_type=problem.media_type), b""
    except MemoryError:
        return DecoderAnswer(fault="detail"), b""
    return DecoderAnswer(fault="type"), b""


def _answer(ask: Ask, content: bytes) -> tuple[DecoderAnswer, bytes]:
    image = pictures.open_picture(content)
    if image is not None:
        if ask.task == "draw":
            return DecoderAnswer(media_type=pictures.TYPES[str(image.format)]), pictures.draw(image, ask.page)
        return pictures.look(image), b""
    # Loaded for the papers that need them: most are photos.
    if content.startswith(b"PK"):
        from records.papers.decoders import ofd

        return ofd.look(content), b""
    from records.papers.decoders import sheets

    if sheets.is_pdf(content):
        if ask.task == "draw":
            picture, pages = sheets.draw(content, ask.page, ask.password)
            return DecoderAnswer(media_type=sheets.PDF, pages=pages), picture
        return sheets.look(content), b""
    raise Undecodable("type")


def read(file: BinaryIO) -> bytes:
    """Read one part: its length in four bytes, then it."""
    (size,) = HEAD.unpack(file.read(HEAD.size))
    return file.read(size)


def main() -> None:
    """Read a request and a paper from standard input, write the answer and a picture to standard output."""
    confine()
    ask, content = msgspec.json.decode(read(sys.stdin.buffer), type=Ask), read(sys.stdin.buffer)
    found, picture = answer(ask, content)
    said = msgspec.json.encode(found)
    _ = sys.stdout.buffer.write(HEAD.pack(len(said)) + said + HEAD.pack(len(picture)) + picture)
    sys.stdout.buffer.flush()
    os._exit(0)  # nothing here is worth an orderly end


if __name__ == "__main__":
    main()
