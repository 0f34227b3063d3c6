"""Pictures: what Pillow and libheif decode whole is accepted; a page is drawn upright, bounded, without metadata."""

import io
import struct
from typing import Final

import pi_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from records.papers.decoders.values import (
    EYE_PIXELS,
    EYE_SIDE,
    PAGES_MAX,
    PAPER_PIXELS,
    PICTURE_PIXELS,
    DecoderAnswer,
    Undecodable,
)

TYPES: Final = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
    "AVIF": "image/avif",
    "TIFF": "image/tiff",
    "GIF": "image/gif",
    "BMP": "image/bmp",
}
OPENED: Final = tuple(kind for kind in TYPES if kind != "MPO")
"""The formats that are tried; a JPEG with several pictures (MPO) opens as a JPEG."""
#: Imported before the process limits itself: no decoder of another format is ever in it.
PLUGINS: Final = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
QUALITY: Final = 88
GPS: Final = 0x8825
SRGB: Final = "sRGB"
#: What Pillow and its codecs raise on broken files.
BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    RuntimeError,
)

pi_heif.register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # ours is PICTURE_PIXELS: Pillow's is a warning first


def open_picture(content: bytes) -> Image.Image | None:
    """Return a picture whose head can be read; None when it is no picture of ours.

    Raises:
        Undecodable: it is one and its head is broken, or it has too many points.
    """
    try:
        image = Image.open(io.BytesIO(content), formats=OPENED)
    except UnidentifiedImageError:
        return None
    except BROKEN:
        raise Undecodable("incomplete") from None
    if image.width * image.height > PICTURE_PIXELS:
        raise Undecodable("detail", TYPES[str(image.format)])
    return image


def look(image: Image.Image) -> DecoderAnswer:
    """Decode every page of a picture once.

    Raises:
        Undecodable: a page is cut or broken.
    """
    kind = TYPES[str(image.format)]
    try:
        pages = page_count(image)
        located = is_located(image)
        for page in range(pages):
            if pages > 1:
                image.seek(page)
            shrink_early(image)
            image.load()
    except MemoryError:
        raise Undecodable("detail", kind) from None
    except BROKEN:
        raise Undecodable("incomplete", kind) from None
    return DecoderAnswer(media_type=kind, pages=pages, located=located)


def page_count(image: Image.Image) -> int:
    """Return how many pages there are: those of a TIFF; an animation is shown as its first picture.

    A TIFF's are counted by their heads alone, and no further than is accepted; the picture stands at its first page.

    Raises:
        Undecodable: a page has too many points, or there are too many pages or points in all.
    """
    if image.format != "TIFF":
        return 1
    pages = points = 0
    try:
        while pages <= PAGES_MAX:
            image.seek(pages)
            size = image.width * image.height
            pages, points = pages + 1, points + size
            if size > PICTURE_PIXELS or points > PAPER_PIXELS or pages > PAGES_MAX:
                raise Undecodable("detail", TYPES["TIFF"])
    except EOFError:
        pass
    image.seek(0)
    return pages


def is_located(image: Image.Image) -> bool:
    """Tell whether the metadata hold a position."""
    try:
        position = bool(image.getexif().get_ifd(GPS))
    except BROKEN:
        position = False
    more = image.info.get("xmp", image.info.get("XML:com.adobe.xmp", b""))
    text = more.encode() if isinstance(more, str) else more if isinstance(more, bytes) else b""
    return position or b"GPSLatitude" in text


def shrink_early(image: Image.Image) -> None:
    """Let the JPEG decoder scale down while reading: a twelfth of the memory for 108 million points."""
    if image.format in {"JPEG", "MPO"}:
        width, height = eye_size(image.width, image.height)
        _ = image.draft(None, (width, height))


def eye_size(width: int, height: int) -> tuple[int, int]:
    """Return the size at which a page is shown: its own, or as much of it as is allowed."""
    scale = min(1.0, (EYE_PIXELS / (width * height)) ** 0.5, EYE_SIDE / max(width, height))
    return max(1, int(width * scale)), max(1, int(height * scale))


def draw(image: Image.Image, page: int) -> bytes:
    """Return a page (from 1) as a JPEG for the eye.

    Raises:
        Undecodable: there is no such page, or it is broken.
    """
    kind = TYPES[str(image.format)]
    if not 1 <= page <= (PAGES_MAX if image.format == "TIFF" else 1):
        raise Undecodable("page", kind)
    try:
        if page > 1:
            image.seek(page - 1)
    except EOFError:
        raise Undecodable("page", kind) from None
    except BROKEN:
        raise Undecodable("incomplete", kind) from None
    try:
        if image.width * image.height > PICTURE_PIXELS:
            raise Undecodable("detail", kind)
        shrink_early(image)
        image.load()
        return packed(upright(image))
    except MemoryError:
        raise Undecodable("detail", kind) from None
    except BROKEN:
        raise Undecodable("incomplete", kind) from None


def upright(image: Image.Image) -> Image.Image:
    """Return a picture as one looks at it: turned, in common colours, on white paper, small enough."""
    profile = image.info.get("icc_profile")
    image.thumbnail(eye_size(image.width, image.height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    turned = ImageOps.exif_transpose(image)
    return on_white(in_common_colours(turned, profile if isinstance(profile, bytes) else b""))


def in_common_colours(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert by the colour profile in the file; a profile that cannot be used is left out, as browsers do."""
    if not profile or image.mode not in {"RGB", "CMYK", "L"}:
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        done = ImageCms.profileToProfile(image, source, ImageCms.createProfile(SRGB), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image
    return done or image


def on_white(image: Image.Image) -> Image.Image:
    """Return a picture in RGB or grey, with transparent parts on white."""
    if image.mode.startswith("I;16") or image.mode in {"I", "F"}:
        return image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    return image.convert("L" if image.mode in {"1", "L"} else "RGB")


def packed(image: Image.Image) -> bytes:
    """Return a picture as JPEG, with nothing in it but the picture."""
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=QUALITY, subsampling=0 if image.mode == "RGB" else -1)
    return file.getvalue()
