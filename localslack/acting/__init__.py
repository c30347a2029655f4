"""What people do in the Slack client, and what the client makes of the app's answer."""
