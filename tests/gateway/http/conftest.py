from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask


@pytest.fixture
def setting(gateway: Flask) -> Callable[..., None]:
    """Changes settings of the gateway at hand: ``setting(batch_max=3)``."""

    def change(**values: Any) -> None:
        edge = gateway.extensions["edge"]
        edge.settings = edge.settings.model_copy(update=values)

    return change
