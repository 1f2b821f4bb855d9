"""English news: where a sentence ends and where it does not. A bar in a line stands where a cut is wanted."""

import pytest

from annotator.domain.sentences import split

CASES = {
    "quotations": """
        “Why?” he asked.| Nobody knew.
        “Stop!” she said.| The car went on.
        “Who pays?” asked the mayor’s deputy, Ilse Maronde.| She got no answer.
        "Who will pay for it?" Mr. Harkness asked.| The board was silent.
        “Stop that!” Sen. Varga shouted at the clerk.| He sat down.
        "Is that all?"| Nobody answered.
        “It is over.”| He left.
        "It's over," he said.| "We lost."| Then he wept.
        “We will count.| We will count again,” she said.
        The roof leaks.| “It always has,” said Bell.
        He cited “the U.S.” and left.| She cited “the U.N.”| The room was silent.
        “This bridge is safe.| It always was.”| The engineer smiled.
        She wrote “no.” ”| Nobody read it.
        "We have a bridge. We have no money." - Ilse Maronde
    """,
    "brackets and notes": """
        (He was not there.)| She was.
        She left (it was late).| He stayed.
        He paid the fine.| (The sum is secret.)| She did not.
        He wrote the law.[1]| It passed.[2][3]| Nobody noticed.
        The law passed.¹| Nobody noticed.
        The council approved the law.12| The vote was close.
        Claims rose.*| They fell later.
        Sens. Holm (D., Mass.) and Voss (R., Mich.) agreed.
        Sen. Holm (D., Mass.) Friday told the board to wait.
    """,
    "companies": """
        It was bought by Harbour Foods Inc.| The price was not given.
        He joined Maronde Corp.| Analysts said the move was late.
        He has worked since 1990 for Maronde Corp.| Mr. Varga is 61.
        Maronde Corp. Chairman Ilse Varga said so.
        Maronde & Co. Chief Executive Tom Bell resigned.
        The mill was sold to a unit of Northern Timber Ltd.| Terms weren't disclosed.
        The mill was sold on Friday to a unit of Northern Timber Co.| Northern Timber said it paid cash.
        Maronde Corp. Friday said it would close two plants.
        Northern Timber Bros. Records said so.| Its rival is Elder S.p.A.| The two compete.
        The unit, Harbour Foods N.V., is Dutch.
    """,
    "countries and states": """
        He left the U.S.| He never came back.
        He met the U.S. President in the U.S. Senate.
        U.S. Sen. Ann Holloway met U.N. Secretary-General Bo Lind.
        The visit of U.S. Under Secretary Ann Lind was short.
        Exports go to the U.S.| A spokesman declined to comment.
        It is ranked the U.S. No. 1 by sales.
        He moved to Washington, D.C.| There he met his wife.
        The D.C. Circuit ruled.| The D.C. Council met.
        Prices fell in the U.S. and the U.K.| Analysts had expected a rise.
        The Cambridge, Mass.-based firm grew.| The Gov.-elect was pleased.
        Conn. Gov. Ann Holm signed it.| Calif. Atty. Gen. Orr sued.
        The firm is based in Stamford, Conn.| It employs 300.
    """,
    "times": """
        The march began at 5 p.m. Friday.| It ended at 9 p.m. EST.
        The march ended at 11 p.m.| Camera footage shows the square.
        The market closed at 4:30 p.m. New York time.| It opens at 9 a.m. Eastern.
        The board said the sluice was shut by 11 p.m.| Mr. Holm disagreed.
        At 5 a.m. Mr. Holm opened the gate.
        At about 10:30 p.m. Police Chief Dan Orr arrived.
        Police arrived at 6 a.m.| Two men were held.
        It happened on Jan. 3.| On Feb. 12 it happened again.
        The trial starts in Sept.| The jury is chosen.
        It opens Fri. Jan. 5 and Sat., Jan. 6.
    """,
    "titles and names": """
        Lt. Gen. Carla Voss spoke.| Maj. Gen. Orr did not.
        Messrs. Bell and Orr left.| Sens. Holm and Voss stayed.
        Gov. Bell, Rep. Orr and Atty. Gen. Voss met in St. Paul.
        Sgt. Orr and Capt. Voss climbed Mt. Elder near Ft. Wayne.
        The crowd walked down Mill St.| The police followed.
        They met on St. Mary's Road.| It rained.
        J. K. Rowling wrote it.| George W. Bush read it.
        The novel is by J.R.R. Tolkien.| He was born in 1892.
        Dr. Orr, Ph.D., and Prof. Voss, M.D., met.| They agreed.
        Cie. Elder and Alex. Brown & Sons merged.
        Martin Bell Jr.| The mayor praised him.
        Yahoo! Finance said so.| Yum! Brands bought it.
    """,
    "letters and numbers": """
        We need vitamin D.| Doctors agree.
        It dates from World War I.| Soldiers built it.
        See p. 12 and No. 5.| Nos. 6 and 7 are lost.| See Fig. 3 and Vol. II.
        He was 5 ft. 10 in. tall.| She was taller.
        The sum was 450.000 or 3.5 million.| It rose by .5 points.
        The bill (H.R. 1234) passed.| S. 5 did not.
        The case is Roe v. Wade.| It was decided in 1973.
        Will it rain?| $5 says it will.
    """,
    "datelines and lines": """
        WASHINGTON (AP) — The Senate voted on Tuesday.| It adjourned.
        PARIS, Jan. 3 – The strike is over.| Trains run again.
        LONDON, Ont. — A bridge fell.| Nobody was hurt.
        NEW YORK, N.Y. (Reuters) - Stocks rose.| Bonds fell.
        1. The mayor resigned.| She was 61.
        a) The mayor resigned.| He left.
        • The mayor resigned.| He left.
        – The mayor resigned.
        A view of the old port| Image: Jane Doe.
        The port of Elsin in Washington, D.C.| Photo: J. Doe / LMW.
    """,
    "missing spaces": """
        It ended the war.|The people left.| He saw it all.|Then he left.
        See bbc.co.uk/news or Match.Com or www.Elder.example/The.Law for more.
        Write to Press.Office@maronde.example.| Version 2.5.1 of index.html is out.
        It uses Node.js and ASP.NET and alt.religion.Elder groups.| Prof.Smith does too.
    """,
    "ellipses and runs": """
        He waited … and left.| The train… was late.
        He waited…| Then he left.
        "I thought ... I was late," he said.| He was.
        The plan, he said, “will . . . help the poor.”| Critics disagree.
        The firm is “not . . . Viacom . . . at all.”
        What?!| No!!| Really?!?
        Loved every bit of it.| It was great. :)
    """,
    "small letters": """
        He paid the fine.| iPhone sales rose.| al-Shabaab denied it.
        i left early.| nobody saw me.| they were asleep, i think.
        He met Adm. van der Berg, approx. two years ago, in Ill. again.
    """,
}


@pytest.mark.parametrize(
    "marked",
    [line.strip() for lines in CASES.values() for line in lines.strip().split("\n")],
    ids=lambda line: line[:50],
)
def test_news_is_cut_where_its_sentences_end(marked: str) -> None:
    text = marked.replace("|", "")
    assert [text[start:end] for start, end in split(text)] == [part.strip() for part in marked.split("|")]


def test_the_cases_are_not_only_what_the_library_does_alone() -> None:
    from annotator.domain.sentences import library

    lines = [line.strip() for lines in CASES.values() for line in lines.strip().split("\n")]
    alone = [library.english(line.replace("|", "")) for line in lines]
    wanted = [[len(part.rstrip()) for part in line.split("|")] for line in lines]
    same = sum(len(ends) == len(parts) for ends, parts in zip(alone, wanted, strict=True))
    assert same < 0.7 * len(lines)
