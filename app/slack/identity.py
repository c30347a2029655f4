"""Learns from two given tokens which organization they belong to, and whether they can do the work."""

from app.config import ConfigError, Secret
from app.slack.answers import Answer
from app.slack.credentials import GivenTokens, Installation
from app.slack.gateway import identify


class SlackAway(Exception):
    """Slack could not be asked who we are; worth trying again. The message says why."""


def given_tokens(base_url: str, bot_token: Secret, user_token: Secret) -> GivenTokens:
    """The one organization behind both tokens.

    Raises ConfigError when a token is dead, of a workspace instead of the organization, or when they belong
    to different organizations; SlackAway when Slack could not be asked.
    """
    bot = _asked("SLACK_BOT_TOKEN", base_url, bot_token)
    admin = _asked("SLACK_USER_TOKEN", base_url, user_token)
    problems = [
        f"{key}: belongs to a workspace install. Install Drawbridge on the organization and use those tokens"
        for key, answer in (("SLACK_BOT_TOKEN", bot), ("SLACK_USER_TOKEN", admin))
        if not answer.data.get("is_enterprise_install") or not answer.data.get("enterprise_id")
    ]
    if not problems and bot.data["enterprise_id"] != admin.data["enterprise_id"]:
        problems.append("SLACK_USER_TOKEN: belongs to another organization than SLACK_BOT_TOKEN")
    if problems:
        raise ConfigError(problems)
    return GivenTokens(
        Installation(
            enterprise_id=bot.data["enterprise_id"],
            enterprise_name=str(bot.data.get("team") or ""),
            app_id=str(bot.data.get("app_id") or ""),
            bot_id=str(bot.data.get("bot_id") or ""),
            bot_user_id=str(bot.data.get("user_id") or ""),
            bot_token=bot_token,
            admin_id=str(admin.data.get("user_id") or ""),
            user_token=user_token,
        )
    )


_AWAY = frozenset({"not_sent", "answer_lost", "timeout", "http_error", "ratelimited", "internal_error"})


def _asked(key: str, base_url: str, token: Secret) -> Answer:
    answer = identify(base_url, token)
    if answer.code in _AWAY:
        raise SlackAway(f"{key}: Slack could not be asked who it belongs to ({answer.code})")
    if not answer.ok:
        raise ConfigError([f"{key}: {answer.code}. {answer.error.sentence} {answer.error.remedy}"])
    return answer
