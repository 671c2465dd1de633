"""One frozen Settings, read once from the environment (RELANCE_*)."""

import json
from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Every setting of every process. Times are in seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="RELANCE_", frozen=True, extra="ignore")

    data_dir: Path = Path("~/.local/share/relance")
    database_url: str = ""
    redis_url: str = ""

    vault_key: SecretStr = SecretStr("")
    """Base64 of 32 bytes, or several separated by commas, newest first; empty uses a file under data_dir."""

    egress_allow: tuple[str, ...] = ()
    """Private networks that pages may reach all the same, as CIDR ("127.0.0.0/8")."""

    egress_url: str = ""
    """The egress proxy as a process of its own ("http://egress:3128"); empty: every worker has its own."""

    operator_contact: str = ""
    """An address or URL added to Chromium's own user agent, so that a site can tell whom to ask."""

    browser_pages: int = Field(default=2, ge=1)
    browser_retire_pages: int = Field(default=100, ge=1)
    visit_timeout: float = 120.0
    lease: float = 8.0
    """How long a job may go without a sign of life; it is renewed every third of this."""
    retry_after: float = 30.0
    """Wait before a site that did not answer is tried again; it doubles each time."""
    reconcile_every: float = 1.0
    poll_every: float = 20.0
    mail_connections: int = Field(default=15, ge=1)
    """Connections to one IMAP host at a time, over all workers; Gmail's limit for one account."""

    metrics_port: int = 0
    """Where this process serves /metrics; 0 for nowhere."""

    otlp_endpoint: str = ""
    """The base URL of an OpenTelemetry collector ("http://collector:4318"); empty for no traces."""

    panel_host: str = "127.0.0.1"
    panel_port: int = 8501

    anthropic_api_key: SecretStr = SecretStr("")
    anthropic_base_url: str = ""
    anthropic_model: str = "claude-sonnet-5-5"

    @property
    def home(self) -> Path:
        """Where this machine keeps its database, queue and keys."""
        return self.data_dir.expanduser()

    @property
    def stack_file(self) -> Path:
        """Where `relance up` writes the addresses of the database and the queue that it started."""
        return self.home / "stack.json"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings; addresses that nobody set are those of the stack on this machine."""
    given = Settings()
    if not given.stack_file.is_file():
        return given
    running = json.loads(given.stack_file.read_text())
    unset = {name: url for name, url in running.items() if not getattr(given, name)}
    return given.model_copy(update=unset)
