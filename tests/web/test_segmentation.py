"""The segmentation page by plain forms: previews change nothing, refusals say why, nobody learns others' verdicts.

Long because the annotate page's part of it, confirming and going on with new claims, stands beside it.
"""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from annotator.domain.roles import Role
from annotator.domain.segmentation import Edit
from annotator.storage.articles import Article, Claim
from annotator.storage.database import db, write_queue
from annotator.storage.projects import Project
from annotator.storage.segmentation import SegmentationEdit
from annotator.storage.verdicts import Verdict
from annotator.web.segmentation_page import build_page
from annotator.web.verdict_fields import name_of
from tests import recut
from tests.desk import Desk, Reader, Somebody, without_tokens
from tests.recut import Recut
from tests.web.work import JSON

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE_BUILDER = "annotator.web.segmentation.build_page"
MERGED = "“A disgrace,” she said. The mayor shrugged."


@pytest.fixture
def cut(desk: Desk) -> Recut:
    return recut.make(desk)


@pytest.fixture
def reader(cut: Recut) -> Reader:
    return cut.desk.reader(cut.manager)


def path(cut: Recut) -> str:
    return f"/articles/{cut.article}/segmentation"


def send(reader: Reader, cut: Recut, action: str, part: str = "", **fields: Any) -> TestResponse:
    headers = fields.pop("headers", None)
    form = {"revision": cut.revision, "action": action} | ({"block": cut.claim(part).start} if part else {}) | fields
    return reader.post(path(cut), form, headers=headers)


def hidden(page: str) -> dict[str, str]:
    """Return the fields of a preview's form."""
    form = page[page.index('id="recut"') :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in found if name != "csrf_token"}


def confirm(reader: Reader, cut: Recut, preview: TestResponse, reason: str = "") -> TestResponse:
    assert preview.status_code == 200, preview.text
    return reader.post(path(cut), hidden(preview.text) | {"confirmed": "1", "reason": reason})


def count(cut: Recut) -> tuple[int, ...]:
    with cut.desk.inside(writes=False) as session:
        return tuple(
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (Claim, Verdict, SegmentationEdit)
        )


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())


def test_every_claim_stands_on_the_page_with_what_was_set_aside_and_left_out(cut: Recut, reader: Reader) -> None:
    cut.edit("not-a-claim", "Harbour")
    cut.edit("claim", "quay", at="The cafe", end="quay", keeps_rest=False)
    page = reader.get(path(cut)).text
    text = words(page[page.index("<article") : page.index("</article>")])
    for part in ("Harbour reopens Not a claim", "The cafe\u0301 by the quay Claim 1", ", owned by Ines Orvane"):
        assert part in text
    assert len(re.findall('class="recut-claim"', page)) == 4
    assert len(re.findall('class="recut-left"', page)) == 1


def test_a_preview_changes_nothing_and_saving_does_what_it_showed(cut: Recut, reader: Reader) -> None:
    for person in cut.people[:2]:
        cut.say(person, "disgrace", "editorial")
        cut.say(person, "mayor", "editorial")
    before = count(cut)
    preview = send(reader, cut, "merge", "disgrace")
    assert "ada : carried over" in words(preview.text)
    assert count(cut) == before
    saved = confirm(reader, cut, preview, "One sentence.")
    assert saved.status_code == 303
    assert MERGED in cut.quotes()
    page = reader.get(saved.headers["Location"]).text
    assert "Saved: merged." in words(page)
    assert "One sentence." in page
    assert confirm(reader, cut, preview).status_code == 303, "pressed twice, it is one edit"
    assert cut.revision == 1


