"""What the floors below refuse with and a page repeats: listed here, so that the catalogues have it.

Those floors know no languages. A view translates the text of the error that it caught.
"""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from annotator.services.accounts import NotAccepted

REFUSALS = (
    _l("The project is archived already."),
    _l("The project is not archived."),
    _l("Articles are being imported. Wait for the import to end, or cancel it; then archive."),
    _l("This is no language tag such as en, ar or pt-BR."),
    _l("This number is too small or too large."),
    _l(
        "Where reviewers never see others’ verdicts, “most uncertain first” is not to be had: the order itself would "
        "tell them where others disagree."
    ),
    _l("There is no article left to plan."),
    _l("Choose at least one person."),
    _l("A claim can’t have more reviewers than were chosen."),
    _l("Somebody who was chosen can’t label here any more."),
    _l("They have this article already."),
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
    _l("a claim is settled when two people have decided it"),
    _l("a claim needs a word"),
    _l("a reviewer changed their verdict while you were reading"),
    _l("choose a label, or a reason to leave the claim without one"),
    _l("give a reason: the reviewers read it"),
    _l("nothing of this step stands any more"),
    _l("say why the claim is opened again"),
    _l("say why the claims are opened again"),
    _l("say why the verdicts differ"),
    _l("somebody on the desk decided on this claim before you"),
    _l("the claim is not settled"),
    _l("there is no such cause"),
    _l("there is nothing left to accept: the verdicts changed, or somebody was faster"),
    _l("this reviewer has no part in the claim; reload the page"),
    _l("write something first"),
    _l("you gave a verdict on this claim yourself, and the verdicts differ: somebody else decides"),
    _l("you gave a verdict on this claim yourself: you can confirm what all agree on, not change it"),
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
    _l("choose a label, or a reason to skip, of the codebook in force"),
    _l("say why: whoever answers otherwise reads it"),
    _l("a pass mark is a share from 1 to 100 percent"),
    _l("the ready-made training answers by the shipped codebook, and this project has another one"),
    _l("Somebody was faster: it stands like that already."),
    _l("The article is not withdrawn."),
    _l("The article is withdrawn already."),
    _l("somebody is called “%(name)s” already (capitals and look-alike forms count as the same)"),
    _l("somebody has this pseudonym already"),
    _l("this is the name of an account, and a pseudonym is to tell nothing of it"),
    _l("this account is deactivated; an administrator can reactivate it"),
    _l("this account is in use already; an administrator can make a link for a lost password"),
    _l("this is the last active administrator; make somebody else an administrator first"),
    _l("this is the project’s last manager; make somebody else a manager first"),
    _l("name at least one person"),
    _l("at most 100 people can be invited at once"),
    _l("“%(name)s” looks like the name “%(twin)s”, which somebody has; choose another"),
    _l("“%(name)s” mixes letters of different scripts that look alike; use one script"),
    _l("The text contains a NUL character."),
    _l("The text contains half of a surrogate pair, which is not a character."),
)


def said(error: NotAccepted) -> str:
    """Return why a name or a password was refused, in the viewer's language."""
    return str(gettext(error.sentence, **error.facts))


def told(text: str) -> str:
    """Return a refusal in the viewer's language if the catalogue has it; an import keeps it as a whole sentence."""
    for listed in (text, text[:1].lower() + text[1:].removesuffix(".")):
        said = str(gettext(listed))
        if said != listed:
            return said
    return text
