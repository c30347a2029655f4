"""The Web API: one pipeline for every call, one module per method family."""
