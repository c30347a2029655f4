"""Block Kit: forms, previews, cards, notices. Takes model objects, gives plain JSON, calls nothing."""
