"""Envelope encryption of credentials.

Each secret gets its own data key (AES-256-GCM), wrapped by a key that never enters the database. The wrapped
record names the wrapping key by a hash of it, so that keys rotate: the newest wraps, all unwrap.
Layout: key id (8) | nonce (12) | wrapped data key (48) | nonce (12) | ciphertext and tag.
"""

import base64
import binascii
import contextlib
import hashlib
import os
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.errors import NotConfigured
from shared.settings import settings

_ID, _NONCE, _WRAPPED = 8, 12, 48


class Vault:
    """Seals and opens secrets. `keys` are 32 bytes each, newest first."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {_key_id(key): key for key in keys}
        self._newest = keys[0]

    def seal(self, secret: str, context: str) -> bytes:
        """Encrypt `secret`; it opens only under the same `context` (the row that it belongs to)."""
        data_key = AESGCM.generate_key(bit_length=256)
        wrapped = _encrypt(self._newest, data_key, context)
        return _key_id(self._newest) + wrapped + _encrypt(data_key, secret.encode(), context)

    def open(self, sealed: bytes, context: str) -> str:
        """Decrypt. Raises NotConfigured when the key that wrapped it is not here, or it was changed."""
        key = self._keys.get(sealed[:_ID])
        if key is None:
            raise NotConfigured(
                "A stored credential was sealed with another key: add it to RELANCE_VAULT_KEY."
            )
        split = _ID + _NONCE + _WRAPPED
        try:
            data_key = _decrypt(key, sealed[_ID:split], context)
            return _decrypt(data_key, sealed[split:], context).decode()
        except InvalidTag as error:
            raise NotConfigured(
                "A stored credential does not open: its record was changed or moved."
            ) from error


@lru_cache(maxsize=1)
def vault() -> Vault:
    """The process's vault: RELANCE_VAULT_KEY, else a key file that is made once under the data folder."""
    configured = settings().vault_key.get_secret_value()
    if configured:
        return Vault([_decode(part) for part in configured.split(",")])
    return Vault([_key_file(settings().home / "vault.key")])


def _decode(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise NotConfigured("RELANCE_VAULT_KEY must be base64 of 32 bytes (openssl rand -base64 32).")
    return key


def _key_file(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Linked into place whole, so that two first starts at once agree on one key.
        with tempfile.NamedTemporaryFile(dir=path.parent) as made:
            made.write(AESGCM.generate_key(bit_length=256))
            made.flush()
            with contextlib.suppress(FileExistsError):
                os.link(made.name, path)
    return path.read_bytes()


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"relance vault" + key).digest()[:_ID]


def _encrypt(key: bytes, plain: bytes, context: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def _decrypt(key: bytes, sealed: bytes, context: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
