"""Kinds of files: name and content have to agree (group G of the abuse cases)."""

import pytest

from annotator.domain.extraction import NotReadable, extract
from annotator.domain.extraction.kinds import kind_of, kind_of_page
from tests.papers import PAGE, archive, pdf, word_document

DOCX = word_document(["Text."])
PDF = pdf([["Text."]])
ZIP = archive({"a.txt": b"Text."})
FEED = b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>'
WORDS = "Ein Satz über Fähren.".encode()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", WORDS, "text"),
        ("A.TXT", WORDS, "text"),
        ("a.text", b"", "text"),
        ("a.txt", b"MZ Berlin reports", "text"),
        ("a.txt", "\ufeffText".encode("utf-16"), "text"),
        ("a.md", b"# Head", "markdown"),
        ("a.md", b"<div>Words</div>", "markdown"),
        ("a.html", PAGE.encode(), "html"),
        ("a.htm", b"<p>Words", "html"),
        ("a.html", PAGE.encode("utf-16"), "html"),
        ("a.xhtml", b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml">', "html"),
        ("a.docx", DOCX, "docx"),
        ("a.docx", ZIP, "docx"),  # the reader of Word documents looks further
        ("a.pdf", PDF, "pdf"),
        ("a.pdf", b"junk before\n" + PDF, "pdf"),
        ("a.csv", b"title,text\n", "csv"),
        ("a.tsv", b"title\ttext\n", "tsv"),
        ("a.jsonl", b'{"text": "x"}\n', "jsonl"),
        ("a.zip", ZIP, "zip"),
        ("report.final.txt", WORDS, "text"),
        ("a.pdf.txt", WORDS, "text"),
        ("note", WORDS, "text"),
        ("note", PAGE.encode(), "html"),
        ("note", PDF, "pdf"),
        ("note", DOCX, "docx"),
        ("note", ZIP, "zip"),
        (".hidden/note", WORDS, "text"),
    ],
)
def test_the_last_extension_and_the_first_bytes_tell_the_kind(name: str, content: bytes, kind: str) -> None:
    assert kind_of(name, content[:4096]) == kind


@pytest.mark.parametrize(
    ("name", "content", "seems"),
    [
        ("a.txt", PAGE.encode(), "a web page"),
        ("a.txt", b"\xef\xbb\xbf \n<html>", "a web page"),
        ("a.txt", PAGE.encode("utf-16"), "a web page"),
        ("a.txt", b"<!-- x --><!DOCTYPE html>", "a web page"),
        ("a.md", PAGE.encode(), "a web page"),
        ("a.csv", PAGE.encode(), "a web page"),
        ("a.txt", PDF, "a PDF"),
        ("a.pdf.txt", PDF, "a PDF"),
        ("a.txt.pdf", WORDS, "plain text"),
        ("a.html", PDF, "a PDF"),
        ("a.html", WORDS, "plain text"),
        ("a.html", FEED, "a news feed"),
        ("a.txt", DOCX, "a Word document"),
        ("a.zip", PDF, "a PDF"),
        ("a.docx", PDF, "a PDF"),
        ("a.pdf", ZIP, "a zip archive"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90), "an old Office file"),
        ("a.txt", b"{\\rtf1\\ansi Text}", "rich text"),
        ("a.txt", b"\x89PNG\r\n\x1a\n", "a picture"),
        ("a.pdf", b"\xff\xd8\xff\xe0", "a picture"),
        ("a.txt", b"MZ\x90\0\x03", "a program"),
        ("a.txt", b"\x7fELF\x02", "a program"),
        ("a.csv", b"\x1f\x8b\x08", "a compressed file"),
        ("a.txt", b"SQLite format 3\0", "a database"),
        ("note", b"\x7fELF\x02", "a program"),
        ("note", FEED, "a news feed"),
    ],
)
def test_g04_a_name_that_its_content_contradicts_is_refused(name: str, content: bytes, seems: str) -> None:
    with pytest.raises(NotReadable, match=f"seems to be {seems}"):
        kind_of(name, content[:4096])


@pytest.mark.parametrize("name", ["a.exe", "a.doc", "a.rtf", "a.odt", "a.png", "a.txt.exe", "a.xml", "a.svg", "a.json"])
def test_g04_an_extension_that_is_not_read_is_named(name: str) -> None:
    with pytest.raises(NotReadable, match=rf"Files named \.{name.rpartition('.')[2]} are not read"):
        kind_of(name, WORDS)


@pytest.mark.parametrize(
    ("media_type", "name", "content", "kind"),
    [
        ("text/html; charset=utf-8", "story.php", PAGE.encode(), "html"),
        ("TEXT/HTML", "", PAGE.encode(), "html"),
        ("application/pdf", "download", PDF, "pdf"),
        ("application/octet-stream", "a.pdf", PDF, "pdf"),
    ],
)
def test_what_a_server_says_counts_before_the_name(media_type: str, name: str, content: bytes, kind: str) -> None:
    assert kind_of_page(media_type, name, content) == kind


def test_g04_what_a_server_says_is_checked() -> None:
    with pytest.raises(NotReadable, match=r"It was sent as a web page .* but seems to be a PDF"):
        kind_of_page("text/html", "a.html", PDF)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("a.csv", b"a,b", "table of articles"), ("a.zip", ZIP, "archive"), ("a.txt", b"a" * 5_000_001, "5,000,000 bytes")],
)
def test_a_file_that_is_not_one_article_is_refused(name: str, content: bytes, words: str) -> None:
    with pytest.raises(NotReadable, match=words):
        extract(name, content)
