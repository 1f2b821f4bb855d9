"""Put articles into groups for the jackknife, where leaving out each alone would cost more than it tells.

The delete-a-group jackknife (Kott 2001) leaves out all articles of a group together. Its error has groups - 1 degrees
of freedom, so that 200 groups lose nothing that a reader could see. A group follows from the article's id alone, which
a database can count by. It stands by itself, since a start of the program loads no numpy.
"""

EXACT_ARTICLES = 500
"""Up to so many articles with a claim that two reviewers labelled, each is left out alone."""
GROUPS = 200


def is_grouped(articles: int) -> bool:
    """Tell whether so many articles with a claim that two reviewers labelled are left out in groups."""
    return articles > EXACT_ARTICLES
