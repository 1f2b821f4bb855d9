"""Real files for tests: PDF, Word documents and archives, made here byte by byte or with their library."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence

import docx

PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8">
<title>Minister quits over ferry deal | The Harbour Post</title>
<link rel="canonical" href="https://harbour.example/news/ferry">
<meta property="og:site_name" content="The Harbour Post">
<meta property="og:title" content="Minister quits over ferry deal">
<meta name="author" content="Ada Byron">
<meta property="article:published_time" content="2025-03-04T08:00:00Z">
<script>var tracker = "words of a script";</script><style>p { color: red }</style>
</head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Minister quits over ferry deal</h1>
<p>The transport minister resigned on Tuesday after auditors found that the ferry contract had cost twice as much
as parliament was told.</p>
<p>“I take responsibility,” she said. The opposition called for an inquiry, which the government refused.</p>
<!-- words of a comment -->
<ul><li>The contract was signed in 2021.</li><li>It cost 40 million.</li></ul>
<table><tr><th>Year</th><th>Cost</th></tr><tr><td>2021</td><td>20 million</td></tr></table>
</article><footer>Copyright of the Post</footer></body></html>
"""
ARABIC_PAGE = """<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8">
<meta property="og:title" content="الوزير يستقيل بعد صفقة العبارات">
<meta property="og:site_name" content="صحيفة الميناء">
<title>الوزير يستقيل بعد صفقة العبارات</title></head><body><article><h1>الوزير يستقيل بعد صفقة العبارات</h1>
<p>استقال وزير النقل يوم الثلاثاء بعد أن وجد المدققون أن عقد العبارات كلف ضعف ما أُبلغ به البرلمان.</p>
<p>وقال الوزير للصحفيين: «أتحمل المسؤولية كاملة». وطالبت المعارضة بفتح تحقيق، لكن الحكومة رفضت ذلك.</p>
</article></body></html>"""


def page(body: str) -> bytes:
    """Return a web page with this body."""
    return f"<!DOCTYPE html><html><head><title>T</title></head><body>{body}</body></html>".encode()


def word_document(paragraphs: Iterable[str], title: str = "", **properties: str) -> bytes:
    """Return a Word document; `properties` are its core properties."""
    document = docx.Document()
    if title:
        document.add_heading(title, 0)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_part(document: bytes, name: str, part: bytes) -> bytes:
    """Return a Word document in which one part is another."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        new.writestr(name, part)
    return out.getvalue()


def part_of(document: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return archive.read(name)


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in files.items():
            new.writestr(name, content)
    return out.getvalue()


def raw_archive(entries: Sequence[tuple[bytes, bytes, int, int]], size: int | None = None) -> bytes:
    """Return an archive of (name, content, flags, attributes), written byte by byte; `size` is a lie about each."""
    out, directory = bytearray(), bytearray()
    for name, content, flags, attributes in entries:
        packed = zlib.compress(content, 9)[2:-4]
        fields = (20, flags, 8, 0, 33, zlib.crc32(content), len(packed), len(content) if size is None else size)
        local = struct.pack("<4s5H3L2H", b"PK\x03\x04", *fields, len(name), 0) + name
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 0x0314, *fields, len(name), 0, 0, 0, 0, attributes, len(out)
        )
        directory += name
        out += local + packed
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), len(out), 0)
    return bytes(out + directory + end)


def pdf(
    pages: Sequence[Sequence[str]], *, information: bytes = b"", catalog: bytes = b"", extra: Sequence[bytes] = ()
) -> bytes:
    """Return a PDF with these lines on its pages; `catalog` and `extra` are added as they are."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % len(pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, lines in enumerate(pages):
        shown = b"".join(b"(" + _pdf_text(line) + b") Tj T*\n" for line in lines)
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
            % (5 + 2 * number)
        )
        objects.append(stream(b"BT /F1 11 Tf 72 760 Td 14 TL\n" + shown + b"ET"))
    objects += [*extra, information or b"<<>>"]
    return pdf_of(objects, information_at=len(objects))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return a PDF stream object."""
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def pdf_of(objects: Sequence[bytes], information_at: int = 0, trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects, the first of which is its catalog."""
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    about = b"/Info %d 0 R" % information_at if information_at else b""
    end = b"trailer<</Size %d/Root 1 0 R%s%s>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1,
        about,
        trailer,
        len(out),
    )
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def _pdf_text(line: str) -> bytes:
    escaped = line.encode("cp1252")
    for sign in (b"\\", b"(", b")"):
        escaped = escaped.replace(sign, b"\\" + sign)
    return escaped
