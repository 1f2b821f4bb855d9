"""Kinds: headline, repeated headline, and what is suggested as no claim."""

import pytest

from annotator.domain.sentences import Sentence, sentences
from annotator.domain.sentences.asides import of_line

ASIDES = {
    "byline": """
        By Ilse Maronde|BY ILSE MARONDE|By Ilse Maronde and Tom Bell, Reuters|By Ilse Maronde in Port Elsin
        By Dr. Ilse van der Berg, Staff Writer|Written by Mei-Lin O’Neill|By The Associated Press|Author: Ilse Maronde
        Reporting by Jane Doe; Editing by Tom Bell|Ilse Maronde, Reuters|Reuters|(AP)|By Long Meridian staff
        Von Ilse Maronde|Von Ilse Maronde, dpa|Par Jean Dupont|Par Jean Dupont avec AFP|Por Ana García
        بقلم: سمير حداد|بقلم سمير حداد|كتب: سمير حداد
    """,
    "caption": """
        Photo: Jane Doe|(AP Photo/Jane Doe)|Image: Jane Doe / Getty|Pictured: the mayor at the bridge.|REUTERS/Jane Doe
        Picture: fishing boats on the quay.|Photo by Jane Doe|Jane Doe/Getty Images|File photo: the bridge in 2019
        Foto: Ilse Maronde/dpa|Bild: dpa|Crédit photo : Jean Dupont|Imagen: EFE|صورة: رويترز
    """,
    "link": """
        Read also: Minister quits over bridge|Read more|READ MORE: Minister quits|Related: Bridge closed|SEE ALSO
        Sign up for our newsletter|Sign up here for our daily briefing.|Click here to read more|Subscribe
        Subscribe to our newsletter.|https://example.org/a/b|Follow us on Twitter|More on this story|news@example.org
        Lesen Sie auch: Brücke gesperrt|À lire aussi : Le pont fermé|Lea también: El puente|اقرأ أيضًا: إغلاق الجسر
    """,
    "other": """
        Advertisement|Share this|* * *|###|ENDS|---|© 2024 The Elsin Examiner|POLITICS|World|3 min read
        Copyright 2024 The Associated Press. All rights reserved.|Friday, July 21, 2017|Updated 5:10 p.m.|2024-05-03
        Published 3 May 2024 at 10:15 GMT|Last updated on Monday, 3 March 2025, 11:00 a.m. EST|21.07.2017
        Montag, 3. Mai 2024|Lundi 3 mai 2024|Anzeige|Publicité|إعلان|الاثنين 3 مارس 2025
    """,
}
CLAIMS = """
    By Friday the bridge was closed.|By Friday the river had fallen|By then the mayor had left.|By the Numbers
    By Tuesday, 12 people had died|By George, he did it!|By Ilse Maronde’s account, the bridge was safe.
    Reporting by the Examiner led to the arrest.|AP sues Elder Corp.|Reuters reporters were arrested
    AP, Reuters and AFP left the country|The Reuters report was wrong.|Getty Images sued the firm.
    Police/fire chiefs meet|Photos of the bridge were shown in court.|Image is everything, says the mayor.
    Video of the attack spread fast.|Read more books, teachers urge pupils|Read my lips, says the mayor
    Related companies were named in the suit.|Related events were cancelled on Monday, the city said.
    Watch out for ice, police warn|Listen to the people, she said.|Follow the money, she said.
    Subscribers left the paper in droves.|Sign up for military service doubles|Click fraud is rising.
    Subscribe to what? asks the mayor of the port city.|Support our journalism, it does not.
    More than 100 people were hurt.|More: the man who would be king died in 1535.|See more of the same, he said.
    Copyright law is changing.|Share prices fell.|World leaders met in Port Elsin.|Sports fans cheered.
    It ends.|Advertisement spending fell.|Print is not dead|The End of an Era|12 people died.|Two dead, 12 hurt
    May was cold.|May 2024 was the wettest May on record.|In 2024 the bridge was closed.|Monday was a holiday.
    5 May 1945 The war ends|Bridge closed|Mayor: ‘We will rebuild’
    Von der Leyen tritt zurück|Von Montag an ist die Brücke gesperrt.|Mehr als 100 Menschen kamen.|Mehr Geld für Brücken
    Bild-Zeitung meldet: Brücke zu|Ver.di ruft zum Streik auf|Par ailleurs, le pont est fermé.|Lea quits
    Por qué el puente está cerrado|Di Maio si dimette|كتب الوزير رسالة إلى البرلمان|قال الوزير إن الجسر مغلق
"""


