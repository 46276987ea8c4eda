"""Addresses of a programme's exact figures: for its own staff, never for publication."""

from django.urls import path

from samleng.doors.web.figures import pages

ONE = "programmes/<uuid:programme_id>/figures/"
PLACE = ONE + "<int:place_id>/"

urlpatterns = [
    path("figures/", pages.choose, name="figures_choose"),
    path(ONE, pages.begin, name="figures"),
    path(PLACE, pages.figures, name="figures_at"),
    path(PLACE + "figures.csv", pages.as_csv, name="figures_csv"),
    path(PLACE + "<str:service>/<str:side>/<str:criterion>/", pages.criterion, name="figures_criterion"),
]