@pytest.mark.parametrize(
    ("action", "part", "at", "expected"),
    [
        ("split", "quay", "owned by", "owned by Ines Orvane 👩\u200d🚀, reopened."),
        ("merge-previous", "mayor", "", MERGED),
        ("longer", "disgrace", "", "“A disgrace,” she said. The"),
        ("shorter", "disgrace", "", "“A disgrace,” she"),
        ("start-here", "mayor", "shrugged", "“A disgrace,” she said. The mayor"),
        ("end-here", "disgrace", "she", "she said. The mayor shrugged."),
    ],
)
def test_each_edit_by_its_button(cut: Recut, reader: Reader, action: str, part: str, at: str, expected: str) -> None:
    fields = {"at": cut.text.index(at)} if at else {}
    assert confirm(reader, cut, send(reader, cut, action, part, **fields)).status_code == 303
    assert expected in cut.quotes()
    cut.check()


def test_a_boundary_is_nudged_word_by_word_in_the_preview(cut: Recut, reader: Reader) -> None:
    def nudge(preview: TestResponse, name: str) -> TestResponse:
        return reader.post(path(cut), hidden(preview.text) | {"nudge": name})

    first = send(reader, cut, "shorter", "mayor")
    assert hidden(first.text)["at"] == str(cut.text.index("shrugged"))
    second = nudge(first, "shorter")
    assert hidden(second.text)["at"] == str(cut.text.index("mayor"))
    assert "Each part needs a word" in words(nudge(second, "shorter").text)
    assert hidden(nudge(second, "longer").text) == hidden(first.text)
    back = nudge(first, "longer")
    assert (back.status_code, back.headers["Location"].partition("#")[2]) == (303, f"at-{cut.claim('mayor').start}")
    assert count(cut)[2] == 0


def test_set_aside_and_brought_back(cut: Recut, reader: Reader) -> None:
    start, end = cut.claim("Nobody").start, cut.claim("Nobody").end
    confirm(reader, cut, send(reader, cut, "not-a-claim", "Nobody"))
    assert "Nobody paid." not in cut.quotes()
    page = reader.get(f"{path(cut)}?at={start}").text
    assert "This is a claim" in words(page)
    confirm(reader, cut, send(reader, cut, "part", first=start, last=end))
    assert "Nobody paid." in cut.quotes()


def test_two_claims_in_one_sentence(cut: Recut, reader: Reader) -> None:
    first, last = cut.text.index("owned by"), cut.text.index(", reopened")
    confirm(reader, cut, send(reader, cut, "part", "quay", first=first, last=last, rest="1"))
    assert cut.quotes()[1:4] == ["The cafe\u0301 by the quay,", "owned by Ines Orvane 👩\u200d🚀", ", reopened."]


def test_undo_is_one_press_and_says_what_it_did(cut: Recut, reader: Reader) -> None:
    before = cut.quotes()
    confirm(reader, cut, send(reader, cut, "merge", "disgrace"))
    undone = send(reader, cut, "undo")
    assert undone.status_code == 303
    assert "Taken back" in reader.get(undone.headers["Location"]).text
    assert cut.quotes() == before
    assert "There is no edit to take back" in words(send(reader, cut, "undo").text)


def test_an_undo_that_asks_somebody_is_shown_first(cut: Recut, reader: Reader) -> None:
    confirm(reader, cut, send(reader, cut, "merge", "disgrace"))
    cut.say(cut.people[0], MERGED, "editorial")
    preview = send(reader, cut, "undo")
    assert preview.status_code == 200
    assert "ada : to be confirmed" in words(preview.text)
    assert confirm(reader, cut, preview).status_code == 303
    assert len(cut.asked(cut.people[0])) == 2


BAD = [
    {"revision": "x"}, {"revision": ""}, {"revision": "-1"}, {"revision": "9" * 30}, {"revision": "٣"},
    {"action": "destroy"}, {"action": ""}, {"block": "x"}, {"block": ""}, {"block": "1"}, {"block": "9" * 10},
    {"at": ""}, {"at": "x"}, {"at": "-4"}, {"at": "9" * 9}, {"at": "9" * 40}, {"at": "0"}, {"at": "1.5"},
    {"action": "part", "first": "x", "last": "9"}, {"action": "part", "first": "9", "last": "3"},
    {"action": "part", "first": "0", "last": "9" * 9}, {"action": "claim", "at": "5", "end": "5"},
    {"action": "start-here", "at": ""}, {"action": "move", "at": "1"}, {"nudge": "destroy"},
    {"reason": "x" * 1001}, {"action": "merge-previous", "block": "0"},
    {"action": "move", "at": "16"},
]  # fmt: skip


