"""A verdict as fields of a form, and back: sending again what the page shows says the same."""

import tomllib

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from annotator import paths
from annotator.domain.codebook import Codebook
from annotator.domain.verdicts import MAX_MARKS, SOURCE_KINDS, SPEECH_TYPES, Content
from annotator.services.exports.records import records
from annotator.storage.articles import Claim
from annotator.web.forms import VerdictForm
from annotator.web.verdict_fields import content_from, fields_of, marks_from
from tests.web.work import JSON, Work

APP = Flask(__name__)
SHIPPED = Codebook.from_dict(tomllib.loads((paths.seeds() / "codebook.toml").read_text("utf-8")))
LINES = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=12)
MARKS = st.sets(
    st.builds(
        lambda start, length, role: (start, start + length, role),
        st.integers(0, 99), st.integers(1, 9), st.sampled_from(["loaded", "cue", "speaker"]),
    ),
    max_size=6,
).map(lambda marks: tuple(sorted(marks)))  # fmt: skip
ANSWERED = (("codable", True), ("writer-judges", True), ("rhetorical", True))
DECISIONS = st.sampled_from(
    [
        {"label": "editorial", "kind": "question", "path": ANSWERED},
        {"label": "sourced", "kind": None},
        {"label": "attributed", "kind": "direct", "continues_id": 7},
        {"skip_reason": "fragment"},
        {},
    ]
)
CONTENTS = st.builds(
    lambda decision, **facts: Content(**facts, **decision),
    DECISIONS,
    is_flagged=st.booleans(), also_attributed=st.booleans(), marks=MARKS, source_name=LINES, note=LINES, rewrite=LINES,
    confidence=st.sampled_from([None, 1, 2, 3]), source_kind=st.sampled_from([None, *SOURCE_KINDS]),
    speech=st.sampled_from([None, *SPEECH_TYPES]), depth=st.sampled_from([None, 1, 5]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(content=CONTENTS)
def test_the_fields_sent_again_say_the_same(content: Content) -> None:
    fields = fields_of(content, SHIPPED)
    assert all(values for values in fields.values()), "fields that say nothing are left out"
    with APP.test_request_context(method="POST", data=MultiDict(fields)):
        form = VerdictForm(MultiDict({**fields, "client_key": ["k" * 12], "revision": ["0"]}))
        assert form.validate(), form.errors
        assert content_from(form) == content


def test_answers_that_do_not_fit_the_questions_in_force_are_asked_anew() -> None:
    stale = Content(label="editorial", path=(("of-an-older-version", True),))
    assert "path" not in fields_of(stale, SHIPPED)


def test_a_label_chosen_by_hand_leaves_the_answers_out(work: Work) -> None:
    path = "codable:yes writer-judges:yes rhetorical:yes"
    led = work.data(1, label="editorial", path=path)
    assert led["fields"]["path"] == [path]
    assert led["path"] == [["codable", True], ["writer-judges", True], ["rhetorical", True]]
    for odd in ("codable:yes", "codable:yes writer-judges:yes rhetorical:perhaps", "x", "x:yes " * 100):
        assert "path" not in work.data(2, label="editorial", path=odd)["fields"]
    assert "path" not in work.data(1, label="sourced", path=path)["fields"]


def test_a_quotation_goes_on_only_from_an_earlier_claim_of_its_article(work: Work) -> None:
    claims = work.claims
    assert work.data(2, label="attributed", continues=claims[0])["continues_id"] == claims[0]
    assert work.data(4, label="attributed", continues=claims[0])["continues_id"] == claims[0], "cut anew meanwhile"
    for other in (
        claims[2],
        claims[3],
        work.desk.claims(work.desk.article(work.project, "Quite another text. With two claims."))[0],
        10**9,
    ):
        answer = work.save(3, JSON, label="attributed", continues=other)
        assert answer.status_code == 422
        assert list((answer.json or {})["errors"]) == ["continues"]


def test_all_that_a_verdict_can_carry_is_stored_shown_and_exported(work: Work) -> None:
    with work.desk.inside(writes=False) as session:
        start = session.get_one(Claim, work.claims[1]).start
    word = f"{start}-{start + 3}"
    fields = {
        "label": "attributed", "kind_attributed": "direct", "source_name": "Mayor Ortiz", "source_kind": "person",
        "speech": "mixed", "depth": "2", "speaker": word, "cue": word, "rewrite": "A plainer word.", "confidence": "2",
        "continues": str(work.claims[0]),
    }  # fmt: skip
    told = work.data(2, **fields)
    assert told["fields"] == {name: [value] for name, value in fields.items()}
    assert told["warnings"] == ["Below 3, a note helps whoever settles the claim."]
    assert "".join(text for name, text in told["diff"] if name != "del") == "A plainer word."
    with work.desk.inside(writes=False):
        (record,) = (record for record in records(work.project) if record["claim_id"] == work.claims[1])
    assert (record["source_kind"], record["speech"], record["depth"]) == ("person", "mixed", 2)
    assert (record["rewrite"], record["continues_claim_id"], record["path"]) == ("A plainer word.", work.claims[0], [])
    assert {mark["role"] for mark in record["marks"]} == {"cue", "speaker"}


def test_of_thousands_of_marks_one_too_many_is_kept() -> None:
    values = [f"{start}-{start + 1}" for start in range(50_000)]
    assert len(marks_from([values, values, []])) == MAX_MARKS + 1
