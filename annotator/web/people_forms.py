"""Forms about people: invitations, members, the names of a person, and what the list is asked for."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from annotator.domain.roles import Role
from annotator.web.forms import LOST, OptionField, at_most, block, line, required, typed, whole_number

ROLES = (
    (Role.REVIEWER.value, _l("Reviewer: labels claims, blind to what others gave")),
    (Role.ADJUDICATOR.value, _l("Adjudicator: labels, decides disagreements, reads reports")),
    (Role.MANAGER.value, _l("Manager: all of that, and sets the project up")),
    (Role.OBSERVER.value, _l("Observer: reads reports and exports")),
)
STATES = (
    ("", _l("All")),
    ("active", _l("Active")),
    ("waiting", _l("Invited, not yet in")),
    ("deactivated", _l("Deactivated")),
    ("administrators", _l("Administrators")),
    ("alike", _l("Names that look alike")),
)
MOST_CLAIMS = 1_000_000


class InviteForm(Form):
    """Names to invite, one a line, and their role."""

    names = TextAreaField(_l("Names"), [required(), at_most(20_000)], filters=[block])
    role = OptionField(_l("Role"), ROLES, default=Role.REVIEWER.value)

    def lines(self) -> list[str]:
        """Return the names."""
        return typed(self.names).splitlines()


class MemberForm(Form):
    """The role and the quota of a member; `seen` tells which ones stood on the page."""

    seen = HiddenField(validators=[InputRequired(LOST), Length(max=40, message=LOST)])
    role = OptionField(_l("Role"), ROLES)
    quota = StringField(_l("Quota"), [at_most(20)], filters=[line])

    def validate_quota(self, field: StringField) -> None:
        """Take a number of claims, or nothing."""
        number = whole_number(typed(field))
        if typed(field) and (number is None or not 1 <= number <= MOST_CLAIMS):
            raise ValidationError(_l("Give a whole number from 1 to 1,000,000, or leave it empty."))

    def most(self) -> int | None:
        """Return the quota; None for none."""
        return whole_number(typed(self.quota))


class NamesForm(Form):
    """What a person is called by others and in exports; `seen` tells what stood on the page."""

    seen = HiddenField(validators=[InputRequired(LOST), Length(max=300, message=LOST)])
    display_name = StringField(_l("Display name"), [required(), at_most(100)], filters=[line])
    pseudonym = StringField(_l("Pseudonym in exports"), [required(), at_most(60)], filters=[line])


class NewPersonForm(Form):
    """Somebody to add to the site."""

    name = StringField(_l("Name to sign in with"), [required(), at_most(100)], filters=[line])
    display_name = StringField(_l("Display name"), [at_most(100)], filters=[line])


class PeopleListForm(Form):
    """What the list of people is asked for, as it stands in the page's address."""

    q = StringField(_l("Search names and pseudonyms"), [at_most(500)], filters=[line])
    state = OptionField(_l("State"), STATES, default="")
