"""Tables of articles: read within bounds, columns found, and refused as a whole for an error in any row."""

import io
import json
import time
import tracemalloc
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from annotator.services import table_rows, tables
from annotator.services.exports.records import FIELDS
from annotator.services.table_columns import BadTable, guess, mapping
from annotator.services.table_rows import Frame, Preview, draft_of_row
from annotator.services.tables import Row, RowError

TEXT_COLUMNS = {"text": "text"}


def preview(content: bytes | str, kind: str = "csv", columns: Mapping[str, str] | None = None) -> Preview:
    raw = content.encode() if isinstance(content, str) else content
    return table_rows.preview(io.BytesIO(raw), kind, "news", columns)


def rows(content: bytes | str, kind: str = "csv") -> list[Row | RowError]:
    raw = content.encode() if isinstance(content, str) else content
    return list(tables.opened(io.BytesIO(raw), kind).rows())


def messages(found: Preview) -> list[tuple[int, str]]:
    return [(error.line, error.message) for error in found.errors]


def lines(*objects: Any) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in objects)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_g07_separator_mark_and_line_ends_are_seen(sign: str, mark: str, end: str) -> None:
    content = mark + end.join([f"title{sign}text", f'One{sign}"A; claim, with\ta ""word"" and{end}two lines."',
                               f"Two{sign}B claim."])  # fmt: skip
    found = rows(content)
    assert all(isinstance(row, Row) for row in found)
    assert [row.values for row in found if isinstance(row, Row)] == [
        {"title": "One", "text": f'A; claim, with\ta "word" and{end}two lines.'}, {"title": "Two", "text": "B claim."},
    ]  # fmt: skip
    assert [row.line for row in found] == [2, 4]


def test_g07_mixed_line_ends_and_blank_lines_are_read() -> None:
    found = rows("title,text\r\nOne,A claim.\n\n,\r\nTwo,B claim.\rThree,C claim.")
    assert [(row.line, dict(row.values)["title"]) for row in found if isinstance(row, Row)] == [
        (2, "One"), (5, "Two"), (6, "Three"),
    ]  # fmt: skip


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_in_another_charset_is_read_as_it_was_meant(charset: str) -> None:
    content = "Titel;Text;Datum\nÜber Brücken;„Für wen?“, fragte die Bürgermeisterin. Schöne Grüße aus Köln.;3.4.2024\n"
    found = preview(content.encode(charset))
    assert not found.errors
    assert found.guessed == {"title": "Titel", "text": "Text", "published_on": "Datum"}
    assert found.rows[0]["Titel"] == "Über Brücken"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('text,title\n"A claim.,One\nB claim.,Two\n', "not closed"),
        ('text,title\n"A" claim.,One\n', "write it twice"),
        ("text,title\nA claim.\n", "1 cells, but there are 2"),
        ("text,title\nA,B,C\n", "3 cells, but there are 2"),
        ("text,title\nA \0 claim.,One\n", "NUL"),
        ("text,title\n,One\n", "is empty"),
        ("text,title\nA claim.,%s\n" % ("x" * 501), "limit is 500"),
        ("text,date\nA claim.,03/04/2024\n", "could be two days"),
        ("text,url\nA claim.,javascript:alert(1)\n", "must begin with http"),
        ("text,language\nA claim.,not a language\n", "no language tag"),
        ("text\n%s\n" % ("a " * 600_000), "longer than 1,000,000"),
    ],
)  # fmt: skip
def test_g07_an_error_in_a_row_is_named_with_its_line(content: str, words: str) -> None:
    found = preview(content)
    assert found.error_count == len(found.errors) == 1
    assert found.errors[0].line == 2
    assert words in found.errors[0].message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (",".join(f"c{number}" for number in range(100_000)) + "\n", "100,000 columns; the limit is 1,000"),
        ("text,Title,title\nA,B,C\n", "two columns are called “title”"),
        ("", "names no columns"), ("\n\n", "names no columns"), (",,\n", "names no columns"),
        ("te\0xt,b\n", "NUL"),
        ("text," + "x" * 300 + "\n", "limit is 200"),
        (",".join(FIELDS) + "\n", "export of verdicts"),
    ],
)  # fmt: skip
def test_g07_what_is_no_table_is_refused(content: str, words: str) -> None:
    with pytest.raises(BadTable, match=words):
        preview(content)


