"""Verdicts from files of other tools, one reader a format, for `annotator agreement`; no database is touched."""
