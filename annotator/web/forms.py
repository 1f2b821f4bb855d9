"""Forms: the shape and the limits of everything that people type."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Form, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, Optional, ValidationError

from annotator.domain.languages import LANGUAGES
from annotator.domain.rewrites import LONGEST
from annotator.domain.text import clean_block, clean_line
from annotator.domain.verdicts import DEEPEST, SOURCE_KINDS, SPEECH_TYPES
from annotator.services.ingest import TEXT_LIMIT

LONGEST_NUMBER = 18
"""Digits: such a number, and the one after it, fit into any database."""

LOST = _l("Reload the page: the form lost track of what it showed.")
"""Said of what the page itself had put into a form."""
NO_DAY = _l("This is no date of a news article.")


def line(value: str | None) -> str:
    """Return one clean line (a filter)."""
    return clean_line(value or "")


def block(value: str | None) -> str:
    """Return text with plain line ends (a filter)."""
    return clean_block(value or "")


def typed(field: StringField) -> str:
    """Return what was typed into a field, nothing for nothing."""
    return field.data or ""


def whole_number(text: str | None, longest: int = LONGEST_NUMBER) -> int | None:
    """Read a whole number of at most `longest` plain digits; None for anything else."""
    good = text and text.isascii() and text.isdigit() and len(text) <= longest
    return int(text) if text and good else None


def stretch(text: str) -> tuple[int, int] | None:
    """Read a "start-end"; None for anything else."""
    start, _dash, end = text.partition("-")
    first, last = whole_number(start), whole_number(end)
    return None if first is None or last is None else (first, last)


def at_most(limit: int) -> Length:
    """Limit a field in characters."""
    return Length(max=limit, message=_l("This is too long: at most %(max)d characters fit here."))


def required() -> InputRequired:
    """Ask for a field."""
    return InputRequired(_l("Fill this in."))


def is_web_address(address: str) -> bool:
    """Tell whether `address` is http or https with a host, and can stand in a link as it is."""
    try:
        parts = urlsplit(address)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        good = False
    return good and address.isprintable() and not set(address) & set(' \\<>"')


def web_address(_form: Form, field: StringField) -> None:
    """Accept an http or https address with a host."""
    if not is_web_address(typed(field)):
        raise ValidationError(_l("This is no web address. It should start with https:// or http://"))


def plain_number(_form: Form, field: StringField) -> None:
    """Accept a whole number that the page had put there."""
    if not typed(field).isascii() or not typed(field).isdigit():
        raise ValidationError(LOST)


class DayField(DateField):
    """The day of a news article, if one is given."""

    def __init__(self, label: str, **rest: Any) -> None:
        """Say in our own words, which have translations, what is no such day."""
        # The types of WTForms do not know this argument, its code does.
        super().__init__(label, [Optional(), news_date], invalid_value_message=NO_DAY, **rest)  # type: ignore[call-arg]


def news_date(_form: Form, field: DateField) -> None:
    """Refuse dates that no news article has."""
    if field.data and not date(1600, 1, 1) <= field.data <= date(9999, 1, 1):
        raise ValidationError(NO_DAY)


class OptionField(SelectField):
    """A choice of one of the options, which are pairs of a value and its name."""

    def __init__(self, label: str, options: Iterable[tuple[str, str]] = (), **rest: Any) -> None:
        """Take the options; WTForms wants pairs set afterwards."""
        not_offered = _l("This is not one of the choices.")
        # The types of WTForms do not know this argument, its code does.
        super().__init__(label, invalid_choice_message=not_offered, **rest)  # type: ignore[call-arg]
        self.choices = list(options)


class SignInForm(Form):
    """Name and password."""

    name = StringField(_l("Name"), [required(), at_most(200)], filters=[line])
    password = PasswordField(_l("Password"), [required(), at_most(5000)])


class PasswordForm(Form):
    """A new password; its rules are the account service's."""

    old = PasswordField(_l("Present password"), [required(), at_most(5000)])
    new = PasswordField(_l("New password"), [required(), at_most(5000)])


class ArticleForm(Form):
    """An article to paste."""

    title = StringField(
        _l("Title"), [at_most(500)], filters=[line], description=_l("Empty: the first line becomes the title.")
    )
    outlet = StringField(_l("Outlet"), [at_most(200)], filters=[line])
    byline = StringField(_l("Byline"), [at_most(300)], filters=[line])
    url = StringField(_l("Web address"), [Optional(), at_most(2000), web_address], filters=[line])
    published_on = DayField(_l("Published on"))
    language = OptionField(_l("Language"), default="", options=[("", _l("Detect it")), *LANGUAGES.items()])
    text = TextAreaField(_l("Text"), [required(), at_most(TEXT_LIMIT)], filters=[block])


class VerdictForm(Form):
    """A verdict as the annotate page sends it. Which labels exist is the codebook's to say, not the form's."""

    client_key = StringField(validators=[InputRequired(LOST), Length(min=8, max=100, message=LOST)])
    revision = StringField(validators=[InputRequired(LOST), Length(max=LONGEST_NUMBER, message=LOST), plain_number])
    label = StringField(validators=[Optional(), Length(max=40, message=LOST)])
    skip_reason = StringField(validators=[Optional(), Length(max=40, message=LOST)])
    kept_skip = StringField(validators=[Optional(), Length(max=40, message=LOST)])
    source_name = StringField(_l("Source"), [at_most(300)], filters=[line])
    evidence_url = StringField(_l("Source or evidence link"), [Optional(), at_most(2000), web_address], filters=[line])
    note = TextAreaField(_l("Note for the adjudicator"), [at_most(5000)], filters=[block])
    confidence = StringField(validators=[Optional(), AnyOf(["1", "2", "3"], LOST)])
    source_kind = StringField(validators=[Optional(), AnyOf(SOURCE_KINDS, LOST)])
    speech = StringField(validators=[Optional(), AnyOf(SPEECH_TYPES, LOST)])
    depth = StringField(validators=[Optional(), AnyOf([str(depth) for depth in range(1, DEEPEST + 1)], LOST)])
    continues = StringField(validators=[Optional(), Length(max=LONGEST_NUMBER, message=LOST), plain_number])
    rewrite = TextAreaField(_l("Neutral rewrite"), [at_most(LONGEST)], filters=[line])
    path = StringField(validators=[Optional(), Length(max=3000, message=LOST)])
    also_attributed = BooleanField()
    flagged = BooleanField()
    seconds = StringField(validators=[Optional(), Length(max=20, message=LOST)])


def errors_of(form: Form) -> dict[str, list[str]]:
    """Return a form's messages as plain strings by field."""
    return {name: [str(message) for message in messages] for name, messages in form.errors.items() if name}
