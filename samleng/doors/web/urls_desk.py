"""The desk's addresses."""

from django.urls import path

from samleng.doors.web import desk, styleguide

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/notices/", desk.all_notices, name="notices"),
    path("desk/notices/read/", desk.read_all, name="notices_read"),
    path("desk/notices/<uuid:notice_id>/", desk.open_notice, name="notice"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
