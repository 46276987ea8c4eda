"""Sign-in, slips, invitations and one's own account."""

from django.urls import path

from samleng.doors.web.signin import pages

urlpatterns = [
    path("pin/", pages.pin, name="pin"),
    path("enrol/", pages.enrol, name="enrol"),
    path("enrol/<str:code>/", pages.enrol, name="enrol_code"),
    path("invited/<str:token>/", pages.invited, name="invited"),
    path("leave/", pages.leave, name="leave"),
    path("second-step/", pages.second_step, name="second_step"),
    path("me/", pages.me, name="me"),
    path("me/language/", pages.speak, name="me_language"),
    path("me/pin/", pages.change_pin, name="me_pin"),
    path("me/devices/<uuid:device_id>/revoke/", pages.revoke_my_device, name="me_revoke_device"),
    path("me/revoke-all/", pages.revoke_everything, name="me_revoke_all"),
    path("me/act-for/", pages.act_for, name="me_act_for"),
]
