"""Fetches the clients made by others that come from npm: `python -m tests.clients.fetch`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from samleng.doors.field.build import NoNode, commands

HERE = Path(__file__).resolve().parent
CLIENTS = (HERE / "engine", HERE / "lighthouse")


def fetched(client: Path, npm: list[str]) -> bool:
    """Whether the client's packages are there, as its lock has them."""
    lock, done = client / "package-lock.json", client / "node_modules" / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return True
    return subprocess.run([*npm, "ci", "--silent"], cwd=client, check=False).returncode == 0


def main() -> int:
    try:
        _node, npm = commands()
    except NoNode:
        return 1
    missing = [client for client in CLIENTS if not fetched(client, npm)]
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
