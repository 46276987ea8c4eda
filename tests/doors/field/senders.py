"""Phones that send parcels to a door: through Django's own client, or over a wire to a served site."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client

from samleng.doors.door import DEVICE_COOKIE

Post = Callable[..., HttpResponse]


def phone(token: str, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.cookies[DEVICE_COOKIE] = token
    return client


def post(client: Client, content: Any, uid: object = "", **more: Any) -> HttpResponse:
    return client.post(  # type: ignore[return-value]
        f"/app/parcels/{uid or uuid.uuid4()}", content, **{"content_type": "application/json", **more}
    )


def at_once(works: Sequence[Callable[[], None]]) -> None:
    """Do all of these at the same time, each in a thread that lets go of its connection."""

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
