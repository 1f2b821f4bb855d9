"""What a reviewer learns of a training claim, once they have given a verdict on it: never before."""

from dataclasses import asdict, dataclass

from flask_babel import gettext as _

from annotator.domain.codebook import Codebook
from annotator.domain.gold import Answer
from annotator.services.tagging import Given, codebook_of
from annotator.storage.gold import GoldAnswer, revealed_answers
from annotator.storage.verdicts import Verdict
from annotator.web.codebook_texts import shown


@dataclass(frozen=True, slots=True)
class Lesson:
    """Whether the verdict was right, what the right answer is called, how it is drawn, and why it is right."""

    is_right: bool
    heading: str
    answer: str
    look: str
    explanation: str


def lesson_on(
    answer: GoldAnswer | None, codebook: Codebook, label: str | None, skip_reason: str | None
) -> Lesson | None:
    """Return what is learnt from a verdict; None without a right answer, or without a decision."""
    if answer is None or not (label or skip_reason):
        return None
    known = Answer(answer.label, answer.skip_reason, tuple(answer.accepted))
    is_right = known.is_met_by(label, skip_reason)
    if is_right and label and label != answer.label:
        heading = _("That counts as right, too. The first choice would be:")
    else:
        heading = _("That is right:") if is_right else _("Here the answer is another one:")
    found = codebook.label(answer.label)
    look = found.mark if found else "plain" if answer.label else "skipped"
    return Lesson(is_right, heading, name_of(answer, codebook), look, answer.explanation)


def name_of(answer: GoldAnswer, codebook: Codebook) -> str:
    """Return what a right answer is called in the viewer's language: its label with the kind, or the skip."""
    label, reason = codebook.label(answer.label), codebook.skip_reason(answer.skip_reason)
    if answer.skip_reason:
        return str(_("Skipped: %(reason)s", reason=shown(reason.name) if reason else answer.skip_reason))
    if label is None:
        return str(answer.label)
    kind = label.kind(answer.kind)
    name = shown(label.name)
    return str(_("%(label)s, %(kind)s", label=name, kind=shown(kind.name))) if kind else name


def lessons_in(article_id: int, purpose: str) -> dict[int, GoldAnswer]:
    """Return the right answers of an article by claim, if it is there for training; nothing else is taught."""
    return revealed_answers(article_id) if purpose == "training" else {}


def lesson_after(given: Given) -> dict[str, object] | None:
    """Return what is learnt from a verdict that was just stored, as the page's script takes it."""
    if given.purpose != "training":
        return None
    answer = lessons_in(given.article_id, given.purpose).get(given.claim_id)
    lesson = lesson_on(answer, codebook_of(given.version_id), given.content.label, given.content.skip_reason)
    return asdict(lesson) if lesson else None


def lesson_of(answers: dict[int, GoldAnswer], claim_id: int, past: list[Verdict], codebook: Codebook) -> Lesson | None:
    """Return what was learnt from the newest verdict of a claim's history, for the page."""
    if not past:
        return None
    return lesson_on(answers.get(claim_id), codebook, past[0].label, past[0].skip_reason)
