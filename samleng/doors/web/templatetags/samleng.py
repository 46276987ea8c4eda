"""Everything a template of this house may say; `config` makes it a builtin, so no page loads it."""

from django import template

from samleng.doors.web.templatetags import drawn, parts, said

register = template.Library()
for shelf in (said, drawn, parts):
    register.tags.update(shelf.register.tags)
    register.filters.update(shelf.register.filters)
