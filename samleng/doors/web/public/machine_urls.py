"""What a browser's worker for messages asks for, outside any language: no page of the site lies below it."""

from django.urls import path

from samleng.doors.web.public import push

urlpatterns = [
    path("push/worker.js", push.worker, name="push_worker"),
    path("push/moved", push.moved, name="push_moved"),
]
