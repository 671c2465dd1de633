"""A page in a real browser: found, read, filled, sent, and proven."""
