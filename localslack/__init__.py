"""Local Slack: an emulator of the Slack surface an Enterprise Grid admin app talks to. It is not Slack."""
