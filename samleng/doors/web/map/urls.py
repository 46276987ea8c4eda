"""Pages of the map; references stand on receipts and posters, so these addresses never change."""

from django.urls import path

from samleng.doors.web.map import pages

urlpatterns = [
    path("map/", pages.reports_map, name="map"),
    path("map/reports/<str:reference>/", pages.one_report, name="map_report"),
    path("map/reports/<str:reference>/photo.webp", pages.photo, name="map_photo"),
    path("map/reports/<str:reference>/afterwards.webp", pages.proof, name="map_proof"),
    path("answering/", pages.answering, name="answering"),
    path("answering/<uuid:office_id>/", pages.office, name="answering_office"),
]
