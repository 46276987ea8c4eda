"""How a village is heard: methods as data, in versions that never change once published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from samleng.kit.ledger.rules import fresh_id

if TYPE_CHECKING:
    from samleng.ground.frameworks.rules import Method


class Framework(models.Model):
    """One published version of a method; every round pins one."""

    id = models.UUIDField(primary_key=True, default=fresh_id)
    code = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    country = models.CharField(max_length=20, blank=True)
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="framework_version_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    def save(self, *args: Any, **given: Any) -> None:
        """Only ever once: what a round has pinned must not change under it."""
        if not self._state.adding:
            raise TypeError("a published framework never changes; publish a new version")
        super().save(*args, **given)

    @property
    def method(self) -> Method:
        """The version as parsed; parsed once a process, since it never changes."""
        return parsed(self.digest) or parse(self.digest, self.body)


_kept: dict[str, Method] = {}


def parsed(digest: str) -> Method | None:
    return _kept.get(digest)


def parse(digest: str, body: dict[str, Any]) -> Method:
    from samleng.ground.frameworks.rules import Method

    _kept[digest] = Method.parse(body)
    return _kept[digest]
