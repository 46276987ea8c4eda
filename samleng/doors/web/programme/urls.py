"""Addresses of a programme's own desk, and of the register of offices."""

from django.urls import path

from samleng.doors.web.programme import duties, help_numbers, offices, pages, publishing

ONE = "programmes/<uuid:programme_id>/"
RELEASE = ONE + "releases/<uuid:release_id>/"

urlpatterns = [
    path("programmes/", pages.programmes, name="programmes"),
    path("programmes/open/", pages.open_one, name="programme_open"),
    path(ONE, pages.programme, name="programme"),
    path(ONE + "names/", pages.change, name="programme_change"),
    path(ONE + "manager/", pages.manager, name="programme_manager"),
    path(ONE + "manager/link/", pages.manager_link, name="programme_manager_link"),
    path(ONE + "implementers/new/", pages.implementer, name="implementer_new"),
    path(ONE + "implementers/<uuid:implementer_id>/", pages.implementer, name="implementer"),
    path(ONE + "publication/", publishing.publication, name="publication"),
    path(ONE + "releases/", publishing.releases, name="releases"),
    path(RELEASE, publishing.release, name="release"),
    path(RELEASE + "withdraw/", publishing.withdraw_one, name="release_withdraw"),
    path(ONE + "texts/", publishing.texts, name="texts_held"),
    path("offices/", offices.register, name="offices"),
    path("offices/at/<int:place_id>/", offices.register, name="offices_at"),
    path("offices/new/<int:place_id>/", offices.new, name="office_new"),
    path("offices/kinds/", offices.kinds, name="office_kinds"),
    path("offices/<uuid:office_id>/", offices.office, name="office"),
    path("offices/<uuid:office_id>/change/", offices.change, name="office_change"),
    path("offices/<uuid:office_id>/channels/", duties.channels, name="office_channels"),
    path("offices/<uuid:office_id>/duty/", duties.duty, name="office_duty"),
    path("offices/<uuid:office_id>/duty/<int:duty_id>/", duties.change, name="office_duty_change"),
    path("offices/<uuid:office_id>/duty/<int:duty_id>/end/", duties.end, name="office_duty_end"),
    path("help-numbers/", help_numbers.help_numbers, name="help_numbers"),
]
