"""The desk's addresses."""

from django.urls import path

from samleng.doors.web.desk import pages

urlpatterns = [
    path("desk/", pages.desk, name="desk"),
    path("desk/notices/", pages.all_notices, name="notices"),
    path("desk/notices/read/", pages.read_all, name="notices_read"),
    path("desk/notices/<uuid:notice_id>/", pages.open_notice, name="notice"),
]
