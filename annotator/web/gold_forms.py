"""Forms about training and gold: a right answer, pass marks, an article's purpose, and a manager's word."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, Form, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from annotator.domain.codebook import Codebook
from annotator.domain.gold import OVERALL
from annotator.services.gold import LONGEST, Right
from annotator.storage.gold import GoldAnswer
from annotator.web.article_forms import filled
from annotator.web.codebook_texts import shown
from annotator.web.forms import LOST, OptionField, at_most, block, line, plain_number, typed, whole_number

PURPOSES = (
    ("work", _l("The study: its claims are labelled, reported and exported")),
    ("training", _l("Training: the right answer is explained after each verdict")),
    ("qualification", _l("Qualification: the first answers decide who may label")),
)


class AnswerForm(Form):
    """A right answer to a claim; `seen` tells which one stood on the page. A label and its kind are one choice."""

    seen = StringField(validators=[Length(max=100, message=LOST)])
    answer = SelectField(_l("Right answer"), [InputRequired(_l("Choose the right answer."))], validate_choice=False)
    accepted = SelectMultipleField(_l("Counts as right, too"), validate_choice=False)
    explanation = TextAreaField(_l("Why"), [filled(), at_most(LONGEST)], filters=[block])

    def right(self) -> Right:
        """Return what the form says; what the codebook does not know, the service refuses."""
        what, _colon, key = (self.answer.data or "").partition(":")
        accepted, why = tuple((self.accepted.data or [])[:20]), typed(self.explanation)
        if what == "skip":
            return Right(skip_reason=key, accepted=accepted, explanation=why)
        label, _slash, kind = key.partition("/")
        return Right(label or None, kind or None, None, accepted, why)


def value_of(answer: GoldAnswer | Right | None) -> str:
    """Return an answer as the value of its choice; "" for none."""
    if answer is None:
        return ""
    if answer.skip_reason:
        return f"skip:{answer.skip_reason}"
    return f"label:{answer.label}/{answer.kind}" if answer.kind else f"label:{answer.label}"


def choices_of(codebook: Codebook) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be the right answer: groups of choices, one for each label with its kinds, one for the skips."""
    groups = []
    for label in codebook.labels:
        name = shown(label.name)
        kinds = [(f"label:{label.key}/{kind.key}", f"{name} – {shown(kind.name)}") for kind in label.kinds]
        groups.append((name, [(f"label:{label.key}", name), *kinds]))
    skips = [(f"skip:{reason.key}", shown(reason.name)) for reason in codebook.skip_reasons]
    return [*groups, (_("Skip it"), skips)] if skips else groups


class PurposeForm(Form):
    """What an article is there for; `sure` says that the verdicts it has may count for something else."""

    purpose = OptionField(_l("What it is there for"), PURPOSES)
    sure = BooleanField(_l("Do it all the same"))


class QualifyForm(Form):
    """A manager's word on whether somebody may label without the qualification."""

    reason = StringField(_l("Reason"), [filled(), at_most(1000)], filters=[line])
    qualified = StringField(validators=[InputRequired(LOST)])

    def validate_qualified(self, field: StringField) -> None:
        """Take yes and no."""
        if typed(field) not in {"yes", "no"}:
            raise ValidationError(LOST)


class MarksForm(Form):
    """The pass marks in percent, and whether nobody labels without them; the codebook's labels bring their fields."""

    seen = StringField(validators=[InputRequired(LOST), Length(max=18, message=LOST), plain_number])
    required = BooleanField(_l("Nobody labels the work before they have passed"))


def percent(_form: Form, field: StringField) -> None:
    """Accept a whole number from 1 to 100, or nothing."""
    number = whole_number(typed(field), 3)
    if typed(field) and not (number and number <= 100):  # noqa: PLR2004
        raise ValidationError(_l("Write a whole number from 1 to 100, or leave it empty."))


def marks_form(codebook: Codebook, formdata: Any = None, **facts: Any) -> MarksForm:
    """Return the form with a field for all answers together, and one for each label."""
    fields: dict[str, Any] = {field_of(OVERALL): StringField(_l("All answers"), [percent], filters=[line])}
    for label in codebook.labels:
        fields[field_of(label.key)] = StringField(Markup.escape(shown(label.name)), [percent], filters=[line])
    form: MarksForm = type("MarksForm", (MarksForm,), fields)(formdata, data=facts)
    return form


def field_of(key: str) -> str:
    """Return the name of the field of a label's pass mark."""
    return f"mark_{key or 'all'}" if key == OVERALL else f"mark_of_{key}"


def in_percent(marks: Mapping[str, float]) -> dict[str, str]:
    """Return stored pass marks as the form's fields."""
    return {field_of(key): str(round(100 * mark)) for key, mark in marks.items()}


def marks_in(form: MarksForm, codebook: Codebook) -> dict[str, float]:
    """Return the pass marks that the form says, as shares."""
    found = {key: whole_number(form[field_of(key)].data or "", 3) for key in keys_of(codebook)}
    return {key: number / 100 for key, number in found.items() if number}


def keys_of(codebook: Codebook) -> Sequence[str]:
    """Return the keys of pass marks: over all, then by label."""
    return [OVERALL, *(label.key for label in codebook.labels)]


def mark_fields(form: MarksForm, codebook: Codebook) -> Iterator[Any]:
    """Yield the fields of the pass marks."""
    yield from (form[field_of(key)] for key in keys_of(codebook))
