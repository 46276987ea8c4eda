"""What came from Telegram already; never who sent it, and never what was written."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Update(models.Model):
    """An update that was taken; sent again it changes nothing, and is answered as it was."""

    update_id = models.BigIntegerField(primary_key=True)
    answer = models.CharField(max_length=12, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
