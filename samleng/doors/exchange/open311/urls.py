"""The addresses of Open311, each with .xml, with .json, or with neither; they carry no language."""

from django.urls import re_path

from samleng.doors.exchange.open311 import pages
from samleng.doors.exchange.open311.visit import nowhere, spoken

FORM = r"(?:\.(?P<form>xml|json))?/?$"

urlpatterns = [
    re_path(rf"^(?:v2/)?discovery{FORM}", spoken(GET=pages.discovery)),
    re_path(rf"^v2/services{FORM}", spoken(GET=pages.services)),
    re_path(rf"^v2/services/(?P<code>[^/]+?){FORM}", spoken(GET=pages.definition)),
    re_path(r"^(?P<rest>(?s:.*?))(?:\.(?P<form>xml|json))?$", nowhere()),
]
