"""Addresses of whoever speaks. They stand on posters and receipts and never change; none tells what about."""

from django.urls import path

from samleng.doors.web.speak import follow, pages, rating

urlpatterns = [
    path("speak/", pages.start, name="speak"),
    path("speak/on/", pages.step, name="speak_step"),
    path("speak/leave/", pages.leave, name="speak_leave"),
    path("speak/places.json", pages.places, name="speak_places"),
    path("speak/<slug:kind>/", pages.kind, name="speak_kind"),
    path("follow/", follow.find, name="follow"),
    path("follow/case/", follow.story, name="follow_case"),
    path("follow/case/reply/", follow.reply, name="follow_reply"),
    path("follow/case/verdict/", follow.verdict, name="follow_verdict"),
    path("follow/case/wording/", follow.wording, name="follow_wording"),
    path("follow/case/higher/", follow.higher, name="follow_higher"),
    path("follow/case/take-back/", follow.take_back, name="follow_take_back"),
    path("follow/case/files/<uuid:sealed_id>/", follow.file, name="follow_file"),
    path("follow/end/", follow.end, name="follow_end"),
    path("rate/", rating.find, name="rate_find"),
    path("ratings/", rating.mine, name="ratings"),
    path("rate/<str:code>/", rating.rate, name="rate"),
    path("rate/<str:code>/thanks/", rating.thanks, name="rate_thanks"),
    path("rate/<str:code>/poster/", rating.poster, name="rate_poster"),
    path("rate/<str:code>/results/", rating.results, name="rate_results"),
]
