"""The browser page: static files from an allow-list, and a WebSocket that tells when to look again."""
