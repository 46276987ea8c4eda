"""Addresses of one's own key and of an office's vaults."""

from django.urls import path

from samleng.doors.web.keys import pages, vaults

ONE = "desk/keys/vaults/<uuid:vault_id>/"

urlpatterns = [
    path("desk/keys/", pages.mine, name="keys"),
    path("desk/keys/choose/", pages.choose, name="keys_choose"),
    path("desk/keys/forgotten/", pages.forgotten, name="keys_forgotten"),
    path("desk/keys/change/", pages.change, name="keys_change"),
    path("desk/keys/unlock/", pages.unlock, name="keys_unlock"),
    path("desk/keys/lock/", pages.lock, name="keys_lock"),
    path("desk/keys/offices/<uuid:office_id>/", vaults.office, name="keys_office"),
    path("desk/keys/offices/<uuid:office_id>/<slug:purpose>/", vaults.open_one, name="keys_open"),
    path(ONE, vaults.vault, name="keys_vault"),
    path(ONE + "add/", vaults.add, name="keys_add"),
    path(ONE + "remove/", vaults.remove, name="keys_remove"),
    path(ONE + "custodians/", vaults.custodians, name="keys_custodians"),
    path(ONE + "rotate/", vaults.rotate, name="keys_rotate"),
    path(ONE + "hand-over/", vaults.hand, name="keys_hand"),
    path(ONE + "take-up/", vaults.take, name="keys_take"),
]
