"""Messages, threads, direct messages, views, and the short-lived handles of interactions."""
