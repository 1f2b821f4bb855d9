"""Feeds: entries with web addresses, from bytes alone."""

from datetime import date

import pytest

from annotator.domain.extraction import NotReadable
from annotator.domain.extraction.feeds import FeedEntry, read

RSS = """<?xml version="1.0" encoding="{charset}"?>
<rss version="2.0"><channel><title>The Harbour Post</title><link>https://harbour.example/</link>
<item><title>Ferry &amp;amp; port: “naïve”</title><link>https://harbour.example/news/1</link>
<pubDate>Tue, 04 Mar 2025 08:00:00 GMT</pubDate>
<description>&lt;p&gt;The &lt;b&gt;minister&lt;/b&gt; quit.&lt;/p&gt;
&lt;script&gt;x()&lt;/script&gt;</description></item>
<item><title>Relative</title><link>/news/2</link></item>
<item><title>Again</title><link>https://harbour.example/news/1</link></item>
<item><title>Script</title><link>javascript:alert(1)</link></item>
<item><title>File</title><link>file:///etc/passwd</link></item>
<item><title>With a password</title><link>https://a:b@harbour.example/</link></item>
<item><title>No link</title></item>
</channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://harbour.example/"><title>Harbour</title>
<entry><title type="html">Quit &amp;lt;b&amp;gt;now&amp;lt;/b&amp;gt;</title><link rel="alternate" href="news/3"/>
<link rel="enclosure" href="https://harbour.example/sound.mp3"/><updated>2025-03-05T23:00:00Z</updated>
<summary>الوزير يستقيل</summary></entry></feed>"""


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "utf-16"])
def test_rss_gives_each_web_address_once(charset: str) -> None:
    feed = read(RSS.format(charset=charset).encode(charset), "https://harbour.example/feed.xml")
    assert feed.title == "The Harbour Post"
    assert feed.entries == (
        FeedEntry("https://harbour.example/news/1", "Ferry & port: “naïve”", date(2025, 3, 4), "The minister quit."),
        FeedEntry("https://harbour.example/news/2", "Relative", None, ""),
    )


def test_atom_gives_the_page_and_not_the_sound() -> None:
    (entry,) = read(ATOM.encode(), "https://elsewhere.example/").entries
    assert entry == FeedEntry("https://harbour.example/news/3", "Quit <b>now</b>", date(2025, 3, 5), "الوزير يستقيل")


def test_a_feed_gives_at_most_500_entries() -> None:
    items = "".join(f"<item><link>https://a.example/{number}</link></item>" for number in range(700))
    assert len(read(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()).entries) == 500


def test_the_old_plain_document_type_of_rss_is_harmless() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "https://dtd.example/rss-0.91.dtd">'
    content = f'<?xml version="1.0"?>{doctype}<rss version="0.91"><channel><title>T</title></channel></rss>'
    assert read(content.encode()).title == "T"


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        f'<!DOCTYPE rss [<!ENTITY l0 "lol">{BOMB}]>',
        "<!DOCTYPE rss [<!ELEMENT rss ANY>]>",
        '<!DOCTYPE rss SYSTEM "x.dtd" [ %a; ]>',
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_e11_a_feed_that_declares_entities_is_refused(declared: str, charset: str) -> None:
    content = f'<?xml version="1.0" encoding="{charset}"?>{declared}<rss version="2.0"><channel/></rss>'
    with pytest.raises(NotReadable, match="declares"):
        read(content.encode(charset))


@pytest.mark.parametrize("content", [b"", b"words", b"<html><body>A page</body></html>", b"<opml/>", b"[]"])
def test_what_is_no_feed_is_refused(content: bytes) -> None:
    with pytest.raises(NotReadable, match="no RSS or Atom feed"):
        read(content)
