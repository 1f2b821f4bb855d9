"""Each kind of document, from a real file made here, to text and what is known about it."""

import zlib
from datetime import UTC, date, datetime

import pytest

from annotator.domain.extraction import Extracted, NotReadable, extract
from annotator.domain.text import clean_block
from tests.papers import ARABIC_PAGE, PAGE, page, part_of, pdf, pdf_of, stream, with_part, word_document

TITLE = "Minister quits over ferry deal"
RESIGNED = (
    "The transport minister resigned on Tuesday after auditors found that the ferry contract had cost twice as much"
    " as parliament was told."
)


def known(extracted: Extracted) -> tuple[str, str, str, date | None, str | None]:
    return (
        extracted.title,
        extracted.byline,
        extracted.outlet,
        extracted.published_on,
        extracted.language,
    )


def test_a_news_page_gives_its_paragraphs_and_metadata() -> None:
    found = extract("ferry.html", PAGE.encode(), url="https://harbour.example/news/ferry?from=feed")
    assert found.text.split("\n\n") == [
        TITLE,
        RESIGNED,
        "“I take responsibility,” she said. The opposition called for an inquiry, which the government refused.",
        "The contract was signed in 2021.",
        "It cost 40 million.",
        "Year | Cost",
        "2021 | 20 million",
    ]
    assert known(found) == (TITLE, "Ada Byron", "The Harbour Post", date(2025, 3, 4), "en")
    assert (found.url, found.media_type, found.method) == (
        "https://harbour.example/news/ferry",
        "text/html",
        "trafilatura",
    )
    assert found.sources["url"] == "canonical link"
    assert found.sources["language"] == "lang attribute"
    assert set(found.sources) == {"title", "byline", "outlet", "published_on", "language", "url"}
    assert found.version


def test_a_page_names_its_charset_and_is_read_in_it() -> None:
    markup = PAGE.replace('charset="utf-8"', 'charset="windows-1252"')
    found = extract("a.html", markup.encode("cp1252"))
    assert "“I take responsibility,”" in found.text
    assert (found.charset, found.charset_reason) == ("windows-1252", "declared by the document")


def test_an_arabic_page_keeps_its_letters_and_says_its_language() -> None:
    found = extract("a.html", ARABIC_PAGE.encode())
    assert found.text.split("\n\n")[0] == "الوزير يستقيل بعد صفقة العبارات"
    assert "«أتحمل المسؤولية كاملة»" in found.text
    assert (found.language, found.outlet) == ("ar", "صحيفة الميناء")


def test_a_headline_that_the_text_lacks_becomes_its_first_line() -> None:
    markup = PAGE.replace("<h1>Minister quits over ferry deal</h1>", "")
    assert extract("a.html", markup.encode()).text.startswith(f"{TITLE}\n\nThe transport minister")


def test_a_page_without_an_article_gives_its_words_but_no_script() -> None:
    found = extract("a.html", page("<div>One line<br>and two</div><script>no()</script><noscript>No</noscript>"))
    assert "One line" in found.text
    assert "no()" not in found.text
    assert "No" not in found.text


def test_a_date_in_the_text_is_no_date_of_publication() -> None:
    found = extract("a.html", page("<article><p>On 3 March 2020 the ferry sank, said the captain.</p></article>"))
    assert found.published_on is None
    assert "published_on" not in found.sources


def test_a_page_of_scripts_alone_is_refused() -> None:
    with pytest.raises(NotReadable, match="has no text"):
        extract("a.html", b"<html><body><script>document.write('x')</script></body></html>")


ENTITY = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
BOMB = "<!DOCTYPE html [" + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "]>"


