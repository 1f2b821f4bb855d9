"""Reads LaTeX as far as our files use it, strictly: what it cannot account for is an error."""

import re

COMMANDS = {
    "author", "begin", "booktabs", "bottomrule", "caption", "centering", "date", "directlua", "documentclass",
    "else", "end", "endhead", "fi", "fitted", "ifdefined", "ifdim", "item", "ldots", "linewidth", "maketitle",
    "midrule", "noindent", "otherscript", "providecommand", "resizebox", "S", "section", "footnotesize", "setlength",
    "tabcolsep", "textasciicircum", "textasciigrave", "textasciitilde", "textbackslash", "textbar", "textdegree",
    "textgreater", "textless", "textquotedbl", "textquotedblleft", "textquotedblright", "textquoteleft",
    "textquoteright",
    "textquotesingle", "title", "toprule", "usepackage", "width", "XeTeXversion",
}  # fmt: skip
"""Everything that our files may say."""
ENVIRONMENTS = {"document", "itemize", "longtable", "table", "tabular"}
TOKEN = re.compile(r"\\([a-zA-Z]+)\*?|\\(.)|([{}$&#%^_~])|([^\\{}$&#%^_~]+)", re.DOTALL)
READABLE = {
    r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^", r"\textless{}": "<",
    r"\textgreater{}": ">", r"\textbar{}": "|", r"\textquotedbl{}": '"', r"\textquotesingle{}": "'",
    r"\textasciigrave{}": "`", r"\textquotedblleft{}": "“", r"\textquotedblright{}": "”", r"\textquoteleft{}": "‘",
    r"\textquoteright{}": "’", r"\ldots{}": "…", r"\S{}": "§", r"\textdegree{}": "°", "---": "—", "--": "–", "$-$": "-",
    "-{}": "-", ",{}": ",", "{[}": "[", "{]}": "]", "{*}": "*", "~": "\u00a0",
    r"\{": "{", r"\}": "}", r"\$": "$", r"\&": "&", r"\#": "#", r"\%": "%", r"\_": "_",
}  # fmt: skip
"""What is written for a character, longest first where one begins another."""
_WRITTEN = re.compile("|".join(map(re.escape, READABLE)) + r"|\\otherscript\{([^{}]*)\}")


def mistakes(source: str) -> list[str]:
    """Return what is wrong: unknown commands, groups and environments that are not closed, rows of unequal length."""
    body = re.sub(r"(?m)(?<!\\)%.*$", "", source)
    return wrong_tokens(body) + wrong_environments(body) + unequal_rows(body)


def wrong_tokens(body: str) -> list[str]:
    """Return unknown commands, signs that stand where they must not, and groups that are not closed."""
    found, open_groups = [], 0
    for command, escaped, special, text in TOKEN.findall(body):
        if command and command not in COMMANDS:
            found.append(f"unknown \\{command}")
        elif escaped and escaped not in "\\{}$&#%_":
            found.append(f"unknown \\{escaped}")
        elif special in ("{", "}"):
            open_groups += 1 if special == "{" else -1
            found += ["a group is closed that is not open"] * (open_groups < 0)
        elif special in ("^", "_"):
            found.append(f"{special} outside of mathematics")
        elif text and any(ord(letter) < 32 and letter != "\n" for letter in text):
            found.append("a control character")
    return found + [f"{open_groups} groups stay open"] * bool(open_groups)


def wrong_environments(body: str) -> list[str]:
    """Return environments that are unknown, or not closed in their order."""
    found, environments = [], list[str]()
    for which, name in re.findall(r"\\(begin|end)\{(\w+)\}", body):
        if which == "begin":
            environments.append(name)
        elif not environments or environments.pop() != name:
            found.append(f"\\end{{{name}}} closes nothing")
    found += [f"{name} stays open" for name in environments]
    names = set(re.findall(r"\\begin\{(\w+)\}", body))
    return found + [f"unknown environment {name}" for name in sorted(names - ENVIRONMENTS)]


def unequal_rows(body: str) -> list[str]:
    """Return the rows that have more or fewer cells than their table."""
    wrong = []
    for columns, rows in re.findall(r"\\begin\{(?:tabular|longtable)\}\{([lrc]+)\}(.*?)\\end", body, re.DOTALL):
        lines = [line for line in rows.split("\n") if " & " in line]
        wrong += [line for line in lines if len(re.findall(r"(?<!\\)&", line)) != len(columns) - 1]
    return wrong


def readable(source: str) -> str:
    """Return LaTeX text as a reader sees it under LuaTeX or XeTeX."""
    return _WRITTEN.sub(lambda found: READABLE.get(found[0], found[1]), source)
