"""What a codebook says, in the viewer's language as far as it is translated: what the template macro `data` shows."""

from flask_babel import gettext


def shown(text: str) -> str:
    """Return a text of a codebook as pages show it."""
    # Asked with % doubled, as `data` in templates/macros/labels.html explains.
    return str(gettext(text.replace("%", "%%"))).replace("%%", "%") if text else ""
