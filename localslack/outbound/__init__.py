"""Slack's outbound side: payloads, signatures, HTTP deliveries, Socket Mode and events."""
