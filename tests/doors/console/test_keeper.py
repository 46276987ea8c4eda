from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_it_starts_a_worker_again_that_has_died_and_ends_with_the_web_server(tmp_path: Path) -> None:
    told = tmp_path / "told"
    worker = f"open({str(told)!r}, 'a').write('started\\n')"
    commands = {
        "web": [sys.executable, "-c", "import time; time.sleep(6)"],
        "worker": [sys.executable, "-c", worker],
    }
    command = [sys.executable, "-m", "samleng.doors.console.keeper", json.dumps(commands)]
    assert subprocess.run(command, timeout=60).returncode == 0
    assert len(told.read_text().splitlines()) >= 2


def test_it_tells_when_the_web_server_failed() -> None:
    commands = {"web": [sys.executable, "-c", "raise SystemExit(3)"], "worker": ["sleep", "60"]}
    command = [sys.executable, "-m", "samleng.doors.console.keeper", json.dumps(commands)]
    assert subprocess.run(command, timeout=60).returncode == 1


def test_it_imports_nothing_of_the_site() -> None:
    code = "import sys; import samleng.doors.console.keeper; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
