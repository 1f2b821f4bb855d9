"""The codebook editor: a draft is changed by plain forms, compared, published, and taken in and out as files."""

import json
import re
from html import unescape
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse

from annotator.domain.roles import Role
from annotator.services.projects import codebook_in_force
from annotator.storage.codebooks import draft_of
from tests.desk import Reader
from tests.web.test_injection import PAYLOADS, Markup
from tests.web.work import JSON, Work

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EDITOR = "/projects/news/codebook"
EDITORIAL = f"{EDITOR}/labels/editorial"


@pytest.fixture
def manager(work: Work) -> Reader:
    reader = work.desk.reader(work.desk.member(work.project, Role.MANAGER, "the manager"))
    reader.post(f"{EDITOR}/draft")
    return reader


def form_on(page: str) -> MultiDict[str, str]:
    """Read what the editor's form of a page would send."""
    body = page[page.index("<main") :]
    body = body[body.index('<form class="form" method="post"') :]
    body = body[: body.index("</form>")]
    form = MultiDict[str, str]()
    for tag in re.findall(r"<input [^>]*>", body):
        facts = {name: unescape(value) for name, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if facts.get("type") not in {"radio", "checkbox"} or re.search(r"\bchecked\b", tag):
            form[facts["name"]] = facts.get("value", "")
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>\n?(.*?)</textarea>', body, re.DOTALL):
        form[name] = unescape(text)
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        form[name] = unescape(chosen[1]) if chosen else ""
    return form


def filled(reader: Reader, path: str, **fields: str) -> dict[str, Any]:
    return form_on(reader.get(path).text).to_dict() | {"do": "save"} | fields


def send(reader: Reader, path: str, **fields: str) -> TestResponse:
    return reader.post(path, filled(reader, path, **{name.replace("__", "-"): text for name, text in fields.items()}))


def draft(work: Work) -> Any:
    with work.desk.inside(writes=False):
        found = draft_of(work.project)
        assert found is not None
        return found.codebook


def publish(manager: Reader, *, meanings: tuple[str, ...] = (), note: str = "Because.", **fields: str) -> TestResponse:
    page = manager.get(f"{EDITOR}/publish").text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    names = set(re.findall(r'type="radio" name="(meaning\.[^"]*)"', page))
    said = {name: "meaning" if name in meanings else "wording" for name in names}
    return manager.post(f"{EDITOR}/publish", {"seen": seen[1], "note": note} | said | fields)


def test_stored_as_it_is_shown_nothing_changes(work: Work, manager: Reader) -> None:
    before = draft(work)
    paths = [f"{EDITOR}/labels/{label.key}" for label in before.labels]
    for path in [*paths, *(f"{EDITOR}/parts/{part}" for part in ("skip_reasons", "questions", "guidance"))]:
        answer = send(manager, path)
        assert answer.status_code == 303, answer.text
    assert draft(work) == before


def test_a_label_is_changed_in_the_draft_and_not_in_force(work: Work, manager: Reader) -> None:
    answer = send(manager, EDITORIAL, name="Slanted", examples="One.\n\n  Two. \n", mark="plain", card="")
    assert answer.status_code == 303
    label = draft(work).label("editorial")
    assert (label.name, label.examples, label.mark, label.card) == ("Slanted", ("One.", "Two."), "plain", "")
    assert "Slanted" not in work.browser.get("/projects/news/guidelines").text
    assert "Slanted" in manager.get(f"{EDITOR}/preview").text


def test_kinds_are_added_moved_and_removed_with_plain_buttons(work: Work, manager: Reader) -> None:
    count = len(draft(work).label("editorial").kinds)
    added = send(manager, EDITORIAL, do="add")
    assert added.status_code == 200
    row = {f"kind-{count}-key": "new-kind", f"kind-{count}-name": "New", f"kind-{count}-definition": "It is new."}
    moved = manager.post(EDITORIAL, form_on(added.text).to_dict() | row | {"do": f"up-{count}"})
    assert form_on(moved.text)[f"kind-{count - 1}-key"] == "new-kind"
    shorter = manager.post(EDITORIAL, form_on(moved.text).to_dict() | {"do": "remove-0"})
    assert len(draft(work).label("editorial").kinds) == count
    stored = manager.post(EDITORIAL, form_on(shorter.text).to_dict() | {"do": "save"})
    assert stored.status_code == 422  # a question still leads to the kind that was removed
    assert "questions" in stored.text
    send(manager, f"{EDITOR}/parts/questions", question__0__text="Is it a claim?")
    kept = manager.post(EDITORIAL, form_on(moved.text).to_dict() | {"do": "save", "seen": "1"})
    assert kept.status_code == 303
    assert draft(work).label("editorial").kinds[count - 1].key == "new-kind"


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"name": "  "}, "name"),
        ({"definition": ""}, "definition"),
        ({"shortcut": "1"}, "shortcut"),
        ({"shortcut": "toString"}, "shortcut"),
        ({"mark": "neon"}, "mark"),
        ({"name": "x" * 10_000}, "name"),
        ({"kind__0__name": ""}, "kind-0-name"),
        ({"kind__1__key": "framing"}, "kind-1-key"),
        ({"kind__0__key": "__proto__"}, "kind-0-key"),
    ],
)
def test_d08_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    work: Work, manager: Reader, fields: dict[str, str], place: str
) -> None:
    before = draft(work)
    answer = send(manager, EDITORIAL, question="A question that I typed?", **fields)
    assert answer.status_code == 422
    assert f'id="{place}-error"' in answer.text
    assert f'href="#{place}"' in answer.text
    assert "A question that I typed?" in answer.text
    assert draft(work) == before


