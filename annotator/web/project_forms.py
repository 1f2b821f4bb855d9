"""Forms about projects: what is asked at the start, the settings, and a copy. Each policy says what follows from it."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError
from wtforms.widgets import RadioInput

from annotator.domain.languages import LANGUAGES
from annotator.domain.policies import BOUNDS, CAN_BE_NONE, ORDER_WOULD_TELL
from annotator.services.project_settings import LONGEST_DESCRIPTION
from annotator.services.projects import SLUG
from annotator.web.article_forms import filled
from annotator.web.forms import (
    LONGEST_NUMBER,
    LOST,
    OptionField,
    at_most,
    block,
    line,
    plain_number,
    typed,
    whole_number,
)

VISIBILITY = (
    (
        "never",
        _l("Never"),
        _l("Reviewers work blind to the end. Their agreement can be published as that of independent people."),
    ),
    (
        "after-adjudication",
        _l("After the desk has settled the claim"),
        _l("Verdicts stay hidden until then. Reviewers learn from decisions: later articles are less independent."),
    ),
    (
        "after-mine",
        _l("After they gave their own verdict"),
        _l("Reviewers see at once where they differ, and may change their mind: only first verdicts are independent."),
    ),
)
HANDOUT = (
    (
        "everyone",
        _l("Everybody labels every article"),
        _l("Nothing has to be planned. Good for few articles and few people."),
    ),
    (
        "planned",
        _l("By a plan"),
        _l("A manager’s plan says who labels which article; before, queues are empty. Good for a balanced study."),
    ),
    (
        "next",
        _l("Whoever asks takes the next one"),
        _l("A button in the queue gives out one article at a time. Good for people who come and go."),
    ),
)
ORDER = (
    (
        "reading",
        _l("In the order in which they were added"),
        _l("It depends on nobody’s verdicts, so it is safe in every study."),
    ),
    (
        "uncertain",
        _l("Most uncertain first"),
        _l("Articles where verdicts differ come first. Not where others’ are never seen: the order would tell."),
    ),
)
SUGGESTIONS = (
    ("never", _l("Never"), _l("The machine’s opinion sways nobody.")),
    ("after", _l("After they chose"), _l("It cannot sway the first choice, only make people think again.")),
    (
        "before",
        _l("Before they choose"),
        _l("It is the fastest way, and it does sway: agreement then says less about people."),
    ),
)
SOURCES = (
    (
        "shipped",
        _l("The one that comes with the product"),
        _l("Sourced, attributed opinion and editorial, with rules and examples."),
    ),
    (
        "project",
        _l("A copy of another project’s"),
        _l("Its version in force. Changes in either do not touch the other."),
    ),
    ("file", _l("A file"), _l("A codebook as TOML, JSON or YAML, such as another desk has saved it.")),
)


LONGEST_NAMES = 20_000


class ChoiceField(OptionField):
    """A choice whose options are all seen at once, each with what follows from it."""

    option_widget = RadioInput()

    def __init__(self, label: str, options: Any, **rest: Any) -> None:
        """Keep the sentences beside the options."""
        super().__init__(label, [(value, name) for value, name, _follows in options], **rest)
        self.names = {value: name for value, name, _follows in options}
        self.follows = {value: follows for value, _name, follows in options}


class NumberField(StringField):
    """A whole number within the bounds of the policy that has this name."""

    def __init__(self, label: str, **rest: Any) -> None:
        """Ask for the bounds."""
        super().__init__(label, [within_bounds], **rest)

    @property
    def number(self) -> int | None:
        """Return what was typed as a number, None for nothing."""
        return whole_number(typed(self), 9)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take blanks away."""
        self.data = line(valuelist[0]) if valuelist else None


def within_bounds(_form: Form, field: NumberField) -> None:
    """Refuse what is no whole number within the bounds of its policy."""
    least, most = BOUNDS[field.name]
    if field.name in CAN_BE_NONE and not typed(field):
        return
    if field.number is None or not least <= field.number <= most:
        raise ValidationError(_l("Give a whole number from %(least)d to %(most)d.", least=least, most=most))