@pytest.mark.parametrize("doctype", [ENTITY, BOMB, ENTITY.lower(), "<!DOCTYPE html SYSTEM 'x.dtd' [ %a; ]>"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_e11_xhtml_that_declares_entities_is_refused(doctype: str, charset: str) -> None:
    markup = f'<?xml version="1.0"?>{doctype}<html xmlns="http://www.w3.org/1999/xhtml"><p>&x; &l9;</p></html>'
    with pytest.raises(NotReadable, match="declares entities"):
        extract("a.xhtml", markup.encode(charset))


def test_e11_an_external_document_type_and_xinclude_are_never_fetched() -> None:
    markup = (
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "file:///etc/passwd">'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:xi="http://www.w3.org/2001/XInclude"><body>'
        '<p>Words of the page.</p><xi:include href="file:///etc/passwd" parse="text"/></body></html>'
    )
    found = extract("a.xhtml", markup.encode())
    assert found.text == "Words of the page."
    assert found.media_type == "application/xhtml+xml"


def test_markdown_is_read_without_its_marks() -> None:
    source = (
        '---\ntitle: "Ferry deal"\nauthor: Ada Byron\ndate: 2025-03-04\nlang: en-GB\noutlet: The Post\n---\n'
        "# Minister *quits*\n\nThe **minister** [quit](https://a.example/x_(y)) on\nTuesday; file_name_here, "
        "2 * 3.  \nHard.\n\n"
        "- first\n- [x] second `code`\n\n1. one\n2. two\n\n> quoted\n> on\n\n| a | b |\n|---|---|\n| 1 | *2* |\n\n"
        "```\nx = *y*\n```\nSetext\n======\n![A picture](p.png) and <b>bold</b> <!-- gone --> \\*star\\*.\n\n[ref]: https://a.example\n"
    )
    found = extract("a.md", source.encode())
    assert found.text.split("\n\n") == [
        "Minister quits",
        "The minister quit on Tuesday; file_name_here, 2 * 3.\nHard.",
        "first",
        "second code",
        "1. one",
        "2. two",
        "quoted on",
        "a | b",
        "1 | 2",
        "x = *y*",
        "Setext",
        "A picture and bold  *star*.",
    ]
    assert known(found) == ("Ferry deal", "Ada Byron", "The Post", date(2025, 3, 4), "en")
    assert set(found.sources.values()) == {"front matter"}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-03-04T08:00:00Z", date(2025, 3, 4)),
        ("2025-03-04 08:00:00 +0100", date(2025, 3, 4)),
        ("4. März 2025", date(2025, 3, 4)),
        ("04/03/2025", None),
        ("soon", None),
    ],
)
def test_the_date_at_the_head_of_markdown_is_read_as_in_tables(written: str, day: date | None) -> None:
    found = extract("a.md", f"---\ndate: {written}\n---\nText.\n".encode())
    assert (found.published_on, "published_on" in found.sources) == (day, day is not None)


def test_the_first_heading_is_the_title_of_markdown_without_front_matter() -> None:
    found = extract("a.md", b"---\nA line, no field\n---\n\n## Head\n\nText.\n")
    assert (found.title, found.sources["title"]) == ("A line, no field", "first heading")
    found = extract("a.md", b"Intro.\n\n## Head\n\n# Other\n")
    assert found.title == "Head"


def test_a_word_document_gives_paragraphs_tables_and_properties() -> None:
    made = datetime(2025, 3, 4, 8, tzinfo=UTC)
    content = word_document(["First paragraph.", "Second\tone."], title=TITLE, author="Ada Byron", language="en-GB")
    found = extract("a.docx", word_document(["x"], created=made))  # type: ignore[arg-type]
    assert found.published_on == date(2025, 3, 4)
    found = extract("a.docx", content)
    assert found.text == f"{TITLE}\n\nFirst paragraph.\n\nSecond\tone."
    assert known(found) == (TITLE, "Ada Byron", "", None, "en")
    assert found.sources["title"] == "paragraph in the style “Title”"


