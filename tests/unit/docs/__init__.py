"""The docs are true: what the code has is documented, and what is documented is there."""
