"""Addresses of the field app: its pages and what it asks of the server, outside any language prefix."""

from django.urls.resolvers import URLPattern

urlpatterns: list[URLPattern] = []