def test_g07_one_field_of_50_megabytes_is_refused_soon_and_in_little_memory() -> None:
    content = b'text,title\n"' + b"word " * 10_000_000
    tracemalloc.start()
    started = time.perf_counter()
    found = preview(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.perf_counter() - started < 20
    assert peak < len(content) + 40_000_000
    assert [line for line, _ in messages(found)] == [2]


def test_g07_cells_that_a_spreadsheet_would_run_are_text() -> None:
    found = preview('text,title\n"=HYPERLINK(""http://x.example"")",+1\n')
    assert not found.errors
    assert found.rows[0] == {"text": '=HYPERLINK("http://x.example")', "title": "+1"}


def test_the_first_fifty_errors_are_shown_and_all_are_counted() -> None:
    found = preview("text,title\n" + ",empty\n" * 200)
    assert (len(found.errors), found.error_count, found.row_count) == (50, 200, 200)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROW_LIMIT", 3)
    assert not preview("text\na\nb\nc\n").errors
    assert "split the table" in preview("text\na\nb\nc\nd\ne\n").errors[0].message


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (("Headline", "Body", "Author(s)", "Published At"),
         {"title": "Headline", "text": "Body", "byline": "Author(s)", "published_on": "Published At"}),
        (("id", "TITLE", "article_text", "pub_date", "source", "lang"),
         {"title": "TITLE", "text": "article_text", "published_on": "pub_date", "outlet": "source",
          "language": "lang"}),
        (("Überschrift", "Volltext", "Autorin", "Quelle", "Sprache"),
         {"title": "Überschrift", "text": "Volltext", "byline": "Autorin", "outlet": "Quelle", "language": "Sprache"}),
        (("Titre", "Contenu", "Auteur", "Lien"),
         {"title": "Titre", "text": "Contenu", "byline": "Auteur", "url": "Lien"}),
        (("Título", "Texto", "Fecha", "Enlace"),
         {"title": "Título", "text": "Texto", "published_on": "Fecha", "url": "Enlace"}),
        (("العنوان", "النص", "الكاتب", "التاريخ"),
         {"title": "العنوان", "text": "النص", "byline": "الكاتب", "published_on": "التاريخ"}),
        (("article", "text"), {"text": "text"}),
        (("a", "b"), {}),
    ],
)  # fmt: skip
def test_columns_are_found_by_their_names(columns: tuple[str, ...], found: dict[str, str]) -> None:
    assert guess(columns) == found


def test_what_somebody_says_of_the_columns_counts_more() -> None:
    columns = ("a", "text", "title")
    assert mapping(columns, {"text": "a", "title": ""}) == {"text": "a"}
    for wrong, words in (
        ({"text": "b"}, "no column “b”"),
        ({"body": "a"}, "no field “body”"),
        ({"text": ""}, "no column"),
    ):
        with pytest.raises(BadTable, match=words):
            mapping(columns, wrong)
    found = preview("a,b\nA claim.,x\n")
    assert (found.columns, found.error_count) == (("a", "b"), 1)
    assert "no column is named as the text" in found.errors[0].message
    assert not preview("a,b\nA claim.,x\n", columns={"text": "a"}).errors


def drafted(content: bytes | str, kind: str) -> list[Any]:
    raw = content.encode() if isinstance(content, str) else content
    table = tables.opened(io.BytesIO(raw), kind)
    frame = Frame("news", mapping(table.columns, None), f"news.{kind}")
    return [draft_of_row(row, table, frame) for row in table.rows() if isinstance(row, Row)]


def test_a_row_becomes_a_draft_that_keeps_its_own_bytes() -> None:
    draft = drafted("Text;Titel;Datum;Link;Sprache;Nr\nEin Satz.;Eins;3.4.2024;https://x.example/1;DE;7\n", "csv")[0]
    assert (draft.text, draft.title, draft.published_on, draft.url, draft.language) == (
        "Ein Satz.", "Eins", date(2024, 4, 3), "https://x.example/1", "de",
    )  # fmt: skip
    assert json.loads(draft.original) == {
        "Text": "Ein Satz.", "Titel": "Eins", "Datum": "3.4.2024", "Link": "https://x.example/1", "Sprache": "DE",
        "Nr": "7",
    }  # fmt: skip
    assert (draft.extraction, draft.file_name) == ("line 2 of CSV, the row kept as JSON", "news.csv")
    assert draft.sources["title"] == "column “Titel”"
    line = '{"text": "Ein  Satz.",  "x": [1]}'
    assert drafted(line + "\n", "jsonl")[0].original == line.encode()


