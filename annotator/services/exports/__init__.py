"""Labelled claims on their way out: one neutral record, one small writer a format."""
