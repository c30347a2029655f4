"""Requests nobody would write by hand, made out of bytes."""