@pytest.mark.parametrize("key", ["__proto__", "constructor", "toString", "", "x" * 10_000, "Ä", "editorial", "{{7*7}}"])
def test_d08_a_new_label_has_a_key_that_is_safe_and_its_own(work: Work, manager: Reader, key: str) -> None:
    path = f"{EDITOR}/new-label"
    answer = send(manager, path, key=key, name="N", short="N", definition="D.", question="Q?", shortcut="9")
    if key == "constructor":
        assert answer.status_code == 303
        assert draft(work).label("constructor").name == "N"
    else:
        assert answer.status_code == 422
        assert 'id="key-error"' in answer.text


def test_d06_d08_names_are_text_and_nothing_else(work: Work, manager: Reader) -> None:
    names = [*PAYLOADS[:6], "{{7*7}}", "{% raise %}", "${7*7}", "#{7*7}", "100 % %(name)s", "__proto__"]
    for number, name in enumerate(names):
        send(manager, EDITORIAL, name=name, short=name, definition=name + " is it.", seen=str(number))
        assert draft(work).label("editorial").name == name.strip()
        for path in (EDITOR, EDITORIAL, f"{EDITOR}/preview", f"{EDITOR}/publish"):
            page = manager.get(path)
            assert page.status_code == 200
            assert name.strip() in " ".join(Markup(page.text).text.split()) or path == EDITORIAL
            assert "<script>alert" not in page.text
    assert publish(manager, meanings=("meaning.label.editorial",)).status_code == 303
    assert work.browser.get(f"/articles/{work.article}/claims/1").status_code == 200


def test_i03_a_stale_save_gets_both_versions_and_loses_nothing(work: Work, manager: Reader) -> None:
    old = filled(manager, EDITORIAL, definition="What I wrote.")
    send(manager, EDITORIAL, definition="What the other wrote.")
    answer = manager.post(EDITORIAL, old)
    assert answer.status_code == 409
    assert "What I wrote." in answer.text
    assert "What the other wrote." in answer.text
    assert draft(work).label("editorial").definition == "What the other wrote."
    again = manager.post(EDITORIAL, form_on(answer.text).to_dict() | {"do": "save"})
    assert again.status_code == 303
    assert draft(work).label("editorial").definition == "What I wrote."
    assert manager.post(EDITORIAL, old, headers=JSON).status_code == 409


