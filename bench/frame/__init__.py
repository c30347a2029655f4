"""What every measurement shares: figures and their spread, goals, progress, and how a report is written."""
