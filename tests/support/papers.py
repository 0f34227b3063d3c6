"""Papers as people have them, made here: pictures of every kind, an electronic invoice."""

import io
import zipfile

from PIL import Image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """Return the picture as a file of a kind."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def ofd(*, doctype: str = "", filler: int = 0) -> bytes:
    """An electronic invoice of one page."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    members = {
        "OFD.xml": f'<?xml version="1.0"?>{doctype}<ofd:OFD {space}><ofd:DocBody><ofd:DocInfo>'
        "<ofd:Title>电子发票</ofd:Title>"
        '<ofd:CustomDatas><ofd:CustomData Name="发票号码">12345678</ofd:CustomData></ofd:CustomDatas></ofd:DocInfo>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f'<ofd:Document {space}><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
        "</ofd:Pages></ofd:Document>",
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {space}><ofd:Content><ofd:Layer>"
        '<ofd:TextObject Boundary="60 20 50 5"><ofd:TextCode>99.00</ofd:TextCode></ofd:TextObject>'
        '<ofd:TextObject Boundary="10 20 50 5"><ofd:TextCode>价税合计</ofd:TextCode></ofd:TextObject>'
        f"</ofd:Layer></ofd:Content>{' ' * filler}</ofd:Page>",
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    return file.getvalue()