def test_a_label_that_was_taken_out_meanwhile_can_be_put_back(work: Work, manager: Reader) -> None:
    manager.post(f"{EDITOR}/parts/questions", {"seen": "0", "do": "save"})
    old = filled(manager, EDITORIAL)
    assert manager.post(f"{EDITORIAL}/arrange", {"do": "remove", "seen": "1"}).status_code == 303
    assert draft(work).label("editorial") is None
    answer = manager.post(EDITORIAL, old)
    assert answer.status_code == 409
    assert manager.post(f"{EDITOR}/new-label", form_on(answer.text).to_dict() | {"do": "save"}).status_code == 303
    assert draft(work).label("editorial") is not None


def test_labels_move_and_stale_moves_are_refused(work: Work, manager: Reader) -> None:
    keys = [label.key for label in draft(work).labels]
    assert manager.post(f"{EDITORIAL}/arrange", {"do": "up", "seen": "0"}).status_code == 303
    assert [label.key for label in draft(work).labels] == [keys[0], keys[2], keys[1], *keys[3:]]
    assert manager.post(f"{EDITORIAL}/arrange", {"do": "up", "seen": "0"}).status_code == 409
    assert manager.post(f"{EDITORIAL}/arrange", {"do": "sideways", "seen": "1"}).status_code == 404
    assert manager.post(f"{EDITORIAL}/arrange", {"do": "up", "seen": "x"}).status_code == 422


def test_a_label_that_questions_lead_to_stays_until_they_are_changed(work: Work, manager: Reader) -> None:
    answer = manager.post(f"{EDITORIAL}/arrange", {"do": "remove", "seen": "0"})
    assert answer.status_code == 422
    assert draft(work).label("editorial") is not None


def test_a_question_has_to_lead_somewhere_further_down(work: Work, manager: Reader) -> None:
    path = f"{EDITOR}/parts/questions"
    answer = send(manager, path, question__1__yes="")
    assert answer.status_code == 422
    assert 'id="question-1-yes-error"' in answer.text
    answer = send(manager, path, question__1__yes=f"ask:{draft(work).questions[0].key}")
    assert answer.status_code == 422
    assert 'id="question-1-yes-error"' in answer.text


def test_the_guidance_is_previewed_as_cleaned_rich_text(work: Work, manager: Reader) -> None:
    path = f"{EDITOR}/parts/guidance"
    answer = send(manager, path, do="preview", guidance="## A rule\n\n<script>alert(1)</script> **strong**")
    assert answer.status_code == 200
    assert "<strong>strong</strong>" in answer.text
    assert "<script>alert" not in answer.text
    assert "A rule" not in draft(work).guidance


def test_the_comparison_counts_what_a_change_of_meaning_reaches(work: Work, manager: Reader) -> None:
    work.data(1, label="editorial")
    work.data(2, label="sourced")
    send(manager, EDITORIAL, definition="A new definition.")
    page = manager.get(f"{EDITOR}/publish").text
    assert "reaches 3 standing verdicts: <bdi>person-1</bdi> 2" in page
    assert "<ins>" in page
    listed = manager.get(f"{EDITOR}/stale/meaning.label.editorial")
    assert listed.text.count('class="quote"') == 3
    assert manager.get(f"{EDITOR}/stale/meaning.label.nothing").status_code == 404


