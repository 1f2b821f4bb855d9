"""What the floors below refuse with and a page repeats: listed here, so that the catalogues have it.

Those floors know no languages. A view translates the text of the error that it caught.
"""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

REFUSALS = (
    _l("a claim is either labelled or skipped"),
    _l("a marked word lies outside the claim; reload the page"),
    _l("a password has 8 to 1,024 characters"),
    _l("an uploaded file is in another import already; upload it again"),
    _l("an uploaded file is not there any more; upload it again"),
    _l("The import stopped at an error of the program. What is in stays in; the log of the server says more."),
    _l("reading it ended the program several times"),
    _l("there is nothing to import"),
    _l("an address begins with http:// or https://"),
    _l("an address has 1 to 2,048 characters"),
    _l("an address has no spaces, backslashes or invisible characters in it"),
    _l("an address that is fetched holds no name or password"),
    _l("confidence is 1, 2 or 3"),
    _l("fetching from web addresses is off in this project; a manager can allow it"),
    _l("it has more than 5,000 sentences; split it into single articles"),
    _l("mark at most 200 words; the smallest span that decides is best"),
    _l("only the usual ports of the web, 80 and 443, are fetched"),
    _l("the chosen label has no such kind"),
    _l("the codebook in force has no such label"),
    _l("the codebook in force has no such reason"),
    _l("the host of the address is written in an unusual way; write its name"),
    _l("there is no text in it"),
    _l("this address can't be fetched; open it in a browser, and paste or upload the text"),
    _l("this article has no web address to look at"),
    _l("this is no well-formed address"),
    _l("this is not your present password"),
    _l("this password is among the first that an attacker tries; take a longer one that is yours alone"),
    _l("this project has fetched 1,000 addresses in a day, which is the limit; try again tomorrow"),
    _l("you have fetched 100 addresses in an hour, which is the limit; try again later"),
    _l("a claim needs a word"),
    _l("each part needs a word"),
    _l("first choose the word before which to cut"),
    _l("no claim begins there; reload the page"),
    _l("nothing would change"),
    _l("the boundary would leave the two claims; reload the page"),
    _l("the cut lies outside the claim"),
    _l("the form lost track of what it showed; reload the page"),
    _l("the reason is too long: at most 1,000 characters fit"),
    _l("the stretch lies outside the article; reload the page"),
    _l("there is no claim after this one"),
    _l("there is no claim before this one"),
    _l("there is no edit to take back"),
    _l("there is no such edit; reload the page"),
    _l("what is read as one sign stays together; cut before or after it"),
    _l("The article is not withdrawn."),
    _l("The article is withdrawn already."),
    _l("The text contains a NUL character."),
    _l("The text contains half of a surrogate pair, which is not a character."),
)


def told(text: str) -> str:
    """Return a refusal in the viewer's language if the catalogue has it; an import keeps it as a whole sentence."""
    for listed in (text, text[:1].lower() + text[1:].removesuffix(".")):
        said = str(gettext(listed))
        if said != listed:
            return said
    return text
