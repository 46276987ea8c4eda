"""The address that Telegram calls; the bot was told of it, so it never changes."""

from django.urls import path

from samleng.doors.telegram import hook

urlpatterns = [path("hooks/telegram", hook.hook, name="telegram_hook")]
