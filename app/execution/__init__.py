"""Durable execution: recheck, call, verify, report; recovery after any crash; the card projector."""
