"""The files that pages are made of: style sheets, scripts, icons and fonts, which browsers may keep for ever.

Their addresses carry a version, a digest of all of them: what stands at such an address never changes. The fonts that
a style sheet names and the modules that a script imports stand at relative addresses, which so carry the version too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flask import Flask, Response, abort, current_app, request
from werkzeug.routing import BaseConverter

from annotator import paths
from annotator.web import scripts
from annotator.web.compression import gzipped, takes_gzip

FONTS = MappingProxyType(
    {
        "ui.ttf": ("fontpkg_public_sans", "files/PublicSans[wght].ttf"),
        "read.ttf": ("fontpkg_newsreader", "files/Newsreader[opsz,wght].ttf"),
        "ui-ar.ttf": ("fontpkg_ibm_plex_sans_arabic", "files/IBMPlexSansArabic-Regular.ttf"),
        "ui-ar-b.ttf": ("fontpkg_ibm_plex_sans_arabic", "files/IBMPlexSansArabic-SemiBold.ttf"),
        "read-ar.ttf": ("fontpkg_amiri", "files/Amiri-Regular.ttf"),
    }
)
"""Font files of optional packages; without them the pages use the system's fonts."""
KINDS = MappingProxyType({".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".ttf": "font/ttf"})
LEVELS = MappingProxyType({".ttf": 6})
"""How hard a file is compressed, if not with all might: fonts would take a moment for nothing."""
FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "public, no-cache"
DAY = "public, max-age=86400"


@dataclass(frozen=True)
class StaticFile:
    """A file: a digest of what it was made of when the program started, and the way to what is sent."""

    suffix: str
    digest: str
    read: Callable[[], bytes]

    @cached_property
    def gzipped(self) -> bytes:
        """The file compressed: once for each process, and kept."""
        return gzipped(self.read(), LEVELS.get(self.suffix, 9))


class StaticFiles:
    """All static files by name, and their version.

    "annotator.css", "site.js" and so on are the files of a folder, "fonts/ui.ttf" is a font; "pages/annotate.js" is
    the one script of a page: all that "site.js" and "annotate.js" need.
    """

    def __init__(self, folder: Path) -> None:
        """Look at all of them."""
        own = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.suffix in KINDS}
        self.paths = dict(sorted((own | installed_fonts()).items()))
        self.files = {
            name: StaticFile(path.suffix, sha256(path.read_bytes()).hexdigest(), partial(sent, path))
            for name, path in self.paths.items()
        }
        making = sha256(Path(scripts.__file__).read_bytes()).hexdigest()
        digests = [making, *(f"{name} {file.digest}" for name, file in self.files.items())]
        self.version = sha256("\n".join(digests).encode()).hexdigest()[: Version.DIGITS]
        for name in [name for name in self.files if name.endswith(".js")]:
            self.files[f"pages/{name}"] = StaticFile(".js", self.version, partial(self.page_script, name))

    def page_script(self, name: str) -> bytes:
        """Return all modules of a page in one, the page's own being `name`."""
        sources = {other: path.read_text("utf-8") for other, path in self.paths.items() if other.endswith(".js")}
        modules = {other: scripts.Module.of(other, source) for other, source in sources.items()}
        return scripts.joined(modules, "site.js", name).encode()


class Version(BaseConverter):
    """A version in an address."""

    DIGITS = 12
    regex = rf"[0-9a-f]{{{DIGITS}}}"


def installed_fonts() -> dict[str, Path]:
    """Return the font files that are there, by their names in addresses."""
    found = {}
    for name, (package, file) in FONTS.items():
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            found[f"fonts/{name}"] = Path(spec.origin).parent / file
    return found


def sent(path: Path) -> bytes:
    """Return a file as it is sent."""
    body = path.read_bytes()
    lean = {".css": scripts.lean_style, ".js": scripts.lean_script}.get(path.suffix)
    return lean(body.decode()).encode() if lean else body


def init_app(app: Flask) -> None:
    """Serve the files, and let pages name them."""
    files = app.extensions["static"] = StaticFiles(paths.static())
    app.url_map.converters["version"] = Version
    app.add_url_rule("/static/<version:version>/<path:filename>", "static", send)
    app.add_url_rule("/static/<path:filename>", "static", send)
    app.add_url_rule("/favicon.ico", "icon", icon)
    app.jinja_env.globals["has_fonts"] = "fonts/ui.ttf" in files.files

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", files.version)


def send(filename: str, version: str = "") -> Response:
    """Serve a file: for ever under its version; under another one, or none, as it is now, asked for each time."""
    return answer(filename, FOR_EVER if version == current_app.extensions["static"].version else ASK_EACH_TIME)


def icon() -> Response:
    """Serve the icon where browsers look for it unasked."""
    return answer("icon.svg", DAY)


def answer(name: str, keep: str) -> Response:
    """Answer with a file, compressed where the client takes that, or with 304 or a range of it."""
    file = current_app.extensions["static"].files.get(name) or abort(404)
    packed = takes_gzip()
    body = file.gzipped if packed else file.read()
    response = Response(body, mimetype=KINDS[file.suffix])
    response.headers["Cache-Control"] = keep
    response.vary.add("Accept-Encoding")
    if packed:
        response.content_encoding = "gzip"
    response.set_etag(f"{file.digest[:24]}{'-gzip' if packed else ''}")
    response.make_conditional(request, accept_ranges=True, complete_length=len(body))
    return response
