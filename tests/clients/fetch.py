"""Fetches the clients made by others that come from npm: `python -m tests.clients.fetch`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from samleng.doors.field.build import NoNode, commands

HERE = Path(__file__).resolve().parent
CLIENTS = {"ODK's form engine": HERE / "engine", "Lighthouse": HERE / "lighthouse"}
# npm says the reason first and how to call it after that.
MOST_LINES = 6


def fetched(client: Path, npm: list[str]) -> str:
    """Fetch the client's packages as its lock has them; empty when they are there, else what npm says."""
    lock, done = client / "package-lock.json", client / "node_modules" / ".package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return ""
    ran = subprocess.run(
        [*npm, "ci", "--loglevel=error", "--no-progress"],
        cwd=client,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if ran.returncode == 0 else reason(ran.stderr) or f"npm ended with {ran.returncode}."


def reason(said: str) -> str:
    """The first lines of what npm says that say something."""
    lines = [line.removeprefix("npm error").strip() for line in said.splitlines()]
    return "\n".join([line for line in lines if line][:MOST_LINES])


def missing(npm: list[str]) -> dict[str, str]:
    """Of each client that could not be fetched, why; one that fails hinders no other."""
    return {name: why for name, client in CLIENTS.items() if (why := fetched(client, npm))}


def main() -> int:
    try:
        _node, npm = commands()
    except NoNode:
        failed = dict.fromkeys(CLIENTS, "There is no Node here and none could be fetched.")
    else:
        failed = missing(npm)
    for name, why in failed.items():
        print(f"\n!!! {name} could not be fetched: ITS TESTS ARE SKIPPED.\n{why}\n", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
