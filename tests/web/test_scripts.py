"""Scripts and style sheets as they are sent: modules are taken apart and joined, and no form slips through."""

import re

import pytest

from annotator import paths
from annotator.web.scripts import Module, UnknownForm, in_order, joined, lean_script, lean_style

OURS = {path.name: path.read_text("utf-8") for path in sorted(paths.static().glob("*.js"))}
STYLES = {path.name: path.read_text("utf-8") for path in sorted(paths.static().glob("*.css"))}


def test_a_module_is_taken_apart() -> None:
    found = Module.of(
        "a.js",
        "/** What it\n * is for. */\n\n"
        'import { b, c as d } from "./b.js";\nimport {\n  e,\n  f,\n} from "./b.js";\nimport "./g.js";\n\n'
        "// For others.\nexport const h = 1; // stays\nexport function i() {\n  return h;\n}\n"
        "export async function j() {}\nexport class K {}\nconst l = `// stays`;\nexport { l, b as m };\n",
    )
    assert found.imports == {"b.js": [("b", "b"), ("c", "d"), ("e", "e"), ("f", "f")], "g.js": []}
    assert sorted(found.exports) == [("K", "K"), ("b", "m"), ("h", "h"), ("i", "i"), ("j", "j"), ("l", "l")]
    assert found.code == (
        "const h = 1; // stays\nfunction i() {\nreturn h;\n}\nasync function j() {}\nclass K {}\n"
        "const l = `// stays`;\n"
    )


@pytest.mark.parametrize(
    "source",
    ['import * as b from "./b.js";', 'import b from "./b.js";', 'import { b } from "./b/c.js";', "export default 1;",
     'import { b } from "b";', "export let a = 1;", "export { a } from './b.js';", 'const a = await import("./b.js");',
     "const here = import.meta.url;", "export const { a } = b;",
     'export * from "./b.js";'],
)  # fmt: skip
def test_a_form_that_cannot_be_joined_is_named(source: str) -> None:
    with pytest.raises(UnknownForm, match=r"^a\.js: .*(import|export)"):
        Module.of("a.js", f"{source}\n")


def test_a_module_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownForm, match=r"b\.js"):
        joined({"a.js": Module.of("a.js", 'import "./b.js";\n')}, "a.js")


def test_every_module_comes_once_after_those_that_it_imports() -> None:
    sources = {"a.js": ["b.js", "c.js"], "b.js": ["d.js"], "c.js": ["b.js"], "d.js": ["a.js"], "e.js": ["c.js"]}
    modules = {
        name: Module.of(name, "".join(f'import "./{other}";\n' for other in others)) for name, others in sources.items()
    }
    assert in_order(modules, "a.js", "e.js") == ["d.js", "b.js", "c.js", "a.js", "e.js"]
    assert in_order(modules, "d.js") == ["b.js", "c.js", "a.js", "d.js"]


def test_our_modules_keep_to_the_forms() -> None:
    modules = {name: Module.of(name, source) for name, source in OURS.items()}
    for name, module in modules.items():
        assert "module$" not in OURS[name]
        for other, names in module.imports.items():
            given = {there for _here, there in modules[other].exports}
            assert {there for there, _here in names} <= given, f"{name} asks {other} for what it does not give"
        for number, line in enumerate(OURS[name].splitlines(), 1):
            assert line.count("`") % 2 == 0, f"{name}:{number}: a text in backticks that goes on in the next line"
    for name in modules:
        assert joined(modules, "site.js", name)


def test_what_is_joined_does_not_name_what_it_lacks() -> None:
    modules = {name: Module.of(name, source) for name, source in OURS.items()}
    script = joined(modules, "site.js", "annotate.js")
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    assert script.count("\n{\n") == len(in_order(modules, "site.js", "annotate.js"))
    places = re.findall(r'module\$\["([^"]+)"\]', script)
    assert set(places) == set(in_order(modules, "site.js", "annotate.js"))


def test_a_script_loses_its_lines_of_comment_and_no_others() -> None:
    source = (
        "/** About. */\n\nconst a = 1; // why\n\n  /* Long\n   * one. */\n  // short\n  call(/\\/\\/x/);\n"
        'const b = "http://c";\n  /* before */ d();\n  /* gone */\n'
    )
    assert lean_script(source) == 'const a = 1; // why\ncall(/\\/\\/x/);\nconst b = "http://c";\n/* before */ d();\n'


def test_a_style_sheet_loses_comments_and_indents() -> None:
    source = "/* About. */\n\n.a {\n  color: red; /* why */\n\n  & .b {\n    margin: 0 auto;\n  }\n}\n"
    assert lean_style(source) == ".a {\ncolor: red;\n& .b {\nmargin: 0 auto;\n}\n}\n"


def test_our_style_sheets_have_no_text_that_looks_like_a_comment() -> None:
    for name, source in STYLES.items():
        assert not re.search(r"\"[^\"\n]*/\*|'[^'\n]*/\*", source), name
        assert source.count("/*") == source.count("*/"), name
        assert lean_style(source).count("{") == lean_style(source).count("}"), name
