"""Forms for one's own account: passwords that are chosen, and codes of the second factor."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, PasswordField, StringField

from annotator.web.forms import at_most, line, required


class CodeForm(Form):
    """A code of the second factor, or a recovery code."""

    code = StringField(_l("Code"), [required(), at_most(40)], filters=[line])


class OwnPasswordForm(Form):
    """The present password, to be sure who sits there; who signs in elsewhere has none."""

    password = PasswordField(_l("Present password"), [at_most(5000)])


class SwitchOffForm(OwnPasswordForm, CodeForm):
    """What it takes to switch the second factor off."""


class NewPasswordForm(Form):
    """A password; its rules are the account service's."""

    new = PasswordField(_l("New password"), [required(), at_most(5000)])


class WelcomeForm(NewPasswordForm):
    """What an invited person is called by others, and their password."""

    display_name = StringField(_l("Your name, as others see it"), [required(), at_most(100)], filters=[line])
