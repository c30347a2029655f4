"""What is measured on: processes, requests in them, load, and databases filled with rows."""