@pytest.mark.parametrize("fields", BAD, ids=str)
def test_what_cannot_be_done_is_refused_with_a_reason_and_changes_nothing(
    cut: Recut, reader: Reader, fields: dict[str, str]
) -> None:
    cut.say(cut.people[0], "quay", "sourced")
    before = count(cut)
    asked: dict[str, Any] = {"at": cut.text.index("owned"), "block": cut.claim("quay").start} | fields
    action = asked.pop("action", "split")
    for headers in (None, JSON):
        answer = send(reader, cut, str(action), headers=headers, confirmed="1", **asked)
        expected = 409 if fields.get("revision") == "9" * 10 else 422
        assert answer.status_code == expected, answer.text
        assert (answer.json or {}).get("detail") if headers else 'role="alert"' in answer.text
    assert count(cut) == before
    cut.check()


def test_a_torn_sign_is_refused(cut: Recut, reader: Reader) -> None:
    for sign in ("\u0301", "\u200d", "🚀"):
        answer = send(reader, cut, "split", "quay", at=cut.text.index(sign))
        assert answer.status_code == 422
        assert "What is read as one sign stays together" in words(answer.text)


def test_a_claim_of_another_article_cannot_be_named(cut: Recut, reader: Reader) -> None:
    before = count(cut)
    answer = send(reader, cut, "merge", block=10**6, claim=1, claim_id=1)
    assert answer.status_code == 422
    assert count(cut) == before


def test_a_form_without_its_token_is_refused(cut: Recut, reader: Reader) -> None:
    form = {"revision": 0, "action": "merge", "block": 0, "confirmed": "1"}
    assert reader.client.post(path(cut), data=form).status_code == 400
    assert reader.client.post(f"{path(cut)}/lock", data={"action": "unlock"}).status_code == 400
    assert cut.revision == 0


def test_an_edit_of_claims_that_somebody_edited_meanwhile_shows_what_was_done(cut: Recut, reader: Reader) -> None:
    preview = send(reader, cut, "split", "quay", at=cut.text.index("owned by"))
    cut.edit("merge", "disgrace", by=cut.people[0], reason="It is one.")
    for answer in (confirm(reader, cut, preview), send(reader, cut, "merge", "quay", revision=0)):
        assert answer.status_code == 409
        assert "ada: merged" in words(answer.text).replace(" :", ":")
        assert "It is one." in answer.text
    told = send(reader, cut, "merge", "quay", revision=0, headers=JSON)
    assert (told.status_code, told.json["since"]) == (409, [{"action": "merge", "revision": 1}])  # type: ignore[index]
    assert cut.revision == 1


def test_locked_while_it_is_coded_and_a_manager_unlocks(desk: Desk) -> None:
    cut = recut.make(desk, overlap=2)
    manager, reviewer = desk.reader(cut.manager), desk.reader(cut.people[0])
    cut.say(cut.people[1], "quay", "sourced")
    for browser in (manager, reviewer):
        page = browser.get(path(cut)).text
        assert "Locked while the article is being coded" in page
        assert send(browser, cut, "merge", "disgrace").status_code == 409
    assert "Unlock</button>" not in reviewer.get(path(cut)).text
    assert reviewer.post(f"{path(cut)}/lock", {"action": "unlock"}).status_code == 403
    assert manager.post(f"{path(cut)}/lock", {"action": "unlock"}).status_code == 303
    assert confirm(reviewer, cut, send(reviewer, cut, "merge", "disgrace")).status_code == 303
    assert "Unlocked by a manager" in reviewer.get(path(cut)).text
    manager.post(f"{path(cut)}/lock", {"action": "lock"})
    assert send(reviewer, cut, "merge", "quay").status_code == 409


