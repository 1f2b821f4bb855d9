"""A disagreement report on its way out: one file a form, each written from a `Report` alone."""
