"""The style guide: for whoever builds a page or checks one."""

from django.urls import path

from samleng.doors.web.look.styleguide import styleguide

urlpatterns = [path("styleguide/", styleguide, name="styleguide")]
