"""Claim Annotator: split news articles into claims, tag them, and read how far the reviewers agree."""

__version__ = "0.1.0"
