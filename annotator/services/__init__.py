"""Services: verbs, what the product does. They never commit."""
