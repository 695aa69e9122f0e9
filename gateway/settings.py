from __future__ import annotations

from pydantic import Field

from services.kit.settings import ServiceSettings


class GatewaySettings(ServiceSettings):
    """``session_secret`` signs access tokens; ``public_url`` is what browsers call us by."""

    session_secret: str = Field(min_length=32)
    public_url: str = "http://127.0.0.1:8000"
    live_url: str | None = None
    cache_seconds: float = 1.0
    max_upload_bytes: int = 50 * 1024 * 1024
    pool_size: int = 6
    web_dist: str | None = None
