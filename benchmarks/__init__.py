"""Measurements and trials of the real server: see README.md in this folder."""
