"""Why reviewers part on a claim, as the desk says when it settles one."""

CAUSES = (
    "text-ambiguous",
    "guideline-silent",
    "guideline-contradictory",
    "slip",
    "legitimate-difference",
    "segmentation",
)
"""Text ambiguous; guideline silent, or contradictory; a slip; both readings fair; the claim is badly cut."""
