"""The child that parses: every kind through it, its limits, and that nothing of a hostile file reaches the parent."""

import io
import os
import random
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psutil
import pytest

from annotator.domain.extraction import NotReadable
from annotator.services import extraction
from annotator.services.extraction import Extractor
from annotator.services.extraction_frames import FrameError, read_frame, write_frame
from tests.papers import PAGE, page, pdf, pdf_of, raw_archive, with_part, word_document

RSS = (
    b'<rss version="2.0"><channel><title>T</title><item><title>A</title><link>/1</link>'
    b"<pubDate>Tue, 04 Mar 2025 08:00:00 GMT</pubDate></item></channel></rss>"
)


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor() as made:
        yield made


def pid_of(extractor: Extractor) -> int:
    pid = extractor.child_pid
    assert pid is not None
    return pid


@pytest.mark.parametrize(
    ("name", "content", "text", "media_type"),
    [
        ("a.txt", "Größe.\r\n".encode("cp1252"), "Größe.\n", "text/plain"),
        ("a.md", b"# Head\n\n*Text*", "Head\n\nText", "text/markdown"),
        ("a.docx", word_document(["قال الوزير."]), "قال الوزير.", None),
        ("a.pdf", pdf([["Words."]]), "Words.", "application/pdf"),
        ("a.html", page("<p>Words \U0001f600 here.</p>"), "Words \U0001f600 here.", "text/html"),
    ],
)
def test_each_kind_is_read(extractor: Extractor, name: str, content: bytes, text: str, media_type: str | None) -> None:
    found = extractor.read(name, content)
    assert found.text.removeprefix("T\n\n") == text
    assert media_type is None or found.media_type == media_type
    assert found.method
    assert found.charset_reason


def test_a_page_comes_through_the_child_with_all_that_is_known(extractor: Extractor) -> None:
    found = extractor.read(
        "", PAGE.encode("cp1252", "replace"), media_type="text/html", url="https://harbour.example/x"
    )
    assert (found.title, found.published_on, found.url) == (
        "Minister quits over ferry deal",
        date(2025, 3, 4),
        "https://harbour.example/news/ferry",
    )
    assert found.sources["title"] == "page metadata"
    assert found.charset == "windows-1252"


def test_a_feed_is_read_in_the_child(extractor: Extractor) -> None:
    feed = extractor.feed(RSS, "https://harbour.example/feed")
    assert [(entry.url, entry.published_on) for entry in feed.entries] == [
        ("https://harbour.example/1", date(2025, 3, 4))
    ]


def test_text_needs_no_child() -> None:
    with Extractor() as fresh:
        fresh.read("a.txt", b"Words.")
        assert fresh.child_pid is None


def test_one_child_reads_file_after_file_also_after_a_refusal(extractor: Extractor) -> None:
    extractor.read("a.html", PAGE.encode())
    before = pid_of(extractor)
    with pytest.raises(NotReadable):
        extractor.read("a.html", b"<html><script>x</script></html>")
    extractor.read("a.html", PAGE.encode())
    assert pid_of(extractor) == before


def test_a_child_is_replaced_after_its_share_and_leaves_no_zombie() -> None:
    with Extractor(files_per_child=2) as fresh:
        pids = []
        for _ in range(3):
            fresh.read("a.html", PAGE.encode())
            pids.append(pid_of(fresh))
        assert pids[0] == pids[1] != pids[2]
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_the_child_ends_when_an_error_leaves_the_block() -> None:
    fresh = Extractor()
    pid = 0
    with pytest.raises(KeyError), fresh:
        fresh.read("a.html", PAGE.encode())
        pid = pid_of(fresh)
        raise KeyError
    assert not psutil.pid_exists(pid)


def test_a_killed_child_costs_one_file_at_most() -> None:
    with Extractor() as fresh:
        fresh.read("a.html", PAGE.encode())
        psutil.Process(pid_of(fresh)).kill()
        time.sleep(0.2)
        assert fresh.read("a.html", PAGE.encode()).title == "Minister quits over ferry deal"


def test_extractors_work_in_threads() -> None:
    titles: list[str] = []

    def work() -> None:
        with Extractor() as fresh:
            titles.append(fresh.read("a.html", PAGE.encode()).title)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert titles == ["Minister quits over ferry deal"] * 2