def listed(lines: str) -> list[str]:
    return [entry.strip() for line in lines.strip().split("\n") for entry in line.split("|")]


def kinds(text: str) -> list[str]:
    return [sentence.kind for sentence in sentences(text)]


def facts(text: str) -> list[tuple[str, str | None, bool]]:
    return [(sentence.kind, sentence.aside, sentence.is_repeat) for sentence in sentences(text)]


@pytest.mark.parametrize(
    ("aside", "line"), [(aside, line) for aside, lines in ASIDES.items() for line in listed(lines)]
)
def test_a_line_around_the_story_is_suggested_as_no_claim(aside: str, line: str) -> None:
    assert of_line(line) == aside
    text = f"Bridge closed\n\nIt is closed. Who pays?\n\n{line}\n\nNobody does."
    found = [sentence for sentence in sentences(text) if sentence.aside]
    assert " ".join(sentence.text for sentence in found) == line
    assert {(sentence.kind, sentence.aside) for sentence in found} == {("body", aside)}


@pytest.mark.parametrize("line", listed(CLAIMS))
def test_a_sentence_or_a_heading_is_never_set_aside(line: str) -> None:
    assert of_line(line) is None
    assert not [sentence for sentence in sentences(f"Bridge closed\n\n{line}\n\nIt is closed.") if sentence.aside]


def test_words_of_an_aside_within_a_paragraph_set_nothing_aside() -> None:
    text = "Bridge closed\n\nIt is closed. Read more. Share this. By Ilse Maronde. Friday, July 21, 2017."
    assert not [sentence for sentence in sentences(text) if sentence.aside]


def test_a_picture_credit_behind_a_caption_is_set_aside_by_itself() -> None:
    found = sentences("Bridge closed\n\nThe bridge at dawn. (AP Photo/Jane Doe)\n\nIt is closed.")
    assert [(s.text, s.aside) for s in found if s.kind == "body"] == [
        ("The bridge at dawn.", None),
        ("(AP Photo/Jane Doe)", "caption"),
        ("It is closed.", None),
    ]


def test_a_headline_that_stands_there_again_is_a_repetition_wherever_it_stands() -> None:
    text = "Talks  resume here\n\nTalks resume\u00a0here\n\nThe parties met. They left.\nTALKS RESUME HERE"
    assert facts(text) == [
        ("headline", None, False),
        ("headline", None, True),
        ("body", None, False),
        ("body", None, False),
        ("headline", None, True),
    ]


def test_the_headline_within_a_sentence_or_a_paragraph_is_no_repetition() -> None:
    text = "Talks resume\n\nTalks resume on Monday.\n\nThey met. Talks resume"
    assert facts(text)[1:] == [("body", None, False)] * 3


def test_the_headline_may_stand_below_the_section_and_the_date() -> None:
    text = "POLITICS\n\nFriday, July 21, 2017\n\nTalks resume\n\nBy Ilse Maronde\n\nThe parties met."
    assert facts(text) == [
        ("body", "other", False),
        ("body", "other", False),
        ("headline", None, False),
        ("body", "byline", False),
        ("body", None, False),
    ]


@pytest.mark.parametrize("mark", [".", "!", "?", "…", ".”", "؟", "۔", "。", "！」", "？", '."'])
def test_a_first_line_with_a_final_mark_is_no_headline(mark: str) -> None:
    assert kinds(f"The parties met{mark}\nThey left.") == ["body", "body"]


@pytest.mark.parametrize(
    "text",
    [
        "Talks resume in Ostwald",
        "Talks resume\n\nTalks resume\n",
        "word " * 26 + "\nThey left.",
        "w" * 201 + "\nThey left.",
        "They met. And then they left\nIt rained.",
    ],
)
def test_no_headline_without_a_body_or_when_too_long_or_of_several_sentences(text: str) -> None:
    assert set(kinds(text)) == {"body"}


def test_a_sentence_carries_its_quote() -> None:
    text = "Ostwald votes\n\n“We will count,” she said."
    assert sentences(text) == [
        Sentence(0, 13, "Ostwald votes", "headline"),
        Sentence(15, len(text), "“We will count,” she said.", "body"),
    ]
