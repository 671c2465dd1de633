"""Credentials are sealed under a key that the database never sees."""

import base64
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import NotConfigured
from shared.settings import settings
from shared.vault import Vault, vault

OLD, NEW = os.urandom(32), os.urandom(32)


@given(st.text(), st.text())
def test_what_is_sealed_opens_again_and_is_not_readable(secret: str, context: str) -> None:
    sealed = Vault([NEW]).seal(secret, context)
    assert Vault([NEW]).open(sealed, context) == secret
    assert len(secret) < 4 or secret.encode() not in sealed


def test_a_record_moved_to_another_row_does_not_open() -> None:
    sealed = Vault([NEW]).seal("secret", "a@example.org")
    with pytest.raises(NotConfigured, match="changed or moved"):
        Vault([NEW]).open(sealed, "b@example.org")


@pytest.mark.parametrize("at", [10, 40, -1])
def test_a_changed_record_does_not_open(at: int) -> None:
    sealed = bytearray(Vault([NEW]).seal("secret", "row"))
    sealed[at] ^= 1
    with pytest.raises(NotConfigured):
        Vault([NEW]).open(bytes(sealed), "row")


def test_after_a_rotation_old_records_open_and_new_ones_use_the_new_key() -> None:
    sealed = Vault([OLD]).seal("secret", "row")
    rotated = Vault([NEW, OLD])
    assert rotated.open(sealed, "row") == "secret"
    assert Vault([NEW]).open(rotated.seal("secret", "row"), "row") == "secret"


def test_a_missing_key_is_named_as_such() -> None:
    with pytest.raises(NotConfigured, match="RELANCE_VAULT_KEY"):
        Vault([NEW]).open(Vault([OLD]).seal("secret", "row"), "row")


def test_without_a_setting_a_key_file_is_made_once_for_its_owner_alone(
    fresh_settings: pytest.MonkeyPatch,
) -> None:
    sealed = vault().seal("secret", "row")
    vault.cache_clear()
    assert vault().open(sealed, "row") == "secret"
    key: Path = settings().home / "vault.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_malformed_key_is_refused(fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv("RELANCE_VAULT_KEY", base64.b64encode(b"short").decode())
    settings.cache_clear()
    with pytest.raises(NotConfigured, match="32 bytes"):
        vault()
