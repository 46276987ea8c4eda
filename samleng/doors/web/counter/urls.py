"""Addresses of an office's counter: what people say there, its register, and its papers."""

from django.urls import path

from samleng.doors.web.counter import pages, papers, register

urlpatterns = [
    path("counter/", pages.counter, name="counter"),
    path("counter/question/", pages.question, name="counter_question"),
    path("counter/complaint/", pages.complaint, name="counter_complaint"),
    path("counter/letter/", pages.letter, name="counter_letter"),
    path("counter/help/", pages.help_lists, name="counter_help"),
    path("counter/receipt.pdf", papers.receipt, name="counter_receipt"),
    path("counter/register/", register.register, name="counter_register"),
    path("counter/papers/<uuid:case_id>/", papers.papers, name="case_papers"),
    path("counter/papers/<uuid:case_id>/<slug:name>/", papers.paper, name="case_paper"),
]
