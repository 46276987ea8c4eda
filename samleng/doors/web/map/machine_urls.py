"""What machines read of the map, outside any language."""

from django.urls import path

from samleng.doors.web.map import api, feeds

urlpatterns = [
    path("api/v1/map/clusters", api.clusters, name="api_map_clusters"),
    path("api/v1/map/outlines", api.outline, name="api_map_outlines"),
    path("feeds/reports.rss", feeds.reports, name="feed_reports"),
]
