"""Tests of `annotator agreement`."""
