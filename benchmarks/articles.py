"""Short invented articles, the same for the same seed."""

import random
from pathlib import Path

SUBJECTS = ("The council", "A report", "The river authority", "The minister", "A court in Harbour Town", "The union",
            "An inspector", "The school board", "The ferry company", "A neighbour")  # fmt: skip
VERBS = ("approved", "rejected", "delayed", "praised", "questioned", "published", "closed", "reopened")
OBJECTS = ("the new bridge", "a plan for cheaper tickets", "the budget of 450,000 crowns", "the old mill",
           "a study of the water", "the night bus", "rules for market stalls", "the tower’s repair")  # fmt: skip
ENDS = ("on Monday", "after a long debate", "without a word", "for the third time",
        "although Dr. Ahlberg had warned of it", "at 4 p.m.", "in front of 200 people")  # fmt: skip


def article(number: int, seed: int = 7) -> str:
    """Return the text of article `number`: a headline and 8 to 12 sentences in paragraphs; no two are the same."""
    rng = random.Random(f"{seed}-{number}")
    sentences = [
        f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)} {rng.choice(ENDS)}."
        for _ in range(rng.randint(8, 12))
    ]
    paragraphs = [" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]
    headline = f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)}: case {number}"
    return "\n\n".join([headline, *paragraphs]) + "\n"


def long_article(claims: int, seed: int = 7) -> str:
    """Return the text of an article of just so many claims: a headline, and sentences as long as news has them."""
    rng = random.Random(f"{seed}-long-{claims}")
    ends = [end for end in ENDS if not end.endswith(".")]

    def clause() -> str:
        return f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)} {rng.choice(ends)}"

    sentences = [f"{clause()}, and {(second := clause())[0].lower()}{second[1:]}." for _ in range(claims - 1)]
    paragraphs = [" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]
    return "\n\n".join([f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)}", *paragraphs]) + "\n"


def write_articles(folder: Path, count: int) -> None:
    """Write `count` articles as text files, a thousand in each folder below `folder`."""
    for number in range(count):
        place = folder / f"{number // 1000:03}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        (place / f"{number:06}.txt").write_text(article(number), encoding="utf-8")
