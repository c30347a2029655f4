"""Measurements, each against its yardstick in the same run: `make bench`."""
