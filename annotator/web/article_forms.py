"""Forms about articles: what the list is asked for, the corrections of an article's facts, and reasons."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from annotator.domain.languages import LANGUAGES
from annotator.storage.article_list import Wanted
from annotator.web.forms import LOST, DayField, OptionField, at_most, is_web_address, line, typed
from annotator.web.pages import page_number

STATUSES = (
    ("", _l("Any but withdrawn")),
    ("todo", _l("Not begun")),
    ("doing", _l("Being tagged")),
    ("done", _l("Complete")),
    ("withdrawn", _l("Withdrawn")),
)
PURPOSES = (
    ("", _l("Any")),
    ("work", _l("The study")),
    ("training", _l("Training")),
    ("qualification", _l("Qualification")),
)
SORTS = (
    ("-added", _l("Added: newest first")),
    ("added", _l("Added: oldest first")),
    ("-date", _l("Date: newest first")),
    ("date", _l("Date: oldest first")),
    ("title", _l("Title: from A to Z")),
    ("-title", _l("Title: from Z to A")),
    ("progress", _l("Progress: least first")),
    ("-progress", _l("Progress: most first")),
    ("-claims", _l("Claims: most first")),
    ("claims", _l("Claims: fewest first")),
)
DIRECTIONS = (("ltr", _l("Left to right")), ("rtl", _l("Right to left")))


def filled() -> DataRequired:
    """Ask for a field in which something is left when the blanks are taken away."""
    return DataRequired(_l("Fill this in."))


class ListForm(Form):
    """What the list of articles is asked for, as it stands in the page's address."""

    q = StringField(_l("Search"), filters=[line])
    text = BooleanField(_l("also in the text"))
    status = OptionField(_l("Status"), STATUSES, default="")
    purpose = OptionField(_l("Purpose"), PURPOSES, default="")
    outlet = OptionField(_l("Outlet"), default="")
    language = OptionField(_l("Language"), default="")
    since = DayField(_l("Published from"))
    until = DayField(_l("Published until"))
    sort = OptionField(_l("Sort by"), SORTS, default="-added")

    @classmethod
    def read(cls, args: MultiDict[str, str], outlets: Sequence[str], languages: Sequence[str]) -> "ListForm":
        """Read an address's arguments; what asks for nothing that there is, asks for nothing."""
        form = cls(args)
        form.outlet.choices = [("", _l("Any")), *((name, name) for name in outlets)]
        form.language.choices = [("", _l("Any")), *((code, LANGUAGES.get(code, code)) for code in languages)]
        form.validate()
        for field in (form.status, form.purpose, form.outlet, form.language, form.sort):
            if field.errors:
                field.data, field.errors = field.default, ()
        return form

    def wanted(self, page: str = "") -> Wanted:
        """Return what the list is asked for; a date that is wrong asks for nothing."""
        return Wanted(
            words=typed(self.q),
            in_text=self.text.data,
            status=self.status.data or "",
            purpose=self.purpose.data or "",
            outlet=self.outlet.data or "",
            language=self.language.data or "",
            since=None if self.since.errors else self.since.data,
            until=None if self.until.errors else self.until.data,
            sort=self.sort.data or "-added",
            page=page_number(page),
        )

    def arguments(self) -> dict[str, str]:
        """Return what is asked for as arguments of an address, without what is not."""
        given = {field.name: field.data for field in self if field.data and not field.errors}
        plain = {name: "1" if value is True else str(value) for name, value in given.items()}
        return {name: value for name, value in plain.items() if (name, value) != ("sort", "-added")}

    def opens_filters(self) -> bool:
        """Tell whether something is asked for beside the search, or is wrong, so that it should be seen."""
        return bool(self.errors or self.arguments().keys() - {"q", "text", "sort"})

    def narrows(self) -> bool:
        """Tell whether anything is asked for that leaves articles out."""
        return bool(self.arguments().keys() - {"sort"})


class CorrectionForm(Form):
    """The facts about an article that a person can correct; `seen` tells which ones stood on the page."""

    seen = StringField(validators=[InputRequired(LOST), Length(max=64, message=LOST)])
    title = StringField(_l("Title"), [filled(), at_most(500)], filters=[line])
    byline = StringField(_l("Byline"), [at_most(300)], filters=[line])
    outlet = StringField(_l("Outlet"), [at_most(200)], filters=[line])
    url = StringField(_l("Web address"), [at_most(2000)], filters=[line])
    published_on = DayField(_l("Published on"))
    language = OptionField(_l("Language"))
    direction = OptionField(_l("Direction of writing"), DIRECTIONS)

    def __init__(self, formdata: Any = None, *, facts: Mapping[str, Any], **rest: Any) -> None:
        """Start from an article's facts; a language that is not on our list can stay."""
        super().__init__(formdata, data=None if formdata else facts, **rest)
        self.kept_url = str(facts["url"])
        spoken = dict(LANGUAGES)
        spoken.setdefault(facts["language"], facts["language"])
        self.language.choices = list(spoken.items())

    def validate_url(self, field: StringField) -> None:
        """Take a web address; one that came in with the article may stay as it is."""
        if typed(field) not in {"", self.kept_url} and not is_web_address(typed(field)):
            raise ValidationError(_l("This is no web address. It should start with https:// or http://"))

    def changes(self) -> dict[str, Any]:
        """Return what the form says."""
        lines = {field.name: typed(field) for field in (self.title, self.byline, self.outlet, self.url)}
        chosen = {"language": self.language.data, "direction": self.direction.data}
        return lines | chosen | {"published_on": self.published_on.data}


class ReasonForm(Form):
    """Why an article is withdrawn or brought back."""

    reason = StringField(_l("Reason"), [filled(), at_most(1000)], filters=[line])
