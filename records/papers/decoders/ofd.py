"""OFD (GB/T 33190), the format of electronic invoices: its text and fields are read, its pages are not drawn."""

import io
import posixpath
import zipfile
from typing import Final
from xml.parsers import expat

from records.papers.decoders.values import PAGES_MAX, DecoderAnswer, Undecodable

OFD: Final = "application/ofd"
ZIP: Final = "application/zip"
ENTRY: Final = "OFD.xml"
MEMBERS_MAX: Final = 5000
MEMBER_MAX_BYTES: Final = 8 * 1024 * 1024
TOTAL_MAX_BYTES: Final = 32 * 1024 * 1024
DEPTH_MAX: Final = 100
INFO: Final = ("Title", "Author", "Subject", "CreationDate", "ModDate", "Creator", "DocID")


class XmlNode:
    """An element: its local name, attributes, text and children."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element without text and children."""
        self.name, self.attributes = name.rpartition(":")[2], attributes
        self.text = ""
        self.children: list[XmlNode] = []

    def every(self, name: str) -> "list[XmlNode]":
        """Return all elements below that have this name, in the order of the file."""
        found: list[XmlNode] = []
        for child in self.children:
            found += [child] if child.name == name else child.every(name)
        return found

    def first(self, name: str) -> str:
        """Return the text of the first element of this name; empty when there is none."""
        return next((node.text.strip() for node in self.every(name)), "")


#: Errors of `zipfile` for bytes that are broken, encrypted or packed by an unknown method (both RuntimeError); each
#: becomes a refusal.
BROKEN: Final = (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError)


class OfdPackage:
    """The members of a file, read one by one within a budget: a bomb ends as a refusal."""

    def __init__(self, content: bytes) -> None:
        """Open the file's table of contents.

        Raises:
            Undecodable: it is cut or broken, or has too many members.
        """
        try:
            self._file = zipfile.ZipFile(io.BytesIO(content))
        except BROKEN:
            was_one = ENTRY.encode() in content
            raise (Undecodable("incomplete", OFD) if was_one else Undecodable("type", ZIP)) from None
        if len(self._file.namelist()) > MEMBERS_MAX:
            raise Undecodable("detail", OFD)
        self._left = TOTAL_MAX_BYTES

    def has(self, name: str) -> bool:
        """Tell whether there is such a member."""
        return name in self._file.NameToInfo

    def xml(self, name: str) -> XmlNode:
        """Return a member's root element.

        Raises:
            Undecodable: it is missing, broken, too large, or defines entities.
        """
        most = min(MEMBER_MAX_BYTES, self._left)
        try:
            with self._file.open(name) as member:
                text = member.read(most + 1)
        except (KeyError, *BROKEN):
            raise Undecodable("incomplete", OFD) from None
        if len(text) > most:
            raise Undecodable("detail", OFD)
        self._left -= len(text)
        return parse(text)


def parse(text: bytes) -> XmlNode:
    """Read XML without a document type: nothing is expanded and nothing is fetched.

    Raises:
        Undecodable: it is malformed, nested too deep, or has a document type.
    """
    root = XmlNode("", {})
    stack = [root]

    def begin(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > DEPTH_MAX:
            raise Undecodable("detail", OFD)
        node = XmlNode(name, attributes)
        stack[-1].children.append(node)
        stack.append(node)

    def end(_name: str) -> None:
        _ = stack.pop()

    def said(data: str) -> None:
        stack[-1].text += data

    def refuse(*_facts: object) -> None:
        raise Undecodable("type", OFD)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, said
    parser.StartDoctypeDeclHandler = refuse
    parser.buffer_text = True
    try:
        parser.Parse(text, True)  # noqa: FBT003  (expat's own)
    except expat.ExpatError:
        raise Undecodable("incomplete", OFD) from None
    return root


def look(content: bytes) -> DecoderAnswer:
    """Return the readable content: document information, custom fields, and the text of each page.

    Raises:
        Undecodable: it is cut, broken, or larger inside than anything honest.
    """
    package = OfdPackage(content)
    if not package.has(ENTRY):
        raise Undecodable("type", ZIP)
    root = package.xml(ENTRY)
    fields = [(name, root.first(name)) for name in INFO]
    fields += [(each.attributes.get("Name", ""), each.text.strip()) for each in root.every("CustomData")]
    texts: list[str] = []
    for place in (node.text.strip() for node in root.every("DocRoot")):
        body = package.xml(place.lstrip("/"))
        folder = posixpath.dirname(place.lstrip("/"))
        for page in body.every("Page"):
            if len(texts) >= PAGES_MAX:
                raise Undecodable("detail", OFD)
            if where := page.attributes.get("BaseLoc", ""):
                texts.append(page_text(package.xml(_joined(folder, where))))
    if not texts:
        raise Undecodable("incomplete", OFD)
    return DecoderAnswer(
        media_type=OFD,
        pages=len(texts),
        fields=tuple((name, value) for name, value in fields if name and value),
        texts=tuple(texts),
    )


def _joined(folder: str, place: str) -> str:
    return place.lstrip("/") if place.startswith("/") else posixpath.normpath(posixpath.join(folder, place))


def page_text(page: XmlNode) -> str:
    """Return a page's text in the order of reading: lines from the top, words from the left."""
    words = []
    for each in page.every("TextObject"):
        box = [*each.attributes.get("Boundary", "").split(), "0", "0"]
        text = "".join(code.text for code in each.every("TextCode")).strip()
        words.append((_number(box[1]), _number(box[0]), text))
    lines: dict[int, list[tuple[float, str]]] = {}
    for top, left, text in words:
        lines.setdefault(round(top / 2), []).append((left, text))  # millimetres: what is 2 apart is one line
    return "\n".join(" ".join(text for _, text in sorted(lines[top])) for top in sorted(lines))


def _number(text: str) -> float:
    try:
        return max(-1e6, min(1e6, float(text)))
    except ValueError:
        return 0.0
