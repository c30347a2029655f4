"""One module per measurement; each has a `measure` that answers a section of the report."""