def test_published_it_is_in_force_and_the_reviewer_is_asked(work: Work, manager: Reader) -> None:
    work.data(1, label="editorial", kind_editorial="framing")
    work.data(2, label="sourced")
    send(manager, EDITORIAL, definition="A new definition.")
    assert publish(manager, meanings=("meaning.label.editorial",), note="We <b>talked</b>.").status_code == 303
    page = work.page(1)
    assert "The meaning of “Editorial” changed in version 2." in unescape(page)
    assert "We &lt;b&gt;talked&lt;/b&gt;." in page
    assert "1</span> to confirm" in page
    assert 'id="asked"' not in work.page(2)
    assert "1 to confirm" in work.browser.get("/").text
    facts = work.browser.get(f"/articles/{work.article}/work").json
    assert facts
    assert [claim.get("asked") for claim in facts["claims"]][:2] == [True, None]
    confirm = re.search(r'name="confirm" value="([\d-]+)"', page)
    assert confirm
    answer = work.data(1, label="editorial", kind_editorial="framing", confirm=confirm[1])
    assert (answer["done"], answer["label"], answer["kind"], answer["revision"]) == (2, "editorial", "framing", 2)
    assert 'id="asked"' not in work.page(1)
    assert "to confirm" not in work.browser.get("/").text
    assert "3 verdicts were asked about again" in manager.get(EDITOR).text


def test_a_change_of_wording_changes_the_words_only(work: Work, manager: Reader) -> None:
    work.data(1, label="editorial")
    send(manager, EDITORIAL, definition="A new definition.")
    publish(manager)
    assert 'id="asked"' not in work.page(1)
    assert "A new definition." in work.page(1)


def test_i04_a_label_in_use_can_go_and_its_verdicts_are_shown_everywhere(work: Work, manager: Reader) -> None:
    work.data(1, label="editorial", kind_editorial="framing")
    manager.post(f"{EDITOR}/parts/questions", {"seen": "0", "do": "save"})
    manager.post(f"{EDITORIAL}/arrange", {"do": "remove", "seen": "1"})
    assert "3 standing verdicts say this and are asked about again" in manager.get(f"{EDITOR}/publish").text
    assert publish(manager).status_code == 303
    page = work.page(1)
    assert "What you said before can’t be said any more." in unescape(page)
    assert 'name="confirm"' not in page
    for path in (
        f"/articles/{work.article}/claims/2", f"/articles/{work.article}/read", f"/articles/{work.article}/work",
        "/verdicts", "/verdicts?said=editorial", "/", "/projects/news/guidelines",
    ):  # fmt: skip
        assert work.browser.get(path).status_code in {200, 404}, path
    for path in (
        "/projects/news/report", "/projects/news/articles", "/projects/news", "/projects/news/desk",
        f"/articles/{work.article}/about", "/projects/news/export.csv", "/projects/news/export.jsonl",
        "/projects/news/adjudication",
    ):  # fmt: skip
        assert manager.get(path, buffered=True).status_code in {200, 302, 303, 308, 404}, path
    assert "editorial" in manager.get("/projects/news/export.csv", buffered=True).text
    assert work.save(1, JSON, label="editorial").status_code == 422
    assert work.data(1, label="sourced")["done"] == 1


def test_a_meaning_has_to_be_said_and_a_note_given(work: Work, manager: Reader) -> None:
    send(manager, EDITORIAL, definition="A new definition.")
    answer = manager.post(f"{EDITOR}/publish", {"seen": "1", "note": " "})
    assert answer.status_code == 422
    assert 'id="meaning.label.editorial-error"' in answer.text
    assert 'id="note-error"' in answer.text
    assert publish(manager, note="x" * 2001).status_code == 422
    with work.desk.inside(writes=False):
        assert codebook_in_force(work.project).number == 1


def test_of_two_managers_who_publish_one_is_too_late(work: Work, manager: Reader) -> None:
    send(manager, EDITORIAL, definition="A new definition.")
    form = {"seen": "1", "note": "Why.", "meaning.label.editorial": "wording"}
    assert manager.post(f"{EDITOR}/publish", form).status_code == 303
    assert manager.post(f"{EDITOR}/publish", form).status_code == 409
    assert manager.get(f"{EDITOR}/publish").status_code == 404


