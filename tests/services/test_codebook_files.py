"""Codebooks as files: what is written is read back to the same, and what is dangerous or wrong is refused."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator import paths
from annotator.domain.codebook import Codebook, Kind, Label, SkipReason
from annotator.domain.codebook_table import InvalidCodebook
from annotator.domain.questions import Outcome, Question
from annotator.services.codebooks import FORMATS, read, write
from annotator.services.sample import shipped_codebook

TEXTS = st.text(min_size=1, max_size=40).filter(str.strip).filter(lambda text: "\0" not in text)
KEYS = st.sampled_from(["a", "true", "no", "yes", "null", "on", "x-1", "constructor", "e10", "y", "n"])
KINDS = st.builds(Kind, KEYS, TEXTS, TEXTS)
REASONS = st.builds(SkipReason, KEYS, TEXTS, TEXTS)
LABELS = st.builds(
    Label,
    key=st.just("only"),
    name=TEXTS,
    short=TEXTS,
    definition=TEXTS,
    question=TEXTS,
    examples=st.lists(TEXTS, max_size=3).map(tuple),
    counterexamples=st.lists(TEXTS, max_size=3).map(tuple),
    shortcut=st.sampled_from("123456789"),
    mark=st.sampled_from(["plain", "editorial"]),
    kinds=st.lists(KINDS, max_size=3, unique_by=lambda kind: kind.key).map(tuple),
    card=st.sampled_from(["", "writer", "attribution"]),
)
QUESTIONS = st.builds(
    Question, KEYS, TEXTS, st.one_of(st.just(""), TEXTS), st.just(Outcome(skip=True)), st.just(Outcome(label="only"))
)
CODEBOOKS = st.builds(
    Codebook,
    TEXTS,
    st.text(min_size=1, max_size=200, alphabet=st.characters(codec="utf-8", exclude_characters="\0")).filter(str.strip),
    LABELS.map(lambda label: (label,)),
    st.lists(REASONS, max_size=3, unique_by=lambda reason: reason.key).map(tuple),
    st.lists(QUESTIONS, max_size=2, unique_by=lambda question: question.key).map(tuple),
)


@pytest.mark.parametrize("form", FORMATS)
def test_the_shipped_codebook_is_read_back_to_the_same(form: str) -> None:
    shipped = shipped_codebook(paths.seeds())
    assert read(write(shipped, form).encode(), f"codebook.{form}") == shipped


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=20)
@given(codebook=CODEBOOKS)
def test_every_codebook_is_read_back_to_the_same(form: str, codebook: Codebook) -> None:
    assert read(write(codebook, form).encode(), f"codebook.{form}") == codebook


def test_the_name_tells_the_format_in_any_case_and_a_mark_at_the_start_is_no_text() -> None:
    shipped = shipped_codebook(paths.seeds())
    assert read(b"\xef\xbb\xbf" + write(shipped, "yaml").encode(), "Codebook.YML") == shipped


def test_plain_words_of_yaml_are_text_but_true_and_false() -> None:
    shipped = shipped_codebook(paths.seeds())
    label = replace(shipped.labels[0], name="yes", short="1", definition="null", shortcut="1")
    codebook = replace(shipped, labels=(label,), questions=(), skip_reasons=())
    written = write(codebook, "yaml").replace("'yes'", "yes").replace("'1'", "1").replace("'null'", "null")
    assert "name: yes" in written
    assert read(written.encode(), "a.yaml") == codebook


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "empty"),
        ("a: 1\n---\nb: 2", "more than one document"),
        ("a: &x 1\nb: *x", "anchor"),
        ("a: !!python/name:os.system x", "tag"),
        ("<<: {a: 1}", "codebook.<<"),
        ("? [a]\n: b", "name that is no text"),
        ("a: b: c", "mapping values"),
        ("- a", "a table is needed"),
        ("labels: {}", "labels: a list is needed"),
        ("a: [" + "[" * 50, "nested too deeply"),
    ],
)
def test_yaml_that_could_do_more_than_say_a_codebook_is_refused(data: str, said: str) -> None:
    with pytest.raises(InvalidCodebook, match=said):
        read(data.encode(), "a.yaml")


def test_a_message_begins_with_the_path_of_the_first_wrong_field() -> None:
    written = write(shipped_codebook(paths.seeds()), "json").replace('"shortcut": "2"', '"shortcut": "twelve"')
    with pytest.raises(InvalidCodebook, match=r"^labels\[2\]\.shortcut: "):
        read(written.encode(), "a.json")


@pytest.mark.parametrize("form", FORMATS)
def test_texts_have_their_limits(form: str) -> None:
    shipped = shipped_codebook(paths.seeds())
    with pytest.raises(InvalidCodebook, match=r"^title: is too long"):
        read(write(replace(shipped, title="x" * 201), form).encode(), f"a.{form}")
