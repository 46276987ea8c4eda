"""The app's own rules in a Node of their own: one long-lived process that is asked in JSON, line by line."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from samleng.doors.field import build
from samleng.voices.scorecards.rules.lines import Line
from samleng.voices.scorecards.rules.tally import Counting

HERE = Path(__file__).resolve().parent


class Node:
    """The shipped rules.js, answering."""

    def __init__(self, folder: Path) -> None:
        node, _npm = build.commands()
        build.build()
        # The very files that ship; the browser knows them for modules, node by a package beside them.
        for file in build.BUILT.glob("*.js"):
            shutil.copy(file, folder)
        (folder / "package.json").write_text('{"type": "module"}')
        self.process = subprocess.Popen(
            [*node, str(HERE / "rules.mjs"), str(folder / "rules.js")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, what: str, **given: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps({"do": what, **given}) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"node ended at {what}"
        return json.loads(answer)

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    try:
        started = Node(tmp_path_factory.mktemp("rules"))
    except (build.NoNode, OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"NO NODE HERE: the app's rules are not tested ({error})")
    yield started
    started.close()


def sent(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [vars(line) for line in lines]


def counted(counting: Counting) -> dict[str, Any]:
    return vars(counting)
