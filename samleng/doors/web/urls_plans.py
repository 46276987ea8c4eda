"""Addresses of meetings, plans and promises."""

from django.urls import path

from samleng.doors.web import plan_pages, promise_pages

urlpatterns = [
    path("plans/", plan_pages.plans, name="plans"),
    path("plans/<uuid:plan_id>/", plan_pages.plan, name="plan"),
    path("plans/<uuid:plan_id>/adopt/", plan_pages.adopt_plan, name="plan_adopt"),
    path("plans/<uuid:plan_id>/carry/", plan_pages.carry_plan, name="plan_carry"),
    path("plans/<uuid:plan_id>/plan.pdf", plan_pages.plan_file, {"form": "pdf"}, name="plan_pdf"),
    path("plans/<uuid:plan_id>/plan.docx", plan_pages.plan_file, {"form": "docx"}, name="plan_docx"),
    path("plans/<uuid:plan_id>/plan.xlsx", plan_pages.plan_file, {"form": "xlsx"}, name="plan_xlsx"),
    path("meetings/<uuid:meeting_id>/", plan_pages.meeting, name="meeting"),
    path("meetings/<uuid:meeting_id>/heads/", plan_pages.count_heads, name="meeting_heads"),
    path("meetings/<uuid:meeting_id>/agree/", plan_pages.agree_action, name="meeting_agree"),
    path("meetings/<uuid:meeting_id>/close/", plan_pages.end_meeting, name="meeting_close"),
    path("promises/<uuid:action_id>/", promise_pages.action, name="action"),
    path("promises/<uuid:action_id>/say/", promise_pages.speak, name="action_say"),
    path("promises/<uuid:action_id>/link/", promise_pages.make_link, name="action_make_link"),
    path("update/<str:token>/", promise_pages.by_link, name="action_link"),
]
