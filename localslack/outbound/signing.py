"""Request signatures (docs.slack.dev/authentication/verifying-requests-from-slack)."""

import hashlib
import hmac


def sign(secret: str, timestamp: str, body: str) -> str:
    """``v0=`` and the HMAC-SHA256 of ``v0:<timestamp>:<raw body>`` in hex."""
    base = f"v0:{timestamp}:{body}".encode()
    return f"v0={hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()}"


def headers(secret: str, timestamp: str, body: str, content_type: str) -> dict[str, str]:
    """The headers of every request Slack sends to an app."""
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": sign(secret, timestamp, body),
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept": "*/*",
    }