@pytest.mark.parametrize("policy", [{"handout": "planned"}, {"handout": "next"}, {"requires_qualification": True}])
def test_b05_who_may_not_label_an_article_does_not_cut_its_claims_either(cut: Recut, policy: dict[str, Any]) -> None:
    reviewer, before = cut.desk.reader(cut.people[0]), count(cut)
    confirmed = hidden(send(reviewer, cut, "merge", "disgrace").text) | {"confirmed": "1"}
    with cut.desk.inside() as session:
        for field, value in policy.items():
            setattr(session.get_one(Project, session.get_one(Article, cut.article).project_id), field, value)
    assert send(reviewer, cut, "merge", "disgrace").status_code == 403
    assert reviewer.post(path(cut), confirmed).status_code == 403
    assert count(cut) == before
    assert send(cut.desk.reader(cut.manager), cut, "merge", "disgrace").status_code == 200


@pytest.mark.parametrize("purpose", ["training", "qualification"])
def test_b05_nobody_cuts_away_what_they_are_asked_to_qualify_with(cut: Recut, purpose: str) -> None:
    reviewer, before = cut.desk.reader(cut.people[0]), count(cut)
    confirmed = hidden(send(reviewer, cut, "merge", "disgrace").text) | {"confirmed": "1"}
    with cut.desk.inside() as session:
        article = session.get_one(Article, cut.article)
        article.purpose, article.segmentation_unlocked = purpose, True
    assert send(reviewer, cut, "merge", "disgrace").status_code == 409
    assert reviewer.post(path(cut), confirmed).status_code == 409
    assert count(cut) == before
    cut.say(cut.people[0], "quay", "sourced")
    assert send(cut.desk.reader(cut.manager), cut, "merge", "disgrace").status_code == 200


def test_a_withdrawn_article_has_no_such_page(cut: Recut, reader: Reader) -> None:
    with cut.desk.inside() as session:
        session.get_one(Article, cut.article).withdrawn_at = cut.claims()[0].created_at
    assert reader.get(path(cut)).status_code == 404
    assert reader.post(path(cut), {"revision": 0, "action": "merge", "block": 0}).status_code == 404
    assert reader.post(f"{path(cut)}/lock", {"action": "unlock"}).status_code == 404


def pages_of(cut: Recut, person: Somebody) -> list[str]:
    """Return all that a reviewer can see of edits, without what is random."""
    browser = cut.desk.reader(person)
    pages = [browser.get(path(cut)).text, send(browser, cut, "merge", "disgrace").text]
    pages.append(send(browser, cut, "not-a-claim", "Nobody").text)
    return [without_tokens(page) for page in pages]


def test_a_reviewer_sees_no_byte_of_what_others_said(cut: Recut) -> None:
    me, other, third = cut.people
    cut.say(me, "disgrace", "editorial")
    before = pages_of(cut, me)
    for part in ("disgrace", "mayor", "Nobody"):
        cut.say(other, part, "attributed", note="a telling note")
    cut.say(third, "mayor", None, skip_reason="fragment")
    assert pages_of(cut, me) == before
    assert "Your verdict is" in before[1] or "You will be asked to confirm" in before[1]
    sees = words(send(cut.desk.reader(cut.manager), cut, "merge", "disgrace").text)
    assert "ben : carried over" in sees


def test_the_undo_of_a_reviewer_does_not_tell_whether_others_said_something_since(cut: Recut) -> None:
    me, other = cut.people[:2]
    browser = cut.desk.reader(me)
    confirm(browser, cut, send(browser, cut, "merge", "disgrace"))
    cut.say(other, MERGED, "editorial")
    assert send(browser, cut, "undo").status_code == 303
    assert len(cut.asked(other)) == 2


# The annotate page


def claim_page(cut: Recut, reader: Reader, part: str) -> str:
    number = [claim.id for claim in cut.claims()].index(cut.claim(part).id) + 1
    return reader.get(f"/articles/{cut.article}/claims/{number}").text


def form_for(page: str, **fields: Any) -> dict[str, Any]:
    found = dict(re.findall(r'name="(client_key|revision|flagged|kept_skip)" value="([^"]*)"', page))
    return found | {"action": "save"} | fields


