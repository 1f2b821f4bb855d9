"""Translations: every visible text is marked, every catalogue is whole, and the pages use it."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html import unescape
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from annotator import paths
from annotator.domain import segmentation as cuts
from annotator.domain import text, verdicts
from annotator.domain.languages import direction_of
from annotator.services import accounts, articles, ingest, invitations, people, segmentation
from annotator.web import language, segmentation_form
from annotator.web.codebook_messages import shown_texts
from annotator.web.refusals import REFUSALS
from tests.web.conftest import House
from tests.web.marking import unmarked, unmarked_in_python

TOP = Path(__file__).parent.parent.parent
LOCALES = sorted(set(language.LANGUAGES) - {"en"})
PAGES = sorted(paths.templates().rglob("*.html"))
VIEWS = sorted((paths.PACKAGE / "web").glob("*.py"))
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%")
REFUSING: list[tuple[ModuleType, str]] = [
    (verdicts, "check"),
    (accounts, "check_strength"),
    (accounts, "check_password"),
    (accounts, "check_new_name"),
    (invitations, "invite"),
    (invitations, "invite_again"),
    (people, "accepted_pseudonym"),
    (ingest, "add_article"),
    (articles, "withdraw"),
    (articles, "bring_back"),
    (text, "_storable"),
    *((cuts, name) for name in ("change_by", "_move", "_set_aside", "_claim", "_stretch", "_part", "_check_cut")),
    *((cuts, name) for name in ("shorter", "longer", "_pair")),
    *((segmentation_form, name) for name in ("number", "reason_in", "edit_from", "_caret", "_before")),
    (segmentation, "_plan_undo"),
]
"""Functions whose refusals reach a page."""


def catalogue(locale: str) -> Catalog:
    with (paths.translations() / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def key_of(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(map(str, message.id))


def entries(locale: str) -> list[Message]:
    return [message for message in catalogue(locale) if message.id]


def strings_of(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(map(str, string))


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, ...]]:
    """Give what the code, the pages and the codebook mark, as `make messages` finds it."""
    pot = tmp_path_factory.mktemp("messages") / "messages.pot"
    extract = ("extract", "--mapping-file", "pyproject.toml", "--keywords", "_l", "--output-file", pot)
    folders = ("annotator", "templates", "seeds")
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "--quiet", *extract, *folders], cwd=TOP, check=True
    )
    with pot.open("rb") as file:
        return {key_of(message) for message in read_po(file) if message.id}


def test_every_language_on_offer_has_a_catalogue_and_the_other_way_round() -> None:
    assert sorted(path.parent.parent.name for path in paths.translations().rglob("messages.po")) == LOCALES


@pytest.mark.parametrize("locale", LOCALES)
def test_the_catalogue_holds_what_is_marked_and_nothing_else(marked: set[tuple[str, ...]], locale: str) -> None:
    held = {key_of(message) for message in entries(locale)}
    assert not marked - held, "new texts: run make messages and translate them"
    assert not held - marked, "texts that are gone: run make messages"
    assert not catalogue(locale).obsolete, "obsolete texts: run make messages"


def test_marked_texts_come_from_the_pages_the_views_and_the_codebook(marked: set[tuple[str, ...]]) -> None:
    assert {("Save and next",), ("Sign in first",), ("Fill this in.",), ("Named source",)} <= marked
    assert ("%(num)d claim", "%(num)d claims") in marked


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_translated_and_none_is_a_guess(locale: str) -> None:
    assert not [
        message.id for message in entries(locale) if message.fuzzy or not all(map(str.strip, strings_of(message)))
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_plural_has_all_its_forms(locale: str) -> None:
    forms = catalogue(locale).num_plurals
    wrong = [
        message.id for message in entries(locale) if len(strings_of(message)) != (forms if message.pluralizable else 1)
    ]
    assert not wrong


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_are_the_same_in_the_translation(locale: str) -> None:
    wrong = [
        (message.id, form)
        for message in entries(locale)
        for form in strings_of(message)
        if not same_placeholders(key_of(message)[-1], form, plural=message.pluralizable)
    ]
    assert not wrong


def same_placeholders(original: str, translation: str, *, plural: bool = False) -> bool:
    """Compare them; a plural form may write its number as a word, as Arabic does for one and two."""
    asked, given = (sorted(PLACEHOLDER.findall(words)) for words in (original, translation))
    return asked == given or (plural and asked == sorted([*given, "%(num)d"]))


@pytest.mark.parametrize(
    ("original", "translation", "same"),
    [
        ("%(a)s of %(b)s", "%(b)s / %(a)s", True),
        ("%(a)s of %(b)s", "%(a)s", False),
        ("%(a)s", "%(A)s", False),
        ("95 %%", "95 %", False),
        ("Save", "100 %", False),
    ],
)
def test_the_comparison_of_placeholders(original: str, translation: str, same: bool) -> None:
    assert same_placeholders(original, translation) is same


def test_a_plural_form_may_leave_out_its_number_only() -> None:
    assert same_placeholders("%(num)d of %(all)s", "one of %(all)s", plural=True)
    assert not same_placeholders("%(num)d of %(all)s", "%(num)d", plural=True)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_compiled_catalogue_is_made_from_the_written_one(locale: str) -> None:
    with (paths.translations() / locale / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = read_mo(file)
    written = catalogue(locale)
    assert {key_of(message): strings_of(message) for message in compiled if message.id} == {
        key_of(message): strings_of(message) for message in written if message.id
    }, "run make messages"
    assert Translations.load(paths.translations(), [locale]).info()["plural-forms"] == written.plural_forms


def test_the_arabic_forms_are_in_the_order_that_the_catalogue_says() -> None:
    arabic = Translations.load(paths.translations(), ["ar"])
    found = {
        number: arabic.ungettext("%(num)d article", "%(num)d articles", number) for number in (0, 1, 2, 3, 11, 100)
    }
    assert found == {
        0: "لا مقالات",
        1: "مقال واحد",
        2: "مقالان",
        3: "%(num)d مقالات",
        11: "%(num)d مقالاً",
        100: "%(num)d مقال",
    }


def refusals_in(module: ModuleType, function: str) -> Iterator[str]:
    """Yield the messages that a function raises, with the constants of its module filled in."""
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    (body,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function)
    for node in ast.walk(body):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
            last = node.exc.args[-1]
            if isinstance(last, ast.JoinedStr) or (isinstance(last, ast.Constant) and isinstance(last.value, str)):
                yield eval(compile(ast.Expression(last), function, "eval"), vars(module), {"what": "text"})


def test_refusals_from_below_that_a_page_repeats_are_marked(house: House) -> None:
    raised = {message for place in REFUSING for message in refusals_in(*place)}
    with house.desk.app.test_request_context():
        marked = set(map(str, REFUSALS))
    assert raised <= marked
    said = {form for words in words_below() for form in (words, words[:1].upper() + words[1:])}
    assert marked - raised <= said, "what is marked here is said nowhere any more"


def words_below() -> Iterator[str]:
    """Yield every piece of text that stands in the code of the floors below, f-strings of constants filled in."""
    for floor in ("domain", "storage", "services"):
        for path in (paths.PACKAGE / floor).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
                elif isinstance(node, ast.JoinedStr) and all(map(is_constant, node.values)):
                    module = import_module(".".join(path.relative_to(paths.PACKAGE.parent).with_suffix("").parts))
                    yield eval(compile(ast.Expression(node), str(path), "eval"), vars(module))


def is_constant(part: ast.expr) -> bool:
    """Tell whether a part of an f-string is text, or a constant of its module."""
    inside = part.value if isinstance(part, ast.FormattedValue) else part
    return isinstance(inside, ast.Constant) or (isinstance(inside, ast.Name) and inside.id.isupper())


@pytest.mark.parametrize("template", PAGES, ids=lambda path: str(path.relative_to(paths.templates())))
def test_all_visible_text_of_a_page_is_marked(template: Path) -> None:
    assert not unmarked(template.read_text("utf-8"))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{{ _('Hello') }}</p>", []),
        ("<p>{% if x > 1 %}Yes{% endif %}, {{ n }}</p>", ["Yes,"]),
        ('<a class="button" title="Close it">×</a>', ["Close it"]),
        ('<a {% if x %}title="{{ _("Close") }}"{% endif %} data-key="Enter">{{ icon("close") }}</a>', []),
        ("<p>{{ 'Yes' if x else 'No' }}</p>", ["Yes", "No"]),
        ('<p aria-label="{{ name or "nobody" }}">{{ size ~ " words" }}</p>', ["nobody", "words"]),
        ("{# A remark. #}<p>{{ at }} UTC</p>", []),
    ],
)
def test_the_look_for_unmarked_text_sees_it(source: str, found: list[str]) -> None:
    assert unmarked(source) == found


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.stem)
def test_all_that_a_view_says_is_marked(view: Path) -> None:
    assert not unmarked_in_python(view.read_text("utf-8"))


def test_the_look_for_unmarked_python_text_sees_it() -> None:
    assert unmarked_in_python("flash('Done'); abort(404, f'No {x}'); flash(_('Done')); abort(404)") == [
        "'Done'",
        "f'No {x}'",
    ]


ADDRESSES = (
    "/", "/account", "/keys", "/projects/news/articles", "/projects/news/articles/new", "/projects/news/guidelines",
    "/projects/news/disagreements", "/projects/news/export", "/articles/{article}/claims/1", "/no-such-page",
    "/articles/{article}", "/verdicts", "/settings", "/projects/news/guidelines?q=source", "/?status=done",
)  # fmt: skip


@pytest.fixture
def missed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Give the texts that pages ask a catalogue for in vain."""
    found: set[str] = set()
    ask = Translations.ugettext

    def note(self: Translations, message: str) -> str:
        if message not in self._catalog:
            found.add(message)
        return str(ask(self, message))

    monkeypatch.setattr(Translations, "ugettext", note)
    return found


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_speaks_the_chosen_language(house: House, missed: set[str], locale: str, address: str) -> None:
    browser = house.browser("manager")
    browser.client.set_cookie("lang", locale)
    answer = browser.get(address.format(article=house.article))
    assert re.search(rf'<html lang="{locale}" dir="{direction_of(locale)}"', answer.text)
    assert not missed


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("address", ["/verdicts", "/projects/news/articles"])
def test_what_the_forms_library_would_say_is_said_in_the_chosen_language(
    house: House, locale: str, address: str
) -> None:
    browser = house.browser("reviewer" if address == "/verdicts" else "manager")
    browser.client.set_cookie("lang", locale)
    page = browser.get(f"{address}?since=2026-99-99").text
    assert str(catalogue(locale)["This is no date of a news article."].string) in unescape(page)
    assert "Not a valid" not in page


def test_the_browser_s_language_is_taken_where_none_was_chosen(house: House) -> None:
    page = house.desk.anonymous().get("/sign-in", headers={"Accept-Language": "ar-SY, en;q=0.5"}).text
    assert '<html lang="ar" dir="rtl"' in page
    assert "تسجيل الدخول" in page


def test_the_shipped_codebook_s_words_are_translated() -> None:
    codebook = tomllib.loads((paths.seeds() / "codebook.toml").read_text("utf-8"))
    arabic = {key_of(message)[0] for message in entries("ar")}
    assert {shown.replace("%", "%%") for shown in shown_texts(codebook)} <= arabic
