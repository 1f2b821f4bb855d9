"""Web: HTTP pages, forms and access."""
