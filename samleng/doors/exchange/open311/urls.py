"""The addresses of Open311, each with .xml, with .json, or with neither; they carry no language."""

from django.urls import re_path

from samleng.doors.exchange.open311 import news, pages, sending
from samleng.doors.exchange.open311.visit import nowhere, spoken

FORM = r"(?:\.(?P<form>(?i:xml|json)))?/?$"

urlpatterns = [
    re_path(rf"^(?:v2/)?discovery{FORM}", spoken(GET=pages.discovery)),
    re_path(rf"^v2/services{FORM}", spoken(GET=pages.services)),
    re_path(rf"^v2/services/(?P<code>[^/]+?){FORM}", spoken(GET=pages.definition)),
    re_path(rf"^v2/requests{FORM}", spoken(GET=pages.listed, POST=sending.post_request)),
    re_path(r"^v2/requests/(?P<reference>[^/]+)/photo\.webp$", pages.photo),
    re_path(rf"^v2/requests/(?P<reference>[^/]+?){FORM}", spoken(GET=pages.one_request)),
    re_path(rf"^v2/tokens/(?P<token>[^/]+?){FORM}", spoken(GET=pages.token)),
    re_path(rf"^v2/servicerequestupdates{FORM}", spoken(GET=pages.updates, POST=news.post_update)),
    re_path(r"^(?P<rest>(?s:.*?))(?:\.(?P<form>(?i:xml|json)))?$", nowhere()),
]
