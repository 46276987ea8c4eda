"""Addresses of whoever looks after people: programme managers, implementers, heads of offices."""

from django.urls import path

from samleng.doors.web.people import acts, batch, pages

ONE = "people/<uuid:person_id>/"

urlpatterns = [
    path("people/", pages.people, name="people"),
    path("people/new/", pages.add, name="people_add"),
    path("people/file/", batch.upload, name="people_file"),
    path("people/file/confirm/", batch.confirm, name="people_file_confirm"),
    path("people/file/sample.xlsx", batch.sample, name="people_sample"),
    path("people/files/", batch.files, name="people_files"),
    path("people/files/<uuid:batch_id>/", batch.batch, name="people_batch"),
    path("people/slips/", batch.slips, name="people_slips"),
    path(ONE, pages.person, name="person"),
    path(ONE + "change/", pages.change, name="person_change"),
    path(ONE + "roles/give/", acts.give, name="person_give"),
    path(ONE + "roles/<uuid:seat_id>/end/", acts.end, name="person_end"),
    path(ONE + "training/", acts.train, name="person_train"),
    path(ONE + "contacts/", acts.add_contact, name="person_contact"),
    path(ONE + "contacts/<uuid:contact_id>/read/", acts.read_contact, name="person_contact_read"),
    path(ONE + "contacts/<uuid:contact_id>/forget/", acts.forget_contact, name="person_contact_forget"),
    path(ONE + "slip/", acts.slip, name="person_slip"),
    path(ONE + "invite/", acts.invite, name="person_invite"),
    path(ONE + "phones/<uuid:device_id>/revoke/", acts.revoke_phone, name="person_revoke_phone"),
    path(ONE + "revoke/", acts.revoke_all, name="person_revoke"),
    path(ONE + "second-step/", acts.drop_step, name="person_second_step"),
]
