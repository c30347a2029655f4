"""People at a real browser: local Slack's page in Chromium, the real app behind it."""
