"""What Drawbridge is held against: the same job done the plain way."""