def test_the_child_knows_no_secret_and_has_limits(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANNOTATOR_SECRET_KEY", "hush")
    with Extractor() as fresh:
        fresh.read("a.html", PAGE.encode())
        child = psutil.Process(pid_of(fresh))
        assert not [name for name in child.environ() if name.startswith("ANNOTATOR")]
        limits = Path(f"/proc/{child.pid}/limits").read_text("ascii")
        rows = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
        assert rows["Max file size"] == rows["Max core file size"] == rows["Max processes"] == "0"
        assert int(rows["Max open files"]) == 64
        assert int(rows["Max address space"]) < 2_000_000_000
        assert int(rows["Max cpu time"]) < 60


DEEP = page("<b>" * 20_000 + "x")
HOSTILE_PAGES = {
    "nested 20,000 deep": DEEP,
    "1,000,000 attributes": page("<p " + " ".join(f"a{number}=1" for number in range(1_000_000)) + ">x</p>"),
    "100,000 unclosed <b>": page("<b>x " * 100_000),
    "a million <": page("<" * 1_000_000),
    "200,000 paragraphs": page("<p>a" * 200_000),
}


@pytest.mark.parametrize("case", HOSTILE_PAGES)
def test_e02_a_hostile_page_is_read_or_refused_within_bounded_time(extractor: Extractor, case: str) -> None:
    extractor.read("a.html", PAGE.encode())
    start = time.perf_counter()
    if case == "a million <":
        assert "<" * 1_000_000 in extractor.read("a.html", HOSTILE_PAGES[case]).text
    else:
        with pytest.raises(NotReadable, match=r"nested more than|attributes|elements"):
            extractor.read("a.html", HOSTILE_PAGES[case])
    assert time.perf_counter() - start < 10


def slow_page() -> bytes:
    """Return a page that is allowed and takes seconds: many short paragraphs."""
    return page("<p>a</p>" * 90_000)


def test_e02_the_clock_ends_a_file_that_takes_too_long_and_the_next_one_is_read() -> None:
    with Extractor(seconds=0.5) as fresh:
        fresh.read("a.html", PAGE.encode())
        before = pid_of(fresh)
        start = time.perf_counter()
        with pytest.raises(NotReadable, match=r"^It took more than 0\.5 seconds to read\.$"):
            fresh.read("a.html", slow_page())
        assert time.perf_counter() - start < 3
        assert not psutil.pid_exists(before)
        assert fresh.read("a.html", PAGE.encode()).title == "Minister quits over ferry deal"


def hungry_document() -> bytes:
    """Return a Word document of 5 MB that is 39 MB of XML and far more than a gigabyte as a tree."""
    numbers = random.Random(1)
    body = "".join(f'<w:p a="{numbers.randrange(100_000)}" b="" c=""/>' for _ in range(1_500_000))
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<?xml version="1.0"?><w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    return with_part(word_document(["x"]), "word/document.xml", xml.encode())


def test_g02_a_file_that_wants_all_memory_is_refused_and_the_next_one_is_read() -> None:
    document = hungry_document()
    with Extractor() as fresh:
        fresh.read("a.html", PAGE.encode())
        with pytest.raises(NotReadable, match=r"^It needs too much memory to read\.$"):
            fresh.read("a.docx", document)
        assert fresh.read("a.html", PAGE.encode()).title == "Minister quits over ferry deal"


def test_g02_the_limit_of_memory_is_about_a_gigabyte() -> None:
    script = (
        "from annotator.services import extraction_child as c\nc.limit_process()\n"
        "kept = bytearray(500_000_000)\n"
        "try:\n    bytearray(700_000_000)\nexcept MemoryError:\n    print('refused')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], env=extraction._environment(), capture_output=True, text=True, check=True
    )
    assert ran.stdout == "refused\n"


def test_g02_a_word_document_that_declares_a_gigabyte_is_refused(extractor: Extractor) -> None:
    start = time.perf_counter()
    entries = [(b"[Content_Types].xml", b"x", 0, 0), (b"word/document.xml", b"x", 0, 0)]
    with pytest.raises(NotReadable, match=r"unpacked; the limit is 200,000,000"):
        extractor.read("a.docx", raw_archive(entries, size=1_000_000_000))
    assert time.perf_counter() - start < 5


def loop_pdf() -> bytes:
    """Return a PDF whose cross-reference table names itself as the one before."""
    content = pdf([["Words."]])
    at = content.rindex(b"startxref\n") + len(b"startxref\n")
    place = content[at:].split(b"\n")[0]
    return content.replace(b"trailer<<", b"trailer<</Prev " + place)


def test_g03_a_pdf_whose_tables_run_in_a_circle_ends(extractor: Extractor) -> None:
    start = time.perf_counter()
    assert extractor.read("a.pdf", loop_pdf()).text == "Words."
    assert time.perf_counter() - start < 10


def test_g03_a_pdf_of_endless_objects_ends(extractor: Extractor) -> None:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"2 0 R", b"3 0 R", b"[" * 50_000]
    with pytest.raises(NotReadable):
        extractor.read("a.pdf", pdf_of(objects))


def test_the_child_forbids_connections_programs_and_writing() -> None:
    script = (
        "import sys\nfrom annotator.services import extraction_child as c\nc.limit_process()\n"
        "sys.addaudithook(c._forbid)\n"
        "import socket, subprocess, os\n"
        "for try_it in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: subprocess.run(['true']),\n"
        "               lambda: open(sys.argv[1], 'w'), lambda: os.remove(sys.argv[1]), lambda: os.system('true')):\n"
        "    try:\n        try_it()\n    except PermissionError:\n        print('refused')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, os.devnull + "-x"],
        env=extraction._environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == ["refused"] * 5


def test_a_child_that_does_not_start_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "_environment", lambda: {"PYTHONHOME": os.devnull})
    with Extractor() as fresh, pytest.raises(NotReadable, match="the reader did not start"):
        fresh.read("a.html", PAGE.encode())


def test_a_child_that_crashes_is_one_sentence() -> None:
    with Extractor() as fresh:
        fresh.read("a.html", PAGE.encode())
        child = psutil.Process(pid_of(fresh))
        crash = threading.Timer(0.4, child.send_signal, [signal.SIGSEGV])
        crash.start()
        with pytest.raises(NotReadable, match="made the reader fail"):
            fresh.read("a.html", slow_page())
        crash.join()


def test_messages_come_back_and_broken_ones_are_refused() -> None:
    stream = io.BytesIO()
    write_frame(stream, {"a": "ü"}, b"body")
    sent = stream.getvalue()
    assert read_frame(io.BytesIO(sent)) == ({"a": "ü"}, b"body")
    assert read_frame(io.BytesIO(b"")) is None
    for broken in (sent[:3], sent[:-1], struct.pack(">II", 2, 13_000_000) + b"{}", struct.pack(">II", 2, 0) + b"[]"):
        with pytest.raises(FrameError):
            read_frame(io.BytesIO(broken), 12_000_000)