def name(cut: Recut, verdict_id: int) -> str:
    """Return how its reviewer's pages name a verdict."""
    with cut.desk.inside(writes=False) as session:
        return name_of(session.get_one(Verdict, verdict_id))


def test_the_annotate_page_asks_to_confirm_and_one_press_does(cut: Recut) -> None:
    me = cut.people[0]
    browser = cut.desk.reader(me)
    verdict = cut.say(me, "quay", "sourced", note="From the council.", source_name="Council")
    cut.edit("split", "quay", at="owned by")
    page = claim_page(cut, browser, "owned by")
    assert "Still right for the new words?" in page
    assert "The cafe\u0301 by the quay, owned by Ines Orvane" in words(page)
    assert "2 to confirm" in words(page)
    assert "2 to confirm" in words(browser.get("/").text)
    assert re.search(r'name="label"[^>]*checked', page) is None
    assert "From the council." in page
    form = form_for(page, confirm=name(cut, verdict), source_name="Council", note="From the council.")
    claim = cut.claim("owned by").id
    for _ in range(2):  # sent again because the answer was lost, it is the same verdict
        answer = browser.post(f"/claims/{claim}/verdicts", form, headers=JSON)
        assert answer.status_code == 200, answer.text
        assert (answer.json["label"], answer.json["revision"]) == ("sourced", 1)  # type: ignore[index]
    row = cut.verdict(me, "owned by")
    assert (row.carried_from, row.note, row.is_first) == ([verdict], "From the council.", True)
    assert list(cut.asked(me)) == ["The cafe\u0301 by the quay,"]
    history = words(claim_page(cut, browser, "owned by"))
    assert "carried over from earlier claims" in history
    assert "on the earlier claim" in history


def test_the_annotate_page_offers_both_sides_of_a_conflict(cut: Recut) -> None:
    me = cut.people[0]
    browser = cut.desk.reader(me)
    first, second = cut.say(me, "disgrace", "editorial"), cut.say(me, "mayor", "sourced")
    cut.edit("merge", "disgrace")
    page = claim_page(cut, browser, MERGED)
    assert "You said different things" in page
    assert {f'name="confirm" value="{name(cut, number)}"' in page for number in (first, second)} == {True}
    answer = browser.post(f"/claims/{cut.claim(MERGED).id}/verdicts", form_for(page, confirm=name(cut, second)))
    assert answer.status_code == 303
    assert cut.standing(me) == {MERGED: "sourced"}
    assert "You said different things" not in claim_page(cut, browser, MERGED)


def test_nobody_confirms_what_they_did_not_say(cut: Recut) -> None:
    me, other = cut.people[:2]
    mine, theirs = cut.say(me, "quay", "sourced"), cut.say(other, "quay", "editorial")
    cut.edit("split", "quay", at="owned by")
    browser, claim = cut.desk.reader(me), cut.claim("owned by").id
    page = claim_page(cut, browser, "owned by")
    for value in (
        theirs,
        mine,
        f"{claim}-1",
        f"{claim}-0",
        "1-99",
        "x",
        "",
        "9" * 30,
        "9" * 17 + "-1",
        f"{claim}-{'9' * 17}",
    ):
        answer = browser.post(f"/claims/{claim}/verdicts", form_for(page, confirm=value), headers=JSON)
        assert answer.status_code == 422
    elsewhere = browser.post(
        f"/claims/{cut.claim('mayor').id}/verdicts", form_for(page, confirm=name(cut, mine)), headers=JSON
    )
    assert elsewhere.status_code == 422
    assert cut.standing(me) == {}


