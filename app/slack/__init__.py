"""Everything that talks to Slack: the gateway that calls, and the directory that reads."""
