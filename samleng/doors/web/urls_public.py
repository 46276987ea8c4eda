"""Addresses for everybody. They are printed on posters and kept in archives: they never change."""

from django.urls import path

from samleng.doors.web import public, public_files

urlpatterns = [
    path("", public.home, name="home"),
    path("about/", public.about, name="about"),
    path("places/", public.places, name="places"),
    path("search", public.search, name="search"),
    path("search.json", public.suggest, name="suggest"),
    path("places/<str:code>/", public.place, name="place"),
    path("places/<str:code>/print", public.place, {"printed": True}, name="place_print"),
    path("places/<str:code>/figures.csv", public_files.place_csv, name="place_csv"),
    path("places/<str:code>/card.png", public_files.place_card, name="place_card"),
    path("facilities/<uuid:facility_id>/", public.facility, name="facility"),
    path("facilities/<uuid:facility_id>/print", public.facility, {"printed": True}, name="facility_print"),
    path("facilities/<uuid:facility_id>/figures.csv", public_files.facility_csv, name="facility_csv"),
    path("facilities/<uuid:facility_id>/card.png", public_files.facility_card, name="facility_card"),
]
