"""Fetches the clients made by others that come from npm: `python -m tests.clients.fetch`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from samleng.doors.field.build import NoNode, commands

ENGINE = Path(__file__).resolve().parent / "engine"


def main() -> int:
    lock, done = ENGINE / "package-lock.json", ENGINE / "node_modules" / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return 0
    try:
        _node, npm = commands()
    except NoNode:
        return 1
    return subprocess.run([*npm, "ci", "--silent"], cwd=ENGINE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
