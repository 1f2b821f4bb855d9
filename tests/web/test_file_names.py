"""Names of downloads: whatever a file was called elsewhere, what a browser saves is a plain name (G05)."""

import pytest

from annotator.web.file_names import MOST_CHARACTERS, safe_file_name

OTHERWISE = "article-1.txt"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("wharf talks.html", "wharf talks.html"), ("../../etc/passwd", "passwd"), ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/x", "x"), ("C:\\x.txt", "x.txt"), ("C:x.txt", "C_x.txt"), ("CON", OTHERWISE), ("con.txt", OTHERWISE),
        ("nul.tar.gz", OTHERWISE), ("LPT1.pdf", OTHERWISE), ("a\0b.txt", "ab.txt"),
        ("a\nb\r\nSet-Cookie: x.txt", "abSet-Cookie_ x.txt"), ("-rf", "rf"), (".htaccess", "htaccess"),
        ("...", OTHERWISE), ("", OTHERWISE), ("   ", OTHERWISE), ("/", OTHERWISE), ("a\u202egpj.exe", "agpj.exe"),
        ("\u200bzero\ufeff.txt", "zero.txt"), ('quote".txt', "quote_.txt"), ("semi;colon.txt", "semi;colon.txt"),
        ("100%41.txt", "100_41.txt"), ("مقال.txt", "مقال.txt"), ("a\u2028b.txt", "ab.txt"), ("name.", "name"),
        ("a<b>|c?.txt", "a_b__c_.txt"), ("x.TXT", "x.TXT"),
    ],
)  # fmt: skip
def test_g05_a_name_is_a_plain_name(name: str, safe: str) -> None:
    assert safe_file_name(name, OTHERWISE) == safe


def test_g05_a_long_name_is_cut_before_its_ending() -> None:
    assert safe_file_name("x" * 300 + ".docx", OTHERWISE) == "x" * (MOST_CHARACTERS - 5) + ".docx"
    assert safe_file_name("x." + "y" * 300, OTHERWISE) == "x." + "y" * (MOST_CHARACTERS - 2)
    assert len(safe_file_name("x" * 300, OTHERWISE)) == MOST_CHARACTERS
