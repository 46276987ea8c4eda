"""Addresses of meetings, plans and promises."""

from django.urls import path

from samleng.doors.web.plans import (
    agreeing,
    items,
    links,
    meetings,
    pages,
    promises,
    proofs,
    voices,
    watchers,
)

HOLD = "meetings/hold/<uuid:round_id>/<uuid:facility_id>/<int:place_id>/"
MEETING = "meetings/<uuid:meeting_id>/"
PLAN = "plans/<uuid:plan_id>/"
PROMISE = "promises/<uuid:action_id>/"

urlpatterns = [
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/of/<uuid:card_id>/", meetings.from_card, name="meeting_from_card"),
    path(HOLD, meetings.hold, name="meeting_hold"),
    path(MEETING, meetings.meeting, name="meeting"),
    path(MEETING + "heads/", meetings.heads, name="meeting_heads"),
    path(MEETING + "agree/", agreeing.agree_action, name="meeting_agree"),
    path(MEETING + "voices/", voices.meeting_voices, name="meeting_voices"),
    path(MEETING + "close/", meetings.close, name="meeting_close"),
    path("plans/", pages.plans, name="plans"),
    path(PLAN, pages.plan, name="plan"),
    path(PLAN + "new/", agreeing.agree_new, name="plan_agree"),
    path(PLAN + "adopt/", pages.adopt_plan, name="plan_adopt"),
    path(PLAN + "carry/", pages.carry_plan, name="plan_carry"),
    path(PLAN + "plan.pdf", pages.plan_file, {"form": "pdf"}, name="plan_pdf"),
    path(PLAN + "plan.docx", pages.plan_file, {"form": "docx"}, name="plan_docx"),
    path(PLAN + "plan.xlsx", pages.plan_file, {"form": "xlsx"}, name="plan_xlsx"),
    path(PLAN + "number/", pages.number, name="plan_number"),
    path(PLAN + "scan/", pages.scan, name="plan_scan"),
    path(PLAN + "voices/", voices.plan_voices, name="plan_voices"),
    path(PLAN + "join/", items.join, name="plan_join"),
    path(PLAN + "watchers/", watchers.watchers, name="plan_watchers"),
    path(PLAN + "watchers/<uuid:member_id>/leave/", watchers.leave, name="plan_watcher_leave"),
    path(PLAN + "items/<int:item_id>/place/", items.place, name="plan_place"),
    path(PLAN + "items/<int:item_id>/reword/", agreeing.reword_item, name="plan_reword"),
    path(PROMISE, promises.action, name="action"),
    path(PROMISE + "say/<slug:what>/", promises.speak, name="action_say"),
    path(PROMISE + "proof/<int:proof_id>/", proofs.proof, name="action_proof"),
    path(PROMISE + "proof/<int:proof_id>/small/", proofs.small, name="action_proof_small"),
    path(PROMISE + "proof/<int:proof_id>/show/", proofs.show, name="action_proof_show"),
    path(PROMISE + "link/", links.make_link, name="action_make_link"),
    path("put-to-us/", promises.put_to_us, name="put_to_us"),
    path("update/<str:token>/", links.by_link, name="action_link"),
]
