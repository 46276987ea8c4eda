"""Addresses of an office's own system, and of the keys that other systems hold."""

from django.urls import path

from samleng.doors.web.outside import api_keys, pages

OFFICE, PROGRAMME = "offices/<uuid:office_id>/", "programmes/<uuid:programme_id>/"
ONE, KEYS = OFFICE + "system/", "api-keys/"
REVOKE = KEYS + "<uuid:api_key_id>/revoke/"

urlpatterns = [
    path("other-systems/", api_keys.mine, name="other_systems"),
    path(ONE, pages.system, name="outside"),
    path(ONE + "try/", pages.attempt, name="outside_try"),
    path(ONE + "switch/", pages.switch, name="outside_switch"),
    path(ONE + "<uuid:handed_id>/", pages.decide, name="outside_decide"),
    path(ONE + "news/<uuid:passed_id>/", pages.again, name="outside_again"),
    path(OFFICE + KEYS, api_keys.keys, name="api_keys_office"),
    path(OFFICE + REVOKE, api_keys.revoke, name="api_key_revoke_office"),
    path(PROGRAMME + KEYS, api_keys.keys, name="api_keys_programme"),
    path(PROGRAMME + REVOKE, api_keys.revoke, name="api_key_revoke_programme"),
]
