"""The append-only, hash-chained record of who asked, who decided, what was called and what was read."""
