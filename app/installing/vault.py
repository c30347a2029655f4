"""Seals tokens before they are stored, and opens them again."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.config import ConfigError, Secret


class Vault:
    """Seals texts with the newest of several keys, and opens what any of them sealed."""

    def __init__(self, keys: Sequence[Secret]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key.reveal()) for key in keys])
        except ValueError as error:
            remedy = "make one with `python -m app keys new`"
            raise ConfigError([f"ENCRYPTION_KEYS: not a list of keys; {remedy}"]) from error

    @staticmethod
    def new_key() -> str:
        """A fresh key."""
        return Fernet.generate_key().decode()

    def seal(self, text: str) -> str:
        """The text, encrypted."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text again. Raises ConfigError when none of the keys fits."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise ConfigError(["ENCRYPTION_KEYS: none of these keys opens the stored tokens"]) from error

    def reseal(self, sealed: str) -> str:
        """The same text, sealed with the newest key. Raises ConfigError when none of the keys fits."""
        return self.seal(self.open(sealed))
