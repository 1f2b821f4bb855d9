"""The Dawid-Skene model of a table of votes, as the report's blocks read it."""

from dataclasses import dataclass

import numpy as np

from annotator.domain.model_influence import Influence
from annotator.domain.patterns import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Hold what the model makes of a table of votes; `prior` and `expected` are verdicts, true labels as rows."""

    prevalence: Floats  # (labels,)
    confusion: Floats  # (reviewers, labels, labels): true labels as rows
    posterior: Floats  # (signatures, labels)
    iterations: int
    is_converged: bool
    is_defined: bool
    """False if no claim has two verdicts or only one label was used: then nothing can be learnt from agreement."""
    expected: Floats  # (reviewers, labels, labels)
    prior: Floats  # (labels, labels)
    articles: Integers  # (reviewers,): in which the reviewer gave a verdict
    influence: Influence | None = None
    """How far each article moves the estimates; None without a prior, for too many estimates or an undefined model."""

    def most_probable(self) -> Integers:
        """Give the number of the most probable label of each signature."""
        return np.asarray(self.posterior.argmax(axis=1), dtype=np.int64)
