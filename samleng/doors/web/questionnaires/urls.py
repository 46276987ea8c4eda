"""Addresses of a programme's own forms."""

from django.urls import path

from samleng.doors.web.questionnaires import keys, pages

ONE = "programmes/<uuid:programme_id>/forms/"
FORM = ONE + "<uuid:form_id>/"

urlpatterns = [
    path(ONE, pages.forms, name="own_forms"),
    path(ONE + "new/", pages.bring_one, name="own_form_new"),
    path(ONE + "keys/", keys.keys, name="own_form_keys"),
    path(ONE + "keys/give/", keys.give, name="own_form_key_give"),
    path(ONE + "keys/<uuid:key_id>/revoke/", keys.revoke, name="own_form_key_revoke"),
    path(FORM, pages.form, name="own_form"),
    path(FORM + "new/", pages.bring_one, name="own_form_version"),
    path(FORM + "file/", pages.bring_file, name="own_form_file"),
    path(FORM + "open/", pages.open_one, name="own_form_open"),
    path(FORM + "close/", pages.close_one, name="own_form_close"),
    path(FORM + "answers.xlsx", pages.book, name="own_form_xlsx"),
    path(FORM + "answers.zip", pages.packed, name="own_form_zip"),
    path(FORM + "answers/<int:table>.csv", pages.table, name="own_form_csv"),
]
