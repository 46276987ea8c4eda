"""A village's network between a client and the site: it breaks off after some bytes, again and again."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
from types import TracebackType


class Cutting:
    """A relay on a port of its own that cuts each connection after a random number of bytes sent.

    `cuts` counts them; after `most` the network is good. `brought` is how many bytes came back from the site.
    """

    def __init__(
        self, upstream: int, *, seed: int, most: int, least: int = 200, largest: int = 60_000
    ) -> None:
        self.upstream, self.most, self.least, self.largest = upstream, most, least, largest
        self.chance, self.cuts, self.brought = random.Random(seed), 0, 0
        self.lock = threading.Lock()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.door.getsockname()[1])

    def __enter__(self) -> Cutting:
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.door.close()

    def serve(self) -> None:
        while True:
            try:
                client, _address = self.door.accept()
            except OSError:
                return
            threading.Thread(target=self.relay, args=(client,), daemon=True).start()

    def allowance(self) -> int | None:
        """How many bytes this connection carries before it breaks; None for all."""
        with self.lock:
            return self.chance.randint(self.least, self.largest) if self.cuts < self.most else None

    def relay(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.upstream), timeout=30)
        except OSError:
            client.close()
            return
        threading.Thread(target=self.back, args=(server, client), daemon=True).start()
        left = self.allowance()
        with contextlib.suppress(OSError):
            while block := client.recv(4096):
                if left is not None and len(block) >= left:
                    server.sendall(block[:left])
                    with self.lock:
                        self.cuts += 1
                    self.break_off(client, server)
                    return
                server.sendall(block)
                left = None if left is None else left - len(block)
        self.break_off(server)

    def back(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := server.recv(65536):
                with self.lock:
                    self.brought += len(block)
                client.sendall(block)
        self.break_off(client)

    def break_off(self, *ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                # A reset, as when a phone leaves the network: nothing is said goodbye.
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)
            end.close()