BODY = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>{}</w:body></w:document>"""


def word_body(body: str) -> bytes:
    return with_part(word_document(["x"]), "word/document.xml", BODY.format(body).encode())


def test_tracked_insertions_are_read_and_deletions_are_not() -> None:
    body = (
        "<w:p><w:r><w:t>He </w:t></w:r><w:ins><w:r><w:t>now </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>never </w:delText></w:r></w:del><w:r><w:t>quit.</w:t></w:r></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:hyperlink><w:r><w:t>A link</w:t></w:r></w:hyperlink><w:r><w:br/>"
        '<w:instrText>PAGE</w:instrText><w:t xml:space="preserve"> after</w:t></w:r></w:p></w:sdtContent></w:sdt>'
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Year</w:t></w:r></w:p><w:p><w:r><w:t>old</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>2021</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    assert extract("a.docx", word_body(body)).text == "He now quit.\n\nA link\n after\n\nYear old | 2021"


def test_an_arabic_word_document_keeps_its_letters() -> None:
    found = extract("a.docx", word_document(["قال الوزير أمس: «أتحمل المسؤولية»."], language="ar-SA"))
    assert (found.text, found.language) == ("قال الوزير أمس: «أتحمل المسؤولية».", "ar")


HOSTILE_XML = {
    "entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "billion laughs": '<!DOCTYPE x [<!ENTITY l0 "lol"><!ENTITY l1 "&l0;&l0;&l0;&l0;&l0;&l0;">]>',
    "external DTD": '<!DOCTYPE x SYSTEM "https://evil.example/x.dtd">',
}


@pytest.mark.parametrize("part", ["word/document.xml", "docProps/core.xml", "_rels/.rels", "word/styles.xml"])
@pytest.mark.parametrize("case", HOSTILE_XML)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_e11_a_word_document_that_declares_entities_is_refused(part: str, case: str, charset: str) -> None:
    content = word_document(["x"])
    xml = part_of(content, part).decode()
    declaration, _, rest = xml.partition("?>")
    hostile = f"{declaration.replace('UTF-8', charset.upper())}?>{HOSTILE_XML[case]}{rest}"
    with pytest.raises(NotReadable, match="declares XML entities"):
        extract("a.docx", with_part(content, part, hostile.encode(charset)))


def test_e11_xinclude_in_a_word_document_includes_nothing() -> None:
    body = (
        '<w:p><w:r><w:t>Words.</w:t><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" '
        'href="file:///etc/passwd" parse="text"/></w:r></w:p>'
    )
    assert extract("a.docx", word_body(body)).text == "Words."


def test_e11_a_charset_in_which_a_declaration_could_hide_is_refused() -> None:
    xml = BODY.format("<w:p/>").replace("UTF-8", "UTF-7").encode()
    with pytest.raises(NotReadable, match="charset that Word does not write"):
        extract("a.docx", with_part(word_document(["x"]), "word/document.xml", xml))


def test_an_outside_template_of_a_word_document_is_not_looked_up() -> None:
    content = word_document(["Words."])
    rels = part_of(content, "word/_rels/document.xml.rels").decode()
    outside = (
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        'Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    changed = with_part(content, "word/_rels/document.xml.rels", rels.replace("</Relationships>", outside).encode())
    assert extract("a.docx", changed).text == "Words."


@pytest.mark.parametrize(
    ("remove", "words"),
    [
        ("word/document.xml", "seems to be another archive"),
        ("[Content_Types].xml", "no Word document, or a damaged one"),
    ],
)
def test_an_archive_that_is_no_word_document_is_refused(remove: str, words: str) -> None:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word_document(["x"]))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != remove:
                new.writestr(name, old.read(name))
    with pytest.raises(NotReadable, match=words):
        extract("a.docx", out.getvalue())


PRINTED = [
    [
        "THE HARBOUR POST",
        *lines,
        f"Page {number} of 3",
    ]
    for number, lines in enumerate(
        (
            [
                "Minister quits over ferry deal",
                "The transport minister resigned on Tuesday after auditors found",
                "that the ferry contract had cost twice as much as the parlia-",
                "ment was told in 2021.",
                "“I take responsibility,” she said to the press, and she left the",
                "town hall before noon.",
            ],
            [
                "The opposition called for an inquiry, which the government has",
                "refused. Well-known captains, among them the head of the port,",
                "were not surprised by it.",
            ],
            ["A vote on the budget of the port is expected before the summer."],
        ),
        1,
    )
]


def test_a_pdf_gives_paragraphs_without_running_titles() -> None:
    about = b"<</Title(Ferry deal)/Author(Ada Byron)/CreationDate(D:20250304080000Z)>>"
    found = extract("a.pdf", pdf(PRINTED, information=about, catalog=b"/Lang(en-GB)"))
    assert found.text.split("\n\n") == [
        "Minister quits over ferry deal",
        RESIGNED.replace("parliament was told", "the parliament was told in 2021"),
        "“I take responsibility,” she said to the press, and she left the town hall before noon.",
        " ".join(PRINTED[1][1:-1]),
        "A vote on the budget of the port is expected before the summer.",
    ]
    assert known(found) == ("Ferry deal", "Ada Byron", "", date(2025, 3, 4), "en")
    assert found.sources["published_on"] == "document properties (created)"


@pytest.mark.parametrize("title", [b"Microsoft Word - draft", b"untitled", b"ferry_final.indd", b"Document1"])
def test_a_title_that_a_program_gave_is_none(title: bytes) -> None:
    found = extract("a.pdf", pdf([["Words of it."]], information=b"<</Title(%s)/Author(admin)>>" % title))
    assert (found.title, found.byline) == ("", "")


def test_a_pdf_of_pictures_is_said_to_be_scanned() -> None:
    with pytest.raises(NotReadable, match="has no text; it seems to be scanned pictures"):
        extract("a.pdf", pdf([[], []]))


def test_a_year_on_a_line_of_its_own_is_no_page_number() -> None:
    assert extract("a.pdf", pdf([["1984", "A novel of the year."]])).text.startswith("1984")


def test_g03_an_encrypted_pdf_is_refused() -> None:
    encrypt = b"<</Filter/Standard/V 1/R 2/O<" + b"00" * 32 + b">/U<" + b"00" * 32 + b">/P -4>>"
    content = pdf([["Words."]], extra=[encrypt])
    content = content.replace(b"trailer<<", b"trailer<</Encrypt 6 0 R/ID[<00><00>]")
    with pytest.raises(NotReadable, match="is encrypted"):
        extract("a.pdf", content)


def test_g03_scripts_and_launch_actions_are_never_looked_at() -> None:
    launch = b"/OpenAction<</S/Launch/F(calc.exe)>>/AA<</WC<</S/JavaScript/JS(app.alert\\(1\\))>>>>"
    launch += b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(evil\\(\\))>>]>>>>"
    assert extract("a.pdf", pdf([["Words alone."]], catalog=launch)).text == "Words alone."


def test_g03_a_pdf_that_says_it_has_a_million_pages_is_refused() -> None:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1000000>>",
        b"<</Type/Page/Parent 2 0 R>>",
    ]
    with pytest.raises(NotReadable, match="more than 500 pages"):
        extract("a.pdf", pdf_of(objects))


@pytest.mark.parametrize("padding", [b" " * 31_000_000, b"q Q " * 550_000], ids=["bytes", "operators"])
def test_g03_a_pdf_whose_form_is_too_large_is_refused_and_not_read_without_it(padding: bytes) -> None:
    def page_with(form: bytes) -> bytes:
        known = b"/Resources<</Font<</F1 4 0 R>>/XObject<</X1 6 0 R>>>>"
        kind = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]/Filter/FlateDecode" + known
        objects = [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 5 0 R" + known + b">>",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
            stream(b"BT /F1 11 Tf 72 760 Td (The first words.) Tj ET /X1 Do"),
            stream(zlib.compress(form), kind),
        ]
        return pdf_of(objects)

    words = b"BT /F1 11 Tf 72 700 Td (The last words.) Tj ET "
    assert extract("a.pdf", page_with(words)).text == "The first words. The last words."
    with pytest.raises(NotReadable, match="holds far more than a page of text does"):
        extract("a.pdf", page_with(padding + words))


@pytest.mark.parametrize("kids", [b"2 0 R " * 50, b"3 0 R " * 5_000])
def test_g03_a_page_tree_that_repeats_or_contains_itself_is_refused(kids: bytes) -> None:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + kids + b"]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R>>",
    ]
    with pytest.raises(NotReadable):
        extract("a.pdf", pdf_of(objects))


def test_g03_a_stream_that_unpacks_to_100_mb_is_refused() -> None:
    import zlib

    packed = zlib.compress(b" " * 100_000_000, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents 4 0 R>>",
        stream(packed, b"/Filter/FlateDecode"),
    ]
    with pytest.raises(NotReadable):
        extract("a.pdf", pdf_of(objects))


@pytest.mark.parametrize(
    "content", [b"%PDF-1.4\n", b"%PDF-1.4\nxref\ntrailer<<>>\nstartxref\n9\n%%EOF", b"%PDF-1.7" + bytes(900)]
)
def test_a_damaged_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(NotReadable):
        extract("a.pdf", content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", b"One.\r\nTwo.\fThree.\r"),
        ("a.md", b"One.\r\n\r\nTwo.\r"),
        ("a.html", PAGE.replace("\n", "\r\n").encode()),
        ("a.docx", word_document(["One.", "Two."])),
        ("a.pdf", pdf([["One.", "Two."]])),
    ],
)
def test_every_kind_gives_text_that_is_ready_to_be_stored(name: str, content: bytes) -> None:
    text = extract(name, content).text
    assert clean_block(text) == text
    assert "\f" not in text