def test_a_new_label_is_wording_unless_the_manager_says_otherwise(work: Work, manager: Reader) -> None:
    work.data(1, label="editorial")
    path = f"{EDITOR}/new-label"
    send(manager, path, key="fourth", name="Fourth", short="F", definition="D.", question="Q?", shortcut="9")
    page = manager.get(f"{EDITOR}/publish").text
    assert re.search(r'name="meaning\.label\.fourth" value="wording" form="publish" checked', page)
    assert publish(manager).status_code == 303
    assert 'id="asked"' not in work.page(1)
    assert work.data(2, label="fourth")["label"] == "fourth"


@pytest.mark.parametrize("form", ["toml", "json", "yaml"])
def test_a_draft_goes_out_as_a_file_and_comes_back(work: Work, manager: Reader, form: str) -> None:
    before = draft(work)
    sent = manager.get(f"{EDITOR}/files/2.{form}")
    assert f'filename="news-codebook-2-draft.{form}"' in sent.headers["Content-Disposition"]
    file = upload(f"codebook.{form}", sent.data)
    send(manager, EDITORIAL, name="Otherwise")
    assert manager.post(f"{EDITOR}/upload", {"seen": "1", "file": file}).status_code == 303
    assert draft(work) == before
    assert manager.get(f"{EDITOR}/files/3.{form}").status_code == 404


def upload(name: str, data: bytes) -> FileStorage:
    import io

    return FileStorage(io.BytesIO(data), filename=name)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.exe", b"x", "its name has to end"),
        ("a.json", b'{"title": NaN}', "NaN"),
        ("a.json", b'{"title": 1, "title": 2}', "twice"),
        ("a.json", b"[" * 100_000, "nested"),
        ("a.json", b"\xff\xfe", "UTF-8"),
        ("a.json", json.dumps({"title": "T", "guidance": "G", "labels": []}).encode(), "at least one label"),
        ("a.yaml", b"title: &a [x]\nguidance: *a", "anchor"),
        ("a.yaml", b"title: !!python/object/apply:os.system [ls]", "tag"),
        ("a.yaml", b"title: a\ntitle: b", "second time"),
        ("a.yaml", b"[" * 400, "nested"),
        ("a.toml", b"title = 'a'\ntitle = 'b'", "overwrite"),
        ("a.toml", b"titel = 'a'", "titel"),
        ("a.toml", b"x = '" + b"a" * 500_001 + b"'", "500000 bytes"),
    ],
)
def test_e12_a_file_that_cannot_be_taken_changes_nothing(
    work: Work, manager: Reader, name: str, data: bytes, said: str
) -> None:
    before = draft(work)
    answer = manager.post(f"{EDITOR}/upload", {"seen": "0", "file": upload(name, data)})
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert 'id="file-error"' in answer.text
    assert draft(work) == before


def test_a_file_does_not_take_the_place_of_a_draft_that_was_not_seen(work: Work, manager: Reader) -> None:
    data = manager.get(f"{EDITOR}/files/1.json").data
    send(manager, EDITORIAL, name="Otherwise")
    for form in ({"seen": "0"}, {}):
        assert manager.post(f"{EDITOR}/upload", {**form, "file": upload("a.json", data)}).status_code == 409
    assert draft(work).label("editorial").name == "Otherwise"


def test_a_draft_is_put_away(work: Work, manager: Reader) -> None:
    send(manager, EDITORIAL, name="Otherwise")
    assert manager.post(f"{EDITOR}/discard", {"seen": "0"}).status_code == 409
    assert manager.post(f"{EDITOR}/discard", {"seen": "1"}).status_code == 303
    assert manager.get(EDITORIAL).status_code == 404
    assert "Start a draft" in manager.get(EDITOR).text


def test_the_parts_of_another_project_are_its_own(work: Work, manager: Reader) -> None:
    other = work.desk.project("elsewhere")
    stranger = work.desk.reader(work.desk.member(other, Role.MANAGER))
    assert stranger.get(EDITOR).status_code == 404
    assert stranger.get("/projects/elsewhere/codebook/files/2.json").status_code == 404
    assert stranger.get("/projects/elsewhere/codebook/labels/editorial").status_code == 404