def test_json_lines_are_read_with_the_claims_that_they_bring() -> None:
    claims = [
        {"start": 0, "end": 8, "kind": "headline", "quote": "One two."},
        {"start": 9, "end": 15, "aside": "other"},
    ]
    found = preview(lines({"text": "One two. Three.", "claims": claims, "project": "news", "id": 5}), "jsonl")
    assert not found.errors
    assert found.columns == ("text", "claims", "project", "id")
    draft = drafted(lines({"text": "One two. Three.", "claims": claims}), "jsonl")[0]
    assert [(claim.start, claim.end, claim.kind, claim.aside) for claim in draft.claims] == [
        (0, 8, "headline", None), (9, 15, "body", "other"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"text": 5}', "must be text, not a number"), (b'{"text": ["a"]}', "not a list"),
        (b'{"text": "a", "title": {}}', "not an object"), (b'{"text": "a", "title": true}', "not true or false"),
        (b'{"title": "a"}', "is empty"), (b"[]", "no JSON object"), (b'"text"', "no JSON object"),
        (b'{"text": "a"', "not well formed"), (b'{"text": "\xff"}', "not UTF-8"),
        (b'{"text": "a", "n": NaN}', "NaN"), (b'{"text": "a", "n": 1e999}', "too large"),
        (b'{"text": "a", "text": "b"}', "twice"), (b'{"text": "a", "n": ' + b"9" * 5_000 + b"}", "64 bits"),
        (b'{"text": ' + b"[" * 100_000, "nested"), (b'{"text": "\\ud800"}', "surrogate"),
        (b'{"text": "a\\u0000"}', "NUL"),
        (b'{"text": "a", "project": "other"}', "another project"), (b'{"text": "a", "project": 7}', "another project"),
        (b'{"text": "a", "claims": {}}', "must be a list"), (b'{"text": "a", "claims": [1]}', "must be an object"),
        (b'{"text": "a", "claims": [{"start": 0, "end": 2}]}', "beyond the text"),
        (b'{"text": "a", "claims": [{"start": "0", "end": 1}]}', "whole number"),
        (b'{"text": "a", "claims": [{"start": true, "end": 1}]}', "whole number"),
        (b'{"text": "a", "claims": [{"start": 0, "end": 1, "label": "sourced"}]}', "“label”"),
        (b'{"text": "a", "claims": [{"start": 0, "end": 1, "kind": 3}]}', "must be text"),
    ],
)  # fmt: skip
def test_g08_e12_e05_a_bad_line_is_named_and_nothing_is_imported(line: bytes, words: str) -> None:
    found = preview(lines({"text": "Good."}) + line + b"\n" + lines({"text": "Good as well."}), "jsonl")
    assert (found.error_count, found.row_count) == (1, 3)
    assert found.errors[0].line == 2
    assert words in found.errors[0].message


def test_g08_an_endless_line_is_not_read_to_its_end() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0) -> int:
            self.given = 0
            return offset

        def readinto(self, buffer: Any) -> int:
            buffer[:] = b"x" * len(buffer)
            self.given += len(buffer)
            assert self.given < 30_000_000
            return len(buffer)

    file: Any = io.BufferedReader(Endless())
    found = table_rows.preview(file, "jsonl", "news", TEXT_COLUMNS)
    assert "no column" in found.errors[0].message
    errors = list(tables.Table(file, "jsonl").rows())
    assert errors == [RowError(1, "the line is longer than 5,000,000 bytes")]


def test_our_own_export_of_verdicts_is_recognised() -> None:
    with pytest.raises(BadTable, match="export of verdicts"):
        preview(lines(dict.fromkeys(FIELDS, "x")), "jsonl")


def test_a_table_is_read_row_by_row() -> None:
    def peak(count: int) -> int:
        content = "text,title\n" + "".join(f'"Claim {number} stands here. {"x" * 400}",T\n' for number in range(count))
        file = io.BytesIO(content.encode())
        del content
        table_rows.preview(file, "csv", "news")
        tracemalloc.start()
        assert table_rows.preview(file, "csv", "news").row_count == count
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few = peak(100)
    assert peak(10_000) < few + 3_000_000  # the decoder's pieces of a megabyte, not the 4 MB of rows
