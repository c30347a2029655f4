"""Tokens at rest: sealed with the newest key, opened by any, useless to whoever has none."""

from collections.abc import Callable

import pytest

from app.config import ConfigError, Secret
from app.installing.vault import Vault

OLD, NEW = Secret(Vault.new_key()), Secret(Vault.new_key())


def test_what_was_sealed_is_opened_by_any_of_the_keys() -> None:
    assert Vault([NEW, OLD]).open(Vault([OLD]).seal("a token")) == "a token"
    assert "a token" not in Vault([NEW]).seal("a token")


def test_the_newest_key_seals() -> None:
    assert Vault([NEW]).open(Vault([NEW, OLD]).seal("a token")) == "a token"


@pytest.mark.parametrize("deed", [Vault.open, Vault.reseal])
def test_without_the_right_key_nothing_opens_and_the_setting_is_named(
    deed: Callable[[Vault, str], str],
) -> None:
    with pytest.raises(ConfigError, match="ENCRYPTION_KEYS"):
        deed(Vault([NEW]), Vault([OLD]).seal("a token"))


def test_what_was_tampered_with_does_not_open() -> None:
    text = Vault([NEW]).seal("a token")
    with pytest.raises(ConfigError):
        Vault([NEW]).open(f"{text[:-4]}AAAA")


@pytest.mark.parametrize("keys", [[], [Secret("not a key")], [NEW, Secret("short")]])
def test_what_is_no_key_is_refused_without_being_shown(keys: list[Secret]) -> None:
    with pytest.raises(ConfigError, match="ENCRYPTION_KEYS") as refused:
        Vault(keys)
    assert "not a key" not in str(refused.value)
