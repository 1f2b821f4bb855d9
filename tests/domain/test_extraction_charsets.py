"""Charsets: what is declared is checked, and nothing garbled is stored in silence (E03, E04, E07)."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.extraction import NotReadable, extract
from annotator.domain.extraction.charsets import declared_in, decode

ENGLISH = "The minister’s “plan” was naïve, said café owner José. It costs €5 – or more."
JAPANESE = "大臣は昨日、政府が医療費を増やしたいと述べた。東京では多くの人が賛成している。"
NEWS = {
    "windows-1252": ENGLISH,
    "windows-1250": "Minister powiedział wczoraj, że rząd chce zwiększyć wydatki na zdrowie. Źródła w Łodzi.",
    "windows-1251": "Министр сказал вчера, что правительство хочет увеличить расходы на здравоохранение.",
    "koi8-r": "Министр сказал вчера, что правительство хочет увеличить расходы на здравоохранение.",
    "windows-1253": "Ο υπουργός είπε χθες ότι η κυβέρνηση θέλει να αυξήσει τις δαπάνες για την υγεία στην Αθήνα.",
    "windows-1254": "Bakan dün yaptığı açıklamada, hükümetin sağlık harcamalarını artırmak istediğini söyledi.",
    "windows-1255": "השר אמר אתמול שהממשלה רוצה להגדיל את ההוצאה על בריאות בירושלים.",
    "windows-1256": "قال الوزير أمس إن الحكومة تريد زيادة الإنفاق على الصحة في بيروت، وإن المال موجود.",
    "shift_jis": JAPANESE,
    "euc_jp": JAPANESE,
    "gb18030": "部长昨天表示，政府希望增加医疗支出。北京的许多人表示赞成。",
    "big5": "部長昨天表示，政府希望增加醫療支出。臺北的許多人表示贊成。",
    "euc-kr": "장관은 어제 정부가 의료비를 늘리고 싶다고 말했다. 서울의 많은 사람들이 찬성하고 있다.",
    "mac-roman": "The minister’s “plan” was naïve, said café owner José. It costs more – or less.",
}


@pytest.mark.parametrize("charset", NEWS)
def test_e03_the_charset_of_undeclared_news_is_guessed_and_said(charset: str) -> None:
    decoded = decode(NEWS[charset].encode(charset))
    assert decoded.text == NEWS[charset]
    assert "guessed" in decoded.reason
    assert "no charset is declared" in decoded.reason


@pytest.mark.parametrize(
    "text", ["Größe und Maß überraschen.", "L’été à l’Élysée", "São Paulo não está", "”Så” på Åland"]
)
def test_e03_western_news_is_windows_1252_never_latin_1(text: str) -> None:
    decoded = decode(text.encode("cp1252"))
    assert (decoded.text, decoded.charset) == (text, "windows-1252")


@pytest.mark.parametrize("charset", NEWS)
def test_e03_a_declared_charset_is_used_if_it_fits(charset: str) -> None:
    decoded = decode(NEWS[charset].encode(charset), header_charset=charset)
    assert (decoded.text, decoded.reason) == (NEWS[charset], "declared by the server")


@pytest.mark.parametrize(
    ("charset", "mark"),
    [
        ("utf-8", "\ufeff"),
        ("utf-16-le", "\ufeff"),
        ("utf-16-be", "\ufeff"),
        ("utf-32-le", "\ufeff"),
        ("utf-32-be", "\ufeff"),
    ],
)
def test_e03_a_byte_order_mark_counts_before_all_else(charset: str, mark: str) -> None:
    decoded = decode((mark + ENGLISH).encode(charset), header_charset="windows-1252")
    assert (decoded.text, decoded.charset) == (ENGLISH, charset)
    assert decoded.reason == "byte order mark, although the server says windows-1252"


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_e03_utf_16_without_a_mark_is_seen(charset: str) -> None:
    decoded = decode(ENGLISH.encode(charset))
    assert (decoded.text, decoded.charset) == (ENGLISH, charset)
    assert "every second byte is zero" in decoded.reason


def test_e03_a_header_that_says_utf_8_is_not_believed_of_windows_1252() -> None:
    decoded = decode(ENGLISH.encode("cp1252"), header_charset="UTF-8")
    assert (decoded.text, decoded.charset) == (ENGLISH, "windows-1252")
    assert "the server says UTF-8, but byte 12 is not" in decoded.reason


def test_e03_a_page_that_says_latin_1_is_not_believed_of_utf_8() -> None:
    decoded = decode(ENGLISH.encode(), declared="iso-8859-1")
    assert (decoded.text, decoded.charset) == (ENGLISH, "utf-8")
    assert decoded.reason == "the bytes are valid UTF-8, although the document says iso-8859-1"


def test_e03_a_page_that_says_latin_1_means_windows_1252() -> None:
    decoded = decode(ENGLISH.encode("cp1252"), declared="iso-8859-1")
    assert (decoded.text, decoded.charset) == (ENGLISH, "windows-1252")


def test_e03_header_and_page_disagree_and_the_true_one_wins() -> None:
    decoded = decode(NEWS["windows-1256"].encode("cp1256"), header_charset="utf-8", declared="windows-1256")
    assert decoded.text == NEWS["windows-1256"]
    assert decoded.charset == "windows-1256"


@pytest.mark.parametrize(
    ("content", "header", "words"),
    [
        (JAPANESE.encode("cp932") + b"\x81", "Shift_JIS", "The server says shift_jis, but byte 78 is not"),
        (b"Hi +ADw-script+AD4-alert(1)+ADw-/script+AD4-", None, "UTF-7"),
        (b"plain words", "utf-7", "The server says UTF-7"),
        (b"+/v8-words", None, "byte order mark of UTF-7"),
        (b"path ..\xc0\xaf..\xc0\xaf etc", None, "Byte 7 begins an overlong"),
        (b"\xe0\x80\xaf and \xc3\xa9", "utf-8", "Byte 0 begins an overlong"),
        (b"\xf0\x80\x80\xaf", None, "overlong"),
        (b"half \xed\xa0\xbd a pair", None, "surrogate"),
        ("Größe, Maß, über, Fähre".encode()[:-6] + b"\xc3", None, "not UTF-8, though the rest is"),
        (b"\xff\xfea\0b", None, "byte order mark of UTF-16-LE, but byte 4"),
        (b"\xef\xbb\xbfcaf\xe9", None, "byte order mark of UTF-8, but byte 6"),
        (bytes(range(128, 256)) * 4, None, "none fits"),
    ],
)
def test_e03_what_cannot_be_read_for_sure_is_refused(content: bytes, header: str | None, words: str) -> None:
    with pytest.raises(NotReadable, match=words):
        decode(content, header)


@pytest.mark.parametrize("content", [b"A telephone: +493-30 or +1234567-89, +AA- and 1+2-3.", b"a+b- c+d-"])
def test_telephone_numbers_are_no_utf_7(content: bytes) -> None:
    assert decode(content).text == content.decode()


def test_a_name_that_is_no_charset_is_passed_over() -> None:
    for name in ("x-unheard-of", "rot13", "base64", "unicode_escape", "idna", ""):
        assert decode(ENGLISH.encode(), name).charset == "utf-8"


def test_e03_text_that_was_garbled_before_is_kept_and_said() -> None:
    garbled = "The minister’s café".encode().decode("cp1252")
    decoded = decode(garbled.encode())
    assert decoded.text == garbled
    assert "garbled before" in decoded.reason
    assert "1 replacement characters" in decode("caf\ufffd".encode()).reason


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"words\0words", "NUL"),
        (b"\0\0\0\0", "NUL"),
        (b"\x01\x02\x03\x04words\x05", "control characters"),
        (("a\0b" * 9).encode("utf-8"), "NUL"),
        (("\ufeff" + "a\0b").encode("utf-16-le"), "NUL"),
    ],
)
def test_e04_nul_and_binary_files_are_no_text(content: bytes, words: str) -> None:
    with pytest.raises(NotReadable, match=words):
        extract("a.txt", content)


def test_e07_a_text_is_kept_as_it_is_but_for_its_line_ends() -> None:
    text = "e\u0301 \xe9 a\u00a0b so\xadft \uffff \U000e0fff " + "a" + "\u0301" * 100 + " \u202eabc\u202c \u200b"
    assert extract("a.txt", text.encode()).text == text
    assert extract("a.txt", b"a\r\nb\rc\fd\n").text == "a\nb\nc\nd\n"


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        (b'<html><meta charset="windows-1251">', "windows-1251"),
        (b"<meta charset=koi8-r>", "koi8-r"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">', "Shift_JIS"),
        (b'<?xml version="1.0" encoding="iso-8859-2"?><html>', "iso-8859-2"),
        (b"<p>charset=utf-8</p>", None),
        (b"<p>" + b" " * 5_000 + b'<meta charset="koi8-r">', None),
    ],
)
def test_the_charset_that_a_page_names_is_found_at_its_head(head: bytes, charset: str | None) -> None:
    assert declared_in(head) == charset


def decoded_or_refused(content: bytes) -> str:
    """Return the text, or of a refusal, which has to be a sentence, the charset that it names."""
    try:
        return decode(content).text
    except NotReadable as refusal:
        sentence = str(refusal)
    if not sentence[0].isupper() or not sentence.endswith("."):
        raise AssertionError(sentence)
    return "UTF-7" if "UTF-7" in sentence else sentence


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_any_text_in_unicode_comes_back_or_is_refused(text: str, charset: str) -> None:
    marked = "\ufeff" + text if charset == "utf-8" else text
    assert decoded_or_refused(marked.encode(charset)) in {text, "UTF-7"}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_a_sentence(content: bytes) -> None:
    found = decoded_or_refused(content)
    assert "\0" not in found


@pytest.mark.parametrize("piece", [b"<meta ", b"+AAAA", b"\xc3", b"\xe9 ", b"charset=", b"\xc0\xaf", b"a\xe9b", b"+A-"])
def test_e09_decoding_takes_linear_time(piece: bytes) -> None:
    def seconds(size: int) -> float:
        content = (piece * size)[:size]
        start = time.process_time()  # other work on the machine is no part of it
        with contextlib.suppress(NotReadable):
            decode(content, None, declared_in(content))
        return time.process_time() - start

    short = min(seconds(500_000) for _ in range(3))
    long = min(seconds(2_000_000) for _ in range(2))
    assert long < 9 * short + 0.05  # four times the size: linear takes 4 times as long, quadratic 16 times
