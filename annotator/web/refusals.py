"""What the floors below refuse with and a page repeats: listed here, so that the catalogues have it.

Those floors know no languages. A view translates the text of the error that it caught.
"""

from flask_babel import lazy_gettext as _l

REFUSALS = (
    _l("a claim is either labelled or skipped"),
    _l("a marked word lies outside the claim; reload the page"),
    _l("a password has 8 to 1,024 characters"),
    _l("confidence is 1, 2 or 3"),
    _l("it has more than 5,000 sentences; split it into single articles"),
    _l("mark at most 200 words; the smallest span that decides is best"),
    _l("the chosen label has no such kind"),
    _l("the codebook in force has no such label"),
    _l("the codebook in force has no such reason"),
    _l("there is no text in it"),
    _l("this is not your present password"),
    _l("this password is among the first that an attacker tries; take a longer one that is yours alone"),
    _l("The text contains a NUL character."),
    _l("The text contains half of a surrogate pair, which is not a character."),
)
