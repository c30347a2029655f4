"""The life of a request: drafts, filing, deciding, policy, guardrails, expiry."""
