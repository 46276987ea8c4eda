"""Sign-in, slips, invitations and one's own account."""

from django.urls import path

from samleng.doors.web import signin

urlpatterns = [
    path("pin/", signin.pin, name="pin"),
    path("enrol/", signin.enrol, name="enrol"),
    path("enrol/<str:code>/", signin.enrol, name="enrol_code"),
    path("invited/<str:token>/", signin.invited, name="invited"),
    path("leave/", signin.leave, name="leave"),
    path("second-step/", signin.second_step, name="second_step"),
    path("me/", signin.me, name="me"),
    path("me/language/", signin.speak, name="me_language"),
    path("me/pin/", signin.change_pin, name="me_pin"),
    path("me/devices/<uuid:device_id>/revoke/", signin.revoke_my_device, name="me_revoke_device"),
    path("me/revoke-all/", signin.revoke_everything, name="me_revoke_all"),
    path("me/act-for/", signin.act_for, name="me_act_for"),
]
