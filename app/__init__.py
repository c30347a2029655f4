"""Drawbridge: two-person approval, proof and evidence for destructive Slack admin operations."""

__version__ = "0.1.0"
