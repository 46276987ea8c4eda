"""The least an Open311 server can do: one table with an R-tree, one query a call, one commit a report.

JSON by orjson, XML by a template; nothing that is asked is checked, no languages, no names to look up.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import orjson

from bench.floors.fields import FIELDS

FILE = Path(os.environ["FLOOR_FOLDER"]) / "requests.sqlite3"
LOCAL = threading.local()
COLUMNS = ", ".join(f"r.{name}" for name in FIELDS)
BY_AREA = (
    f"SELECT {COLUMNS} FROM area AS a JOIN request AS r ON r.rowid = a.id "
    "WHERE a.south >= ? AND a.north <= ? AND a.west >= ? AND a.east <= ? "
    "ORDER BY r.requested_datetime DESC LIMIT ?"
)
BY_TIME = (
    f"SELECT {COLUMNS} FROM request AS r WHERE r.requested_datetime BETWEEN ? AND ? "
    "ORDER BY r.requested_datetime DESC LIMIT ?"
)
HEAD = '<?xml version="1.0" encoding="utf-8"?><service_requests>'
ROW = f"<request>{''.join(f'<{name}>%s</{name}>' for name in FIELDS)}</request>"


def kept() -> sqlite3.Connection:
    if not hasattr(LOCAL, "connection"):
        LOCAL.connection = sqlite3.connect(FILE, isolation_level=None, timeout=30)
        LOCAL.connection.execute("PRAGMA synchronous=FULL")
        LOCAL.connection.execute("PRAGMA cache_size=-16000")
    return LOCAL.connection


def listed(given: dict[str, str]) -> list[tuple[Any, ...]]:
    size = int(given.get("page_size", "1000"))
    if "bbox" in given:
        west, south, east, north = map(float, given["bbox"].split(","))
        return kept().execute(BY_AREA, [south, north, west, east, size]).fetchall()
    return kept().execute(BY_TIME, [given["start_date"], given["end_date"], size]).fetchall()


def json(rows: Iterable[tuple[Any, ...]]) -> bytes:
    return orjson.dumps([dict(zip(FIELDS, row, strict=True)) for row in rows])


def xml(rows: Iterable[tuple[Any, ...]]) -> bytes:
    inside = [ROW % tuple("" if value is None else escape(str(value)) for value in row) for row in rows]
    return f"{HEAD}{''.join(inside)}</service_requests>".encode()


def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] == "POST":
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
        given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        cursor = kept().execute("INSERT INTO sent (body) VALUES (?)", [orjson.dumps(given).decode()])
        data = orjson.dumps([{"service_request_id": str(cursor.lastrowid)}])
    elif path == "/":
        data = b"[]"
    else:
        rows = listed({name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()})
        data = xml(rows) if path.endswith(".xml") else json(rows)
    start("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(data)))])
    return [data]
