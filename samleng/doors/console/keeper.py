"""Keeps web server and worker running side by side. Imports nothing of the site, so that it stays small."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time


def main(argv: list[str]) -> int:
    """Run both commands, given as JSON, until the web server ends; a worker that dies is started again."""
    commands = json.loads(argv[0])
    worker = subprocess.Popen(commands["worker"])
    web = subprocess.Popen(commands["web"])

    def stop(*_: object) -> None:
        web.terminate()

    signal.signal(signal.SIGTERM, stop)
    try:
        while web.poll() is None:
            if worker.poll() is not None:
                time.sleep(1)
                worker = subprocess.Popen(commands["worker"])
            wait(web)
        return 0 if web.returncode in (0, -signal.SIGTERM, -signal.SIGINT) else 1
    except KeyboardInterrupt:
        web.wait()
        return 0
    finally:
        worker.terminate()
        worker.wait()


def wait(process: subprocess.Popen[bytes]) -> None:
    """Until it ends, or for a while."""
    try:
        process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
