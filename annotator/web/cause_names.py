"""The names of the causes of disagreement: short and with what each means, and the key that chooses it."""

from types import MappingProxyType

from flask_babel import lazy_gettext as _l

CAUSES = MappingProxyType(
    {
        "text-ambiguous": _l("Text ambiguous"),
        "guideline-silent": _l("Guideline silent"),
        "guideline-contradictory": _l("Guideline contradictory"),
        "slip": _l("Slip"),
        "legitimate-difference": _l("Legitimate difference"),
        "segmentation": _l("Badly cut"),
    }
)
HINTS = MappingProxyType(
    {
        "text-ambiguous": _l("The sentence itself can be read in two ways."),
        "guideline-silent": _l("No rule says what to do here."),
        "guideline-contradictory": _l("Two rules say different things."),
        "slip": _l("A rule is clear, and somebody missed it."),
        "legitimate-difference": _l("Both readings are fair under the rules."),
        "segmentation": _l("The claim holds two claims, or half of one."),
    }
)
KEYS = MappingProxyType(
    {
        "text-ambiguous": "t",
        "guideline-silent": "s",
        "guideline-contradictory": "c",
        "slip": "l",
        "legitimate-difference": "d",
        "segmentation": "m",
    }
)