def test_a_verdict_for_a_claim_that_was_cut_anew_is_kept_and_led_to_the_new_one(cut: Recut) -> None:
    me, start = cut.people[0], cut.text.index("Orvane")
    browser, old = cut.desk.reader(me), cut.claim("quay").id
    page = claim_page(cut, browser, "quay")
    cut.edit("split", "quay", at="owned by")
    form = form_for(page, label="editorial", note="typed", word=f"{start}-{start + 6}")
    told = browser.post(f"/claims/{old}/verdicts", form, headers=JSON)
    assert told.status_code == 409
    assert told.json["recut"] == [f"/articles/{cut.article}/claims/{n}#claim-{n}" for n in (2, 3)]  # type: ignore[index]
    shown = browser.post(f"/claims/{old}/verdicts", form)
    assert shown.status_code == 409
    assert "This claim was cut into others" in shown.text
    assert 'name="note" value="typed"' in shown.text
    assert shown.text.count(f'name="word" value="{start}-{start + 6}"') == 1, "the word lies in one of the two"
    onward = shown.text[shown.text.index(f"/claims/{cut.claim('owned by').id}/verdicts") :]
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', onward[: onward.index("</form>")]))
    fields.pop("csrf_token")
    assert browser.post(f"/claims/{cut.claim('owned by').id}/verdicts", fields).status_code == 303
    row = cut.verdict(me, "owned by")
    assert (row.label, row.note, row.marks) == ("editorial", "typed", [[start, start + 6, "loaded"]])
    bad = browser.post(f"/claims/{old}/verdicts", form | {"evidence_url": "ftp://x"}, headers=JSON)
    assert bad.status_code == 409
    for word in ("x", "-", f"{start}-", "٣-٤", f"{'9' * 5_000}-1"):
        bad = browser.post(f"/claims/{old}/verdicts", form | {"evidence_url": "ftp://x", "word": word})
        assert (bad.status_code, 'name="word"' in bad.text) == (409, False)


def test_a_claim_that_was_set_aside_says_so(cut: Recut) -> None:
    browser, claim = cut.desk.reader(cut.people[0]), cut.claim("Nobody")
    page = claim_page(cut, browser, "Nobody")
    cut.apply(Edit("not-a-claim", claim.start))
    answer = browser.post(f"/claims/{claim.id}/verdicts", form_for(page, label="sourced"))
    assert answer.status_code == 409
    assert "This is no claim any more" in answer.text
    article = claim_page(cut, browser, "mayor")
    assert 'class="claim-aside">Nobody paid.' in article
    assert f"segmentation?at={claim.start}" in article


def test_an_observer_gets_neither_the_page_nor_a_verdict_through_it(cut: Recut) -> None:
    observer = cut.desk.reader(cut.desk.member(1, Role.OBSERVER))
    assert observer.get(path(cut)).status_code == 403


@pytest.mark.parametrize("at", [None, 1])
def test_others_can_write_while_a_preview_or_a_refusal_is_built(
    cut: Recut, reader: Reader, monkeypatch: pytest.MonkeyPatch, at: int | None
) -> None:
    built = []

    def building(*arguments: Any) -> Any:
        with write_queue(db.engine):  # the queue is not entered twice: it is free, or this fails
            built.append(arguments)
        return build_page(*arguments)

    monkeypatch.setattr(PAGE_BUILDER, building)
    words = {} if at is None else {"at": str(cut.claim("The mayor").start + 4)}
    answer = send(reader, cut, "split", "The mayor", **words)
    assert (answer.status_code, len(built)) == (422 if at is None else 200, 1)


def test_a_preview_of_claims_that_are_edited_while_it_is_built_is_stale(
    cut: Recut, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    rival = cut.desk.reader(cut.manager)
    words = {"at": str(cut.claim("The mayor").start + 4)}
    merge = {"revision": cut.revision, "action": "merge", "block": cut.claim("“A disgrace").start, "confirmed": "1"}

    def building(*arguments: Any) -> Any:
        monkeypatch.setattr(PAGE_BUILDER, build_page)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(rival.post, path(cut), merge).result().status_code == 303
        return build_page(*arguments)

    monkeypatch.setattr(PAGE_BUILDER, building)
    answer = send(reader, cut, "split", "The mayor", **words)
    assert answer.status_code == 409
    assert "Somebody edited these claims in the meantime." in answer.text
