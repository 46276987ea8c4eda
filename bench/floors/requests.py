"""The least an Open311 server can do: one table, one query for each call, one commit for each report."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from bench.floors.fields import FIELDS

FILE = Path(os.environ["FLOOR_FOLDER"]) / "requests.sqlite3"
LOCAL = threading.local()
CHOSEN = f"SELECT {', '.join(FIELDS)} FROM request"


def kept() -> sqlite3.Connection:
    if not hasattr(LOCAL, "connection"):
        LOCAL.connection = sqlite3.connect(FILE, isolation_level=None, timeout=30)
        LOCAL.connection.execute("PRAGMA synchronous=FULL")
    return LOCAL.connection


def listed(given: dict[str, str]) -> list[dict[str, Any]]:
    size = int(given.get("page_size", "1000"))
    if "bbox" in given:
        west, south, east, north = map(float, given["bbox"].split(","))
        where, values = "lat BETWEEN ? AND ? AND long BETWEEN ? AND ?", [south, north, west, east]
    else:
        where, values = "requested_datetime BETWEEN ? AND ?", [given["start_date"], given["end_date"]]
    rows = kept().execute(f"{CHOSEN} WHERE {where} ORDER BY requested_datetime DESC LIMIT {size}", values)
    return [dict(zip(FIELDS, row, strict=True)) for row in rows]


def xml(rows: Iterable[dict[str, Any]]) -> str:
    inside = "".join(
        f"<request>{''.join(tag(name, value) for name, value in row.items())}</request>" for row in rows
    )
    return f'<?xml version="1.0" encoding="utf-8"?><service_requests>{inside}</service_requests>'


def tag(name: str, value: Any) -> str:
    return f"<{name}>{'' if value is None else escape(str(value))}</{name}>"


def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] == "POST":
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"] or 0))
        given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        cursor = kept().execute("INSERT INTO sent (body) VALUES (?)", [json.dumps(given)])
        rows = [{"service_request_id": str(cursor.lastrowid)}]
    elif path == "/":
        rows = []
    else:
        rows = listed({name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()})
    data = (xml(rows) if path.endswith(".xml") else json.dumps(rows, ensure_ascii=False)).encode()
    start("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(data)))])
    return [data]
