"""A push service on this machine and a browser that reads what it carries: by the RFCs, not by our code."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.listening import Quiet, listening


def plain(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def opened(body: bytes, private: ec.EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """What RFC 8291 and RFC 8188 say that a browser does with a message of one record."""
    salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
    sender, sealed = body[21 : 21 + length], body[21 + length :]
    assert length == 65 and len(sealed) <= size
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
    shared = private.exchange(ec.ECDH(), theirs)
    info = b"WebPush: info\x00" + point_of(private.public_key()) + sender
    keyed = derived(shared, auth, info, 32)
    key = derived(keyed, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = derived(keyed, salt, b"Content-Encoding: nonce\x00", 12)
    padded = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\x00")
    assert padded[-1] == 2, "the last record ends in 2"
    return padded[:-1]


def derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def signed_by(header: str, audience: str) -> str:
    """The public key that a sender shows (RFC 8292); fails where the signature or what it says is wrong."""
    scheme, _space, rest = header.partition(" ")
    parts = dict(one.strip().split("=", 1) for one in rest.split(","))
    assert scheme == "vapid"
    head, claims, signature = parts["t"].split(".")
    assert json.loads(plain(head))["alg"] == "ES256"
    said = json.loads(plain(claims))
    assert said["aud"] == audience and time.time() < said["exp"] <= time.time() + 86_400
    assert said["sub"].startswith(("mailto:", "http"))
    raw = plain(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain(parts["k"]))
    key.verify(
        encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:])),
        f"{head}.{claims}".encode(),
        ec.ECDSA(hashes.SHA256()),
    )
    return parts["k"]


@dataclass
class Browser:
    """A browser's subscription, and what it has read."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": coded(point_of(self.private.public_key())), "auth": coded(self.auth)}

    def read(self, body: bytes) -> dict[str, Any]:
        return json.loads(opened(body, self.private, self.auth))


@dataclass
class Service:
    """What came, and what is answered next to each endpoint."""

    address: str = ""
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    says: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)

    def browser(self, name: str = "a") -> Browser:
        return Browser(f"{self.address}/wpush/v2/{name}")

    def read_by(self, browser: Browser) -> list[dict[str, Any]]:
        """What this browser was told, in order; each message is signed and short enough."""
        out = []
        for path, headers, body in self.came:
            if browser.endpoint.endswith(path):
                signed_by(headers["authorization"], self.address)
                assert headers["content-encoding"] == "aes128gcm" and int(headers["ttl"]) > 3600
                assert len(body) <= 4096
                out.append(browser.read(body))
        return out


@contextmanager
def push_service() -> Iterator[Service]:
    service = Service()

    class Handler(Quiet):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.came.append((self.path, {name.lower(): one for name, one in self.headers.items()}, body))
            status, headers = service.says.get(self.path, (201, {}))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

    with listening(Handler) as service.address:
        yield service
