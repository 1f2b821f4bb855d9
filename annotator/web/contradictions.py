"""What a verdict's contradictions say to its reviewer: quiet sentences, never a refusal."""

from types import MappingProxyType

from flask_babel import lazy_gettext as _l

from annotator.domain.codebook import Codebook
from annotator.domain.contradictions import contradictions
from annotator.domain.verdicts import Content

SENTENCES = MappingProxyType(
    {
        "loaded-words": _l("Loaded words are marked. If they are the writer’s own, the claim is editorial."),
        "scare-quotes": _l("Scare quotes keep the writer’s distance: that is editorial."),
        "vague-source": _l("A vague group can’t be asked. Is this an attributed opinion, kind collective?"),
        "kind-of-source": _l("The kind of the label and the kind of source on the card differ."),
        "observed-with-source": _l("“Observed” means that nobody is named for it, but the card names somebody."),
        "kind-of-speech": _l("The kind of the label and the type of speech on the card differ."),
        "collective-person": _l("“Collective” is a group, but the card says a named person."),
        "source-wanted": _l("Nested speech: whose words are they? The outermost source answers."),
        "source-not-ticked": _l("The card names a source. Tick “Also carries a source”, so that it is not lost."),
        "framing-without-words": _l("Framing without a marked word: mark the words that carry the slant."),
        "unsourced-with-source": _l("“Unsourced” and “also carries a source” do not go together."),
        "note-wanted": _l("Below 3, a note helps whoever settles the claim."),
    }
)


def warnings_on(content: Content, codebook: Codebook) -> list[str]:
    """Return what does not go together in a verdict, as sentences in the viewer's language."""
    return [str(SENTENCES[key]) for key in contradictions(content, codebook)]
