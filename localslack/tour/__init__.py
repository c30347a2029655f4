"""The tour: one full story per operation, played by people against the real app, told in the terminal."""
