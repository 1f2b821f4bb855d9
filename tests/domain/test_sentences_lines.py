"""Hard-wrapped text: a sentence goes on behind a break where the line was full, and nowhere else."""

import textwrap

import pytest

from annotator.domain.sentences import split

BODY = (
    "The council of Port Elsin voted on Tuesday to close the old harbour bridge for three weeks while cracks in its "
    "northern arch are mended. The mayor, Ilse Maronde, said that the work would cost 4.5 million crowns. “We have no "
    "choice,” she told reporters. Shopkeepers in Netmakers’ Row fear for their trade, and they have asked the council "
    "for help."
)
SENTENCES = [
    BODY[: BODY.index(" The mayor")],
    BODY[BODY.index("The mayor") : BODY.index(" “We")],
    BODY[BODY.index("“We") : BODY.index(" Shop")],
    BODY[BODY.index("Shop") :],
]


def quotes(text: str, lang: str = "en") -> list[str]:
    return [text[start:end] for start, end in split(text, lang)]


def flat(text: str, lang: str = "en") -> list[str]:
    return [" ".join(quote.split()) for quote in quotes(text, lang)]


@pytest.mark.parametrize("width", [50, 60, 72, 80, 100, 120])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_wrapped_text_is_cut_as_it_was_before_it_was_wrapped(width: int, ending: str) -> None:
    text = textwrap.fill(BODY, width).replace("\n", ending)
    assert flat(text) == SENTENCES
    assert any(ending in quote for quote in quotes(text))


def test_paragraphs_without_a_blank_line_between_stay_apart() -> None:
    note = "A note without a final mark"
    text = f"{textwrap.fill(BODY, 72)}\n{note}\n{textwrap.fill(BODY, 72)}"
    assert flat(text) == [*SENTENCES, note, *SENTENCES]


def test_a_short_paragraph_follows_the_width_of_the_others() -> None:
    short = "The old bridge will stay closed until the end of May, said\nMs. Maronde on Monday."
    assert quotes(f"{textwrap.fill(BODY, 60)}\n\n{short}")[-1] == short


@pytest.mark.parametrize(
    "top",
    ["Bridge to close for three weeks", "Mayor of Port Elsin closes the harbour bridge for three weeks and more"],
)
def test_a_headline_on_top_of_wrapped_text_stays_apart(top: str) -> None:
    assert flat(f"{top}\n{textwrap.fill(BODY, 72)}") == [top, *SENTENCES]


@pytest.mark.parametrize(
    "line",
    [
        "By Ilse Maronde in Port Elsin",
        "BRIDGE TO CLOSE",
        "- an item of a list",
        "1. An item of a list",
        "• An item of a list",
        "a) an item of a list",
        "    an indented line",
        "Read also: Bridge was closed before",
        "Photo: the bridge on Tuesday",
    ],
)
def test_lists_headings_and_asides_begin_anew_behind_a_full_line(line: str) -> None:
    full = "The council has said that it will close the harbour bridge on Monday"
    text = f"{textwrap.fill(BODY, 68)}\n\n{full}\n{line}"
    assert flat(text)[len(SENTENCES) :][-1] == " ".join(line.split())


def test_headlines_in_lines_of_their_own_are_not_joined() -> None:
    lines = [
        "Mayor resigns after long fight over the harbour bridge",
        "Stocks fall as the central bank raises its main rate",
        "Two held after fire at a timber yard in Low Staithe",
        "Ferry to Marrowick is late again, passengers complain",
    ]
    assert quotes("\n".join(lines)) == lines


@pytest.mark.parametrize(
    "text",
    [
        "Roses are red,\nviolets are blue,\nsugar is sweet\nand so are you.",
        "The mayor said that\n\nthe bridge was closed for the whole of the coming week, until Sunday",
        "The council of Port Elsin voted on Tuesday to close the old harbour bridge\u2028for three weeks.",
    ],
)
def test_short_lines_blank_lines_and_other_breaks_always_cut(text: str) -> None:
    assert not [quote for quote in quotes(text) if "\n" in quote or "\u2028" in quote]


def test_unwrapped_paragraphs_are_not_joined() -> None:
    text = f"{BODY}\nnot a sentence of its own\n{BODY}"
    assert flat(text) == [*SENTENCES, "not a sentence of its own", *SENTENCES]


def test_a_script_without_small_letters_shows_wrapping_by_its_full_lines() -> None:
    lines = [
        "قرر مجلس المدينة يوم الاثنين إغلاق الجسر القديم لمدة ثلاثة أسابيع ريثما يتم إصلاح",
        "الشقوق في القوس الشمالي، وقالت رئيسة البلدية إن الأعمال ستكلف أربعة ملايين كرونة",
        "وإن المجلس لا يملك خيارا آخر، بينما يخشى أصحاب المتاجر في شارع الصيادين على تجارتهم",
        "وقد طلبوا المساعدة.",
    ]
    assert flat("\n".join(lines), "ar") == [" ".join(lines)]
    assert quotes("\n".join(lines[1:]), "ar") == lines[1:]
