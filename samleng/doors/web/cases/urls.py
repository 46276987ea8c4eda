"""Addresses of the desk of cases."""

from django.urls import path

from samleng.doors.web.cases import (
    advice,
    bulk,
    case,
    clusters,
    export,
    files,
    identities,
    moderation,
    queue,
)

ONE = "desk/cases/<uuid:case_id>/"
urlpatterns = [
    path("desk/cases/", queue.queue, name="cases"),
    path("desk/cases/table.csv", export.export, name="cases_csv"),
    path("desk/cases/many/", bulk.bulk, name="cases_bulk"),
    path("desk/cases/merge/", bulk.merge_many, name="cases_merge"),
    path("desk/cases/views/keep/", queue.save, name="cases_save"),
    path("desk/cases/views/<int:saved_id>/forget/", queue.forget, name="cases_forget"),
    path(ONE, case.case, name="case"),
    path(ONE + "do/<slug:what>/", case.act, name="case_act"),
    path(ONE + "looks/", case.looks, name="case_looks"),
    path(ONE + "files/<uuid:sealed_id>/", files.sealed, name="case_file"),
    path(ONE + "files/<uuid:sealed_id>/black/", moderation.black_sealed, name="case_file_black"),
    path(ONE + "evidence/<int:evidence_id>/", files.evidence, name="case_evidence"),
    path(ONE + "evidence/<int:evidence_id>/black/", moderation.black_kept, name="case_evidence_black"),
    path(ONE + "evidence/<int:evidence_id>/show/", moderation.show_picture, name="case_show"),
    path(ONE + "review/", moderation.review_case, name="case_review"),
    path(ONE + "redact/<slug:what>/<uuid:key>/", moderation.redact, name="case_redact"),
    path("desk/identities/", identities.identities, name="identities"),
    path("desk/identities/<uuid:case_id>/<int:heard_id>/", identities.identity, name="identity"),
    path("desk/recommendations/", advice.recommendations, name="recommendations"),
    path("desk/recommendations/<uuid:recommendation_id>/", advice.recommendation, name="recommendation"),
    path("desk/clusters/", clusters.clusters, name="clusters"),
    path("desk/clusters/gather/", clusters.gather_cases, name="clusters_gather"),
    path("desk/clusters/<uuid:cluster_id>/back/", clusters.take_cluster_back, name="cluster_back"),
]
