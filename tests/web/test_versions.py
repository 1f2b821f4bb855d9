"""Two versions of a verdict: all that each of them says stands side by side, and the same twice is no conflict."""

import html
import re

import pytest
from werkzeug.test import TestResponse

from annotator.storage.articles import Claim
from tests.desk import TEXT
from tests.web.work import JSON, Work

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def rows(page: TestResponse) -> dict[str, tuple[list[str], bool]]:
    """Return what the two versions say by field, and whether they are said to differ."""
    found = {}
    for differs, name, cells in re.findall(
        r"<tbody( data-differs)?>\s*<tr><th[^>]*>(.*?)</th></tr>\s*<tr>(.*?)</tr>", page.text, re.DOTALL
    ):
        texts = [plain(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells, re.DOTALL)]
        found[plain(name).removesuffix(" different")] = (texts, bool(differs))
    return found


def plain(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


def stretch(work: Work, number: int, words: str) -> str:
    with work.desk.inside(writes=False) as session:
        assert words in session.get_one(Claim, work.claims[number - 1]).quote
    start = TEXT.index(words)
    return f"{start}-{start + len(words)}"


def test_every_field_of_both_is_shown(work: Work) -> None:
    old = work.form(3, label="sourced", kind_sourced="named", note="mine and theirs", source_name="A & <b>")
    work.data(
        3,
        label="editorial",
        kind_editorial="framing",
        also_attributed="1",
        flagged="1",
        word=[stretch(work, 3, "brutal")],
        speaker=[stretch(work, 3, "planners")],
        cue=[stretch(work, 3, "shrugged")],
        source_kind="vague",
        speech="scare",
        depth="2",
        continues=str(work.claims[1]),
        rewrite="Its planners shrugged.",
        confidence="1",
        evidence_url="https://example.org/",
        note="theirs",
    )
    page = work.save(3, form=old)
    assert page.status_code == 409
    assert rows(page) == {
        "Label": (["Sourced", "Editorial"], True),
        "Kind": (["Named source", "Framing"], True),
        "Also carries a source": (["–", "Yes"], True),
        "Flagged": (["–", "Yes"], True),
        "Loaded words": (["–", "brutal"], True),
        "Source words": (["–", "planners"], True),
        "Cue words": (["–", "shrugged"], True),
        "Source": (["A & <b>", "–"], True),
        "Kind of source": (["–", "Vague group"], True),
        "Speech": (["–", "Scare quotes"], True),
        "Nesting": (["–", "2"], True),
        "Continues the quotation of": (["–", "claim 2"], True),
        "Neutral rewrite": (["–", "Its planners shrugged."], True),
        "Confidence": (["–", "1 – unsure"], True),
        "Link": (["–", "https://example.org/"], True),
        "Note": (["mine and theirs", "theirs"], True),
    }
    assert "<mark>mine and </mark>theirs" in page.text


def test_what_is_the_same_is_not_said_to_differ(work: Work) -> None:
    old = work.form(2, label="sourced", note="as before", confidence="3")
    work.data(2, label="sourced", note="as before", confidence="2")
    found = rows(work.save(2, form=old))
    assert {name: differs for name, (_texts, differs) in found.items()} == {
        "Label": False,
        "Confidence": True,
        "Note": False,
    }


def test_a_skip_is_a_version_too(work: Work) -> None:
    old = work.form(2, skip_reason="fragment")
    work.data(2, label="sourced")
    assert rows(work.save(2, form=old))["Label"] == (["Skipped: Fragment", "Sourced"], True)


def test_the_page_names_the_change_that_it_is_about(work: Work) -> None:
    old = work.form(2, label="sourced")
    work.data(2, label="editorial")
    page = work.save(2, form=old).text
    assert f'data-change="{old["client_key"]}"' in page
    assert f'data-url="/claims/{work.claims[1]}/verdicts"' in page
    assert 'name="revision" value="1"' in page


def test_the_same_said_twice_is_no_conflict(work: Work) -> None:
    old = work.form(2, label="sourced", note="the same", seconds="3.5")
    work.data(2, label="sourced", note="the same")
    before = work.stored()
    answer = work.save(2, JSON, form=old)
    assert (answer.status_code, answer.json["revision"]) == (200, 1)  # type: ignore[index]
    assert work.save(2, form=old).headers["Location"] == work.location(2)
    assert work.stored() == before


def test_only_what_a_verdict_is_made_of_is_sent_again(work: Work) -> None:
    work.data(2, label="sourced")
    words = [stretch(work, 2, "bridge"), stretch(work, 2, "council")]
    form = work.form(2, label="editorial", kind_editorial="framing", note="typed", word=words, action="next")
    foreign = {"kind_sourced": "named", "is_admin": "1", "reviewer_id": "1", "zz": ["y"] * 50}
    page = work.save(2, form=form | foreign | {"revision": "0"})
    assert page.status_code == 409
    shown = page.text[page.text.index("data-keeps-mine") :]
    sent = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', shown)
    wanted = [("label", "editorial"), ("kind_editorial", "framing"), ("note", "typed"), ("action", "next")]
    assert set(wanted + [("word", word) for word in words]) <= set(sent)
    allowed = {"csrf_token", "client_key", "revision", "flagged", "kept_skip", "word", *dict(wanted)}
    assert {name for name, _value in sent} <= allowed
