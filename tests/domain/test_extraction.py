"""Markdown to HTML: what is shown, and that an independent parser finds nothing outside the list."""

import contextlib
import time
from html.parser import HTMLParser

import bleach
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.extraction import MAX_CHARACTERS, TAGS, rich_text
from annotator.domain.text import UnstorableText

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form><button formaction=javascript:alert(1)>x</button></form>",
    "<style>*{background:url(javascript:alert(1))}</style>",
    "<template><script>alert(1)</script></template>",
    "<a href='javascript:alert(1)'>x</a>",
    "<p onclick=alert(1)>x</p>",
    "<b><i><u>unclosed",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "<body/onload=alert(1)>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\u200bscript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example)",
    "[x](file:///etc/passwd)",
    '[x](https://good.example"onmouseover=alert(1)//)',
    "[x](https://good.example 'a\" onmouseover=\"alert(1)')",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](https://good.example/x.png)',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "| <script> | b |\n|:--|--:|\n| <img src=x onerror=alert(1)> | [x](javascript:alert(1)) |",
    "> <script>alert(1)</script>",
    "# <img src=x onerror=alert(1)>",
    "\x02klzzwxh:0000\x03<script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{7*7}} {% raw %} ${7*7}",
]


class Reader(HTMLParser):
    """Collects what a second parser sees in the HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.other: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def handle_decl(self, decl: str) -> None:
        self.other.append(decl)

    def handle_pi(self, data: str) -> None:
        self.other.append(data)

    def unknown_decl(self, data: str) -> None:
        self.other.append(data)


def assert_harmless(html: str) -> None:
    seen = Reader(html)
    assert seen.tags <= TAGS
    assert seen.attributes <= {("a", "href")}
    assert all(link.lower().startswith(("http://", "https://", "mailto:")) for link in seen.links)
    assert not seen.other


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("frame", ["{}", "Some text {} and more", "- {}\n- b", "*{}*", "[{}](https://good.example)"])
def test_no_payload_leaves_the_list(payload: str, frame: str) -> None:
    assert_harmless(rich_text(frame.replace("{}", payload)))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([*PAYLOADS, "<", ">", '"', "'", "&", "\n\n", "    ", "`", "](", "[x", "a"]), max_size=8
    ).map("".join)
)
def test_mixtures_stay_harmless_and_a_second_cleaning_changes_nothing(markdown: str) -> None:
    html = rich_text(markdown)
    assert_harmless(html)
    assert bleach.clean(html, tags=TAGS, attributes={"a": ["href"]}, protocols={"http", "https", "mailto"}) == html


def test_markdown_becomes_the_listed_elements() -> None:
    html = rich_text(
        "# Rules\n\n##### Small\n\nA **claim** is *one* `span`.  \nNext\n\n"
        "- a\n\n1. b\n\n> c\n\n---\n\n|x|y|\n|-|-|\n|1|2|"
    )
    assert Reader(html).tags == TAGS - {"a", "h3"}
    assert html.startswith(
        "<h2>Rules</h2>\n<h4>Small</h4>\n<p>A <strong>claim</strong> is <em>one</em> <code>span</code>.<br>"
    )


@pytest.mark.parametrize("address", ["https://example.org/a?b=1&c=2", "http://example.org", "mailto:desk@example.org"])
def test_links_to_web_and_mail_stay(address: str) -> None:
    assert Reader(rich_text(f"[x]({address})")).links == [address]


@pytest.mark.parametrize("address", ["/keys", "#top", "keys", "ftp://example.org", "https:", "tel:1"])
def test_other_addresses_leave_the_words_without_a_link(address: str) -> None:
    assert rich_text(f"[words]({address})") == "<p><a>words</a></p>"


def test_html_is_shown_as_text_and_addresses_are_not_linked_by_themselves() -> None:
    assert rich_text("<b>1 < 2</b> https://example.org") == "<p>&lt;b&gt;1 &lt; 2&lt;/b&gt; https://example.org</p>"


@pytest.mark.parametrize(
    "markdown",
    [
        "a" * (MAX_CHARACTERS + 1),
        "\0",
        "\ud800",
        "[" * 30,
        "[x](" * 30,
        "a\n" * 600,
        "a\n\n" * 2_001,
        "  - " * 10_000,
        "1. " * 10_000,
    ],
)
def test_what_no_person_writes_is_refused(markdown: str) -> None:
    with pytest.raises(UnstorableText):
        rich_text(markdown)


@pytest.mark.parametrize("piece", ["<b>", "&", "> ", "***a", "<![CDATA[", "- a\n\n", "a\n=\n"])
def test_the_worst_input_takes_seconds_at_most(piece: str) -> None:
    start = time.perf_counter()
    with contextlib.suppress(UnstorableText):
        assert_harmless(rich_text((piece * MAX_CHARACTERS)[:MAX_CHARACTERS]))
    assert time.perf_counter() - start < 15
