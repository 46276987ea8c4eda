"""Addresses of meetings, plans and promises."""

from django.urls import path

from samleng.doors.web.plans import pages, promises

urlpatterns = [
    path("plans/", pages.plans, name="plans"),
    path("plans/<uuid:plan_id>/", pages.plan, name="plan"),
    path("plans/<uuid:plan_id>/adopt/", pages.adopt_plan, name="plan_adopt"),
    path("plans/<uuid:plan_id>/carry/", pages.carry_plan, name="plan_carry"),
    path("plans/<uuid:plan_id>/plan.pdf", pages.plan_file, {"form": "pdf"}, name="plan_pdf"),
    path("plans/<uuid:plan_id>/plan.docx", pages.plan_file, {"form": "docx"}, name="plan_docx"),
    path("plans/<uuid:plan_id>/plan.xlsx", pages.plan_file, {"form": "xlsx"}, name="plan_xlsx"),
    path("meetings/<uuid:meeting_id>/", pages.meeting, name="meeting"),
    path("meetings/<uuid:meeting_id>/heads/", pages.count_heads, name="meeting_heads"),
    path("meetings/<uuid:meeting_id>/agree/", pages.agree_action, name="meeting_agree"),
    path("meetings/<uuid:meeting_id>/close/", pages.end_meeting, name="meeting_close"),
    path("promises/<uuid:action_id>/", promises.action, name="action"),
    path("promises/<uuid:action_id>/say/", promises.speak, name="action_say"),
    path("promises/<uuid:action_id>/link/", promises.make_link, name="action_make_link"),
    path("update/<str:token>/", promises.by_link, name="action_link"),
]