def stored_number(value: int | None) -> str:
    """Return a number as a field shows it."""
    return "" if value is None else str(value)


class NamedForm(Form):
    """What every project has: a name, a language, and what it is about."""

    name = StringField(_l("Name"), [filled(), at_most(200)], filters=[line])
    description = TextAreaField(_l("What it is about"), [at_most(LONGEST_DESCRIPTION)], filters=[block])
    language = OptionField(_l("Language"), LANGUAGES.items(), default="en")
    overlap = NumberField(_l("Verdicts for each claim"), default="2")
    handout = ChoiceField(_l("Who labels which article"), HANDOUT, default="everyone")
    visibility = ChoiceField(_l("When reviewers see each other’s verdicts"), VISIBILITY, default="never")


def slug_field() -> StringField:
    """Make the field for a project's part of the address."""
    wrong = _l("Use up to 60 small letters a–z, digits and hyphens; begin with a letter or a digit.")
    fits = Regexp(rf"^(?:{SLUG.pattern})?\Z", message=wrong)
    return StringField(_l("Address"), [fits], filters=[line])


class SetupForm(NamedForm):
    """A new project."""

    slug = slug_field()
    codebook = ChoiceField(_l("Codebook"), SOURCES, default="shipped")
    source = OptionField(_l("Project whose codebook is copied"))
    file = FileField(_l("Codebook file"))
    reviewers = TextAreaField(_l("Reviewers"), [at_most(LONGEST_NAMES)], filters=[block])
    adjudicators = TextAreaField(_l("Adjudicators"), [at_most(LONGEST_NAMES)], filters=[block])


class CopyForm(Form):
    """A project like another one."""

    name = StringField(_l("Name"), [filled(), at_most(200)], filters=[line])
    slug = slug_field()
    people = BooleanField(_l("Take the people along, with their roles"), default=True)


class SettingsForm(NamedForm):
    """All that a manager can set; `seen` is the revision of the settings that stood on the page."""

    seen = StringField(validators=[InputRequired(LOST), Length(max=LONGEST_NUMBER, message=LOST), plain_number])
    handout_order = ChoiceField(_l("Which article comes first"), ORDER, default="reading")
    suggestions = ChoiceField(_l("When reviewers see the machine’s suggestion"), SUGGESTIONS, default="after")
    return_after_days = NumberField(_l("Days until an idle article goes back"))
    repeat_percent = NumberField(_l("Share of claims that come again, in percent"), default="0")
    repeat_after_days = NumberField(_l("Days until they come again"), default="21")
    allows_fetching = BooleanField(_l("Articles may be fetched from web addresses"))
    knows_risk = BooleanField(_l("I know what this means, and want it"))

    def __init__(self, formdata: Any = None, *, stored: dict[str, Any], **rest: Any) -> None:
        """Start from what is stored; a language that is not on our list can stay."""
        shown = {name: stored_number(value) if name in BOUNDS else value for name, value in stored.items()}
        super().__init__(formdata, data=None if formdata else shown, **rest)
        spoken = dict(LANGUAGES)
        spoken.setdefault(stored["language"], stored["language"])
        self.language.choices = list(spoken.items())

    def validate_handout_order(self, field: OptionField) -> None:
        """Refuse an order that would tell what nobody may see."""
        if field.data == "uncertain" and self.visibility.data == "never":
            raise ValidationError(_l(ORDER_WOULD_TELL))

    def changes(self) -> dict[str, Any]:
        """Return what the form says, as the service takes it."""
        numbers = {field.name: field.number for field in self if isinstance(field, NumberField)}
        chosen = {field.name: field.data for field in self if isinstance(field, OptionField)}
        texts = {"name": typed(self.name), "description": typed(self.description).strip()}
        return texts | numbers | chosen | {"allows_fetching": bool(self.allows_fetching.data)}
