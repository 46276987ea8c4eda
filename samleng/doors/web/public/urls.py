"""Addresses for everybody. They are printed on posters and kept in archives: they never change."""

from django.urls import path

from samleng.doors.web.public import alerts, files, news, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("about/", pages.about, name="about"),
    path("places/", pages.places, name="places"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/asked/", alerts.asked, name="alerts_asked"),
    path("alerts/device/", alerts.device, name="alerts_device"),
    path("alerts/device/end/", alerts.device_end, name="alerts_device_end"),
    path("alerts/yes/<str:token>/", alerts.yes, name="alerts_yes"),
    path("alerts/end/<str:token>/", alerts.stop, name="alerts_end"),
    path("desk/news/", news.news, name="news"),
    path("proofs/<int:proof_id>.webp", files.proof, name="proof"),
    path("search", pages.search, name="search"),
    path("search.json", pages.suggest, name="suggest"),
    path("places/<str:code>/", pages.place, name="place"),
    path("places/<str:code>/print", pages.place, {"printed": True}, name="place_print"),
    path("places/<str:code>/figures.csv", files.place_csv, name="place_csv"),
    path("places/<str:code>/card.png", files.place_card, name="place_card"),
    path("facilities/<uuid:facility_id>/", pages.facility, name="facility"),
    path("facilities/<uuid:facility_id>/print", pages.facility, {"printed": True}, name="facility_print"),
    path("facilities/<uuid:facility_id>/figures.csv", files.facility_csv, name="facility_csv"),
    path("facilities/<uuid:facility_id>/card.png", files.facility_card, name="facility_card"),
]
