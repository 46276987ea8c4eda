"""The least a durable door can do: one writer, many documents in one commit, then the answers."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import sqlite3
import threading
from pathlib import Path
from typing import Any

FILE = Path(os.environ["FLOOR_FOLDER"]) / "floor.sqlite3"
Waiting = tuple[str, bytes, asyncio.AbstractEventLoop, asyncio.Future[None]]
WAITING: queue.SimpleQueue[Waiting] = queue.SimpleQueue()


def answer(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)


def write() -> None:
    kept = sqlite3.connect(FILE, isolation_level=None)
    kept.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE IF NOT EXISTS document (uid TEXT PRIMARY KEY, body BLOB)"
    )
    while True:
        batch = [WAITING.get()]
        while not WAITING.empty() and len(batch) < 500:
            batch.append(WAITING.get())
        kept.execute("BEGIN IMMEDIATE")
        kept.executemany("INSERT OR IGNORE INTO document VALUES (?, ?)", [one[:2] for one in batch])
        kept.execute("COMMIT")
        batch[0][2].call_soon_threadsafe(answer, [one[3] for one in batch])


threading.Thread(target=write, daemon=True).start()


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    body, more, status = b"", True, 200
    while more:
        part = await receive()
        body, more = body + part.get("body", b""), part.get("more_body", False)
    if scope["method"] == "POST":
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        WAITING.put((json.loads(body)["uid"], body, loop, future))
        await future
        status = 201
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
