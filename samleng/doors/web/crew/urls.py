"""Addresses of crews: the office's pages, and the crew's own day behind a link that is its key."""

from django.urls import path

from samleng.doors.web.crew import link, office

urlpatterns = [
    path("crews/", office.crews, name="crews"),
    path("crews/give/<uuid:case_id>/", office.give, name="crew_give"),
    path("crews/photos/<uuid:case_id>/", office.photos, name="crew_photos"),
    path("crews/photos/<uuid:case_id>/<int:evidence_id>/", office.photo, name="crew_photo"),
    path("crews/<uuid:crew_id>/", office.crew, name="crew"),
    path("crews/<uuid:crew_id>/link/", office.link_anew, name="crew_link"),
    path("crews/<uuid:crew_id>/end/", office.end, name="crew_end"),
    path("crew/<str:token>/", link.day, name="crew_day"),
    path("crew/<str:token>/<uuid:order_id>/", link.job, name="crew_job"),
    path("crew/<str:token>/<uuid:order_id>/<int:evidence_id>/", link.photo, name="crew_job_photo"),
]
