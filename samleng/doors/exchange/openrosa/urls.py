"""Addresses for Collect, Kobo and programs written for ODK Central; they carry no language."""

from django.urls import include, path, re_path

from samleng.doors.exchange.openrosa import central, collecting, drafting, exports, reviews
from samleng.doors.exchange.openrosa.visit import machine, nothing_for_phones, nothing_for_programs

FORM = "forms/<str:form_id>"
VERSION = FORM + "/versions/<str:version>"
RECORDS = FORM + "/submissions"
RECORD = RECORDS + "/<str:instance_id>"

for_phones = [
    path("formList", collecting.form_list, name="openrosa_list"),
    path("submission", collecting.submission, name="openrosa_submission"),
    # Some write an address with a slash at its end.
    path("formList/", collecting.form_list),
    path("submission/", collecting.submission),
    path(VERSION + ".xml", collecting.form_xml),
    path(VERSION + "/manifest", collecting.manifest),
    path(VERSION + "/attachments/<str:name>", collecting.form_file),
    path(FORM + ".xml", collecting.form_xml),
    path(FORM + "/manifest", collecting.manifest),
    path(FORM + "/attachments/<str:name>", collecting.form_file),
]

for_programs = [
    path("forms", machine(GET=central.forms, POST=drafting.create)),
    path(FORM, machine(GET=central.form)),
    path(FORM + "/draft", machine(GET=drafting.draft, POST=drafting.begin)),
    path(FORM + "/draft/attachments", machine(GET=drafting.draft_files)),
    path(FORM + "/draft/attachments/<str:name>", machine(POST=drafting.bring_draft_file)),
    path(FORM + "/draft/publish", machine(POST=drafting.publish)),
    path(FORM + "/versions", machine(GET=central.versions)),
    path(FORM + "/fields", machine(GET=central.fields)),
    path(FORM + "/attachments", machine(GET=central.form_files)),
    path(RECORDS, machine(GET=central.submissions, POST=central.create)),
    path(RECORDS + ".csv", machine(GET=exports.submissions_csv)),
    path(RECORDS + ".csv.zip", machine(GET=exports.submissions_zip)),
    path(RECORD + ".xml", machine(GET=central.submission_xml)),
    path(RECORD, machine(GET=central.submission, PUT=central.edit, PATCH=reviews.look)),
    path(RECORD + "/comments", machine(GET=reviews.comments, POST=reviews.comment)),
    path(RECORD + "/attachments", machine(GET=central.attachments)),
    path(
        RECORD + "/attachments/<str:name>",
        machine(GET=central.attachment, POST=central.bring_attachment),
    ),
]

urlpatterns = [
    path("sessions", central.sessions, name="odk_sessions"),
    path("users/current", central.me),
    path("projects", central.projects),
    path("projects/<int:project>", machine(GET=central.project)),
    path("key/<str:token>/projects/<int:project>/", include(for_phones)),
    path("projects/<int:project>/", include(for_phones)),
    path("projects/<int:project>/", include(for_programs)),
    # Whatever else there may stand, line breaks too.
    re_path(r"^key/(?P<token>[^/]+)/(?P<rest>(?s:.*))$", nothing_for_phones),
    re_path(r"^(?P<rest>(?s:.*))$", nothing_for_programs),
]
