"""What the application is told from outside; nothing in this room reads the environment."""

from dataclasses import dataclass
from pathlib import Path

from dougong.storage.engine import Database
from dougong.storage.sealing import Sealer

WEB_DIRECTORY = Path(__file__).parent / "web"
"""Where the web build puts its result; it travels inside the wheel."""


@dataclass(frozen=True)
class Settings:
    """One application's settings."""

    database: Database
    sealer: Sealer
    cookie_secure: bool | None = None
    """Whether the session cookie is only sent over https. None: whenever the request itself came over https."""
    web_directory: Path = WEB_DIRECTORY
    threads: int = 12
    """Handlers that run at once. More would wait for each other (one runs Python at a time) and for connections."""
    metrics_token: str | None = None
    """Bearer token for /metrics; without one only the same machine may read it."""
