"""The code that sets up Collect at one scan: its client-settings schema, packed as Collect expects it."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any


def settings_for(server: str, project: str) -> dict[str, Any]:
    """Collect's settings for one key's address; `admin` locks nothing, but must be there."""
    return {
        "general": {
            "server_url": server,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": project[:100]},
    }


def code_for(server: str, project: str) -> str:
    """What stands in the QR code: base64 of the packed settings."""
    text = json.dumps(settings_for(server, project), ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()
