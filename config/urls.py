"""The addresses: pages stand under their language, everything a machine reads stands outside it."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from samleng.doors.exchange.described import pages as described
from samleng.doors.web import played
from samleng.doors.web.public import pages as public
from samleng.doors.web.vote import pages as vote

urlpatterns = [
    path("healthz", public.health, name="health"),
    path("", public.choose_language, name="root"),
    path("v1/", include("samleng.doors.exchange.openrosa.urls")),
    path("open311/", include("samleng.doors.exchange.open311.urls")),
    path("api/v1/openapi.json", described.openapi, name="openapi"),
    # Short, because it stands beneath QR codes and is typed.
    path("v", vote.short, name="vote_short"),
    path("v/<str:code>", vote.short, name="vote_short_code"),
    path("sounds/<str:filename>", played.take, name="sound"),
    path("app/", include("samleng.doors.field.urls")),
    path("", include("samleng.doors.web.map.machine_urls")),
    path("", include("samleng.doors.web.public.machine_urls")),
    path("", include("samleng.doors.telegram.urls")),
]
urlpatterns += i18n_patterns(
    path("account/", include("allauth.urls")),
    path("", include("samleng.doors.web.urls")),
)
