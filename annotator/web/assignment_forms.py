"""Forms about assignment: a plan, what is done with articles on a desk, and the size of a shared sample."""

import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Form, SelectMultipleField, StringField
from wtforms.validators import Optional, ValidationError

from annotator.services.assignments import Ask
from annotator.web.forms import OptionField, line, required, typed, whole_number

MOST_READERS = 100
SEED_DIGITS = 9


class WholeField(StringField):
    """A whole number from `least` to `most`; its value is `number`."""

    def __init__(self, label: str, least: int, most: int, **rest: Any) -> None:
        """Take the bounds."""
        super().__init__(label, filters=[line], **rest)
        self.least, self.most = least, most

    @property
    def number(self) -> int:
        """Return what was typed, 0 for what is no number."""
        return whole_number(typed(self)) or 0

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 (WTForms hands it over)
        """Refuse what is no number within the bounds."""
        if not self.least <= (-1 if whole_number(typed(self)) is None else self.number) <= self.most:
            raise ValidationError(
                _("Give a whole number from %(least)s to %(most)s.", least=self.least, most=self.most)
            )


class DueField(DateField):
    """A day by which work is due, today or later, if one is given."""

    def __init__(self, label: str, **rest: Any) -> None:
        """Say in our own words what is no such day."""
        # The types of WTForms do not know this argument, its code does.
        super().__init__(label, [Optional(), _not_past], invalid_value_message=_l("This is no date."), **rest)  # type: ignore[call-arg]


def _not_past(_form: Form, field: DateField) -> None:
    if field.data and not datetime.now(UTC).date() <= field.data <= date(9999, 1, 1):
        raise ValidationError(_("This day is over. Choose today or a later day."))


class PlanForm(Form):
    """What a plan is asked for. `seed` makes it the same plan each time; `seen` is what the preview rested on."""

    kind = OptionField(
        _l("Kind of plan"),
        [
            ("every", _l("Every claim is read by so many")),
            ("shared", _l("Some claims are shared, each of the others is read by one")),
        ],
        default="every",
    )
    readers = WholeField(_l("Reviewers for each claim, or for each shared one"), 1, MOST_READERS)
    shared = WholeField(_l("Shared claims"), 0, 1_000_000, default="0")
    people = SelectMultipleField(_l("Who reads"), validate_choice=False)
    due_on = DueField(_l("Due on"))
    order = OptionField(
        _l("Order on each list"),
        [("added", _l("As the articles came in")), ("mixed", _l("Mixed, the same for everybody"))],
        default="added",
    )
    scope = OptionField(
        _l("Articles"),
        [("new", _l("Those that nobody has yet")), ("all", _l("All that lack reviewers"))],
        default="new",
    )
    seed = StringField(filters=[line])
    seen = StringField(filters=[line])

    def validate_people(self, _field: SelectMultipleField) -> None:
        """Ask for somebody."""
        if not self.person_ids():
            raise ValidationError(_("Choose at least one person."))
        if self.readers.number > len(self.person_ids()):
            raise ValidationError(_("A claim can’t have more reviewers than were chosen."))

    def person_ids(self) -> tuple[int, ...]:
        """Return who was ticked."""
        found = (whole_number(value) for value in (self.people.data or [])[:1000])
        return tuple(sorted({person for person in found if person}))

    def ask(self) -> Ask:
        """Return what the form asks for; without a seed, by a new one."""
        seed = whole_number(typed(self.seed), SEED_DIGITS)
        return Ask(
            kind=self.kind.data,
            readers=self.readers.number,
            person_ids=self.person_ids(),
            seed=secrets.randbelow(10**SEED_DIGITS) if seed is None else seed,
            shared=self.shared.number if self.kind.data == "shared" else 0,
            due_on=self.due_on.data,
            order=self.order.data,
            only_new=self.scope.data == "new",
        )


class DeskForm(Form):
    """What is done with the ticked articles of a desk."""

    assignment = SelectMultipleField(_l("Articles"), validate_choice=False)
    due_on = DueField(_l("Due on"))
    to = OptionField(_l("Somebody else"), validate_choice=False)
    sure = BooleanField()

    def ids(self) -> list[int]:
        """Return the ticked assignments."""
        found = (whole_number(value) for value in (self.assignment.data or [])[:1000])
        return sorted({one for one in found if one})


class GiveForm(Form):
    """An article for a desk."""

    article = OptionField(_l("Article"), validators=[required()])
    due_on = DueField(_l("Due on"))


def choices(people: Iterable[Any]) -> list[tuple[str, str]]:
    """Return people as the options of a choice."""
    return [(str(row.id), row.display_name) for row in people]
