"""Forms of the ways in: files, a table's columns, web addresses, and the entries of a feed."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, StringField, TextAreaField
from wtforms.validators import InputRequired, ValidationError

from annotator.domain.languages import LANGUAGES
from annotator.web.forms import OptionField, at_most, block, is_web_address, line, required, typed, web_address

MAX_ADDRESSES = 50
ADDRESS_LIMIT = 2000
FIELDS = (
    ("text", _l("Text")),
    ("title", _l("Title")),
    ("byline", _l("Byline")),
    ("outlet", _l("Outlet")),
    ("url", _l("Web address")),
    ("published_on", _l("Published on")),
    ("language", _l("Language")),
)
"""What a column of a table can be."""


class ImportForm(Form):
    """What is said of everything that comes in at once; the articles' own words about themselves go first."""

    outlet = StringField(_l("Outlet"), [at_most(200)], filters=[line])
    language = OptionField(_l("Language"), [("", _l("Detect it")), *LANGUAGES.items()], default="")


class AddressForm(ImportForm):
    """Web addresses, one a line."""

    addresses = TextAreaField(
        _l("Web addresses"), [required(), at_most(MAX_ADDRESSES * (ADDRESS_LIMIT + 2))], filters=[block]
    )

    def validate_addresses(self, field: TextAreaField) -> None:
        """Refuse what is no address, naming the line, and too many of them or none."""
        if not self.listed():
            raise ValidationError(_("Fill this in."))
        wrong = [number for number, text in _lines(typed(field)) if not is_fetchable(text)]
        if wrong:
            raise ValidationError(
                _("Line %(number)d is no web address. It should start with https:// or http://", number=wrong[0])
            )
        if len(self.listed()) > MAX_ADDRESSES:
            raise ValidationError(_("At most %(max)d addresses fit here.", max=MAX_ADDRESSES))

    def listed(self) -> list[str]:
        """Return the addresses, each once."""
        return list(dict.fromkeys(text for _number, text in _lines(typed(self.addresses))))


class FeedForm(Form):
    """The address of a feed."""

    url = StringField(_l("Address of the feed"), [required(), at_most(ADDRESS_LIMIT), web_address], filters=[line])


def columns_form(columns: Iterable[str], guessed: Mapping[str, str], posted: Any = None, **said: str) -> ImportForm:
    """Return a form with a choice of column for each fact."""
    there = list(dict.fromkeys(columns))
    body: dict[str, Any] = {}
    for name, label in FIELDS:
        needed = name == "text"
        validators = [InputRequired(_l("Choose the column that holds the text."))] if needed else []
        nothing = _l("Choose a column") if needed else _l("No column")
        options = [("", nothing), *((column, column) for column in there)]
        body[f"column_{name}"] = OptionField(label, options, validators=validators, default=guessed.get(name, ""))
    made = type("TableForm", (ImportForm,), body)
    form: ImportForm = made(posted, data=None if posted else said)
    return form


def columns_in(posted: Mapping[str, str]) -> dict[str, str]:
    """Return which column was chosen for each fact, none for those that the table does not have."""
    return {name: posted.get(f"column_{name}", "") for name, _label in FIELDS}


def is_fetchable(text: str) -> bool:
    """Tell whether a line can be the address of a page."""
    return len(text) <= ADDRESS_LIMIT and is_web_address(text)


def _lines(text: str) -> Iterable[tuple[int, str]]:
    return ((number, part.strip()) for number, part in enumerate(text.split("\n"), 1) if part.strip())
