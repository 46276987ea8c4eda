"""Pictures and components as they come out of the templates."""

import re

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from samleng.doors.web.look.styleguide import FIVE, HUNDRED, ExampleForm
from samleng.doors.web.templatetags import drawn, parts

KEYS = ["face-1", "face-2", "face-3", "face-4", "face-5", "three-1", "three-2", "three-3", "yes", "no", "bar"]


def shown(text: str, **context: object) -> str:
    with translation.override("en"):
        return Template(text).render(Context(context))


@pytest.mark.parametrize("key", KEYS)
def test_it_draws_every_face_with_its_name(key):
    html = shown("{% face key label %}", key=key, label={"en": "Acceptable <3"})
    assert "<path" in html and 'role="img"' in html
    assert 'aria-label="Acceptable &lt;3"' in html and "<title>Acceptable &lt;3</title>" in html


def test_it_hides_a_face_that_only_decorates():
    assert 'aria-hidden="true"' in shown('{% face "face-3" %}')


@pytest.mark.parametrize("scale", [KEYS[:5], KEYS[5:8], KEYS[8:10]])
def test_it_tells_the_points_of_a_scale_apart_without_colour(scale):
    drawings = {drawn._inside(drawn.FACES / f"{key}.svg") for key in scale}
    assert len({re.sub(r'fill="#[0-9A-F]{3,6}"', "", drawing) for drawing in drawings}) == len(scale)


def test_it_says_a_picture_it_does_not_have_in_words():
    assert "Good" in shown('{% face "../../secret" "Good" %}')


@pytest.mark.parametrize(("value", "faces"), [(3, 1), ("3.5", 2), (None, 0), (5, 1), (1, 1), ("4.25", 2)])
def test_it_shows_the_face_of_a_median_or_the_two_it_lies_between(value, faces):
    assert shown("{% faces_for value points %}", value=value, points=FIVE).count("<svg") == faces


def test_it_fills_a_bar_for_a_scale_without_faces():
    assert 'class="gauge"' in shown("{% faces_for 62.5 points %}", points=HUNDRED)


def test_it_tells_the_gap_to_those_who_listen():
    html = shown("{% track ours theirs %}", ours="3.5", theirs=5)
    assert 'aria-label="Citizens 3.5; Providers 5; Gap 1.5"' in html
    assert shown("{% track %}") == ""


def test_it_counts_every_class_of_a_histogram():
    html = shown("{% histogram counts points %}", counts=[2, 0, 1, 11, 6], points=FIVE)
    assert "Very dissatisfied: 2 people; Dissatisfied: 0 people; Acceptable: 1 person" in html
    assert html.count("<rect") == 5
    assert shown("{% histogram counts %}", counts=None) == ""


@pytest.mark.parametrize("code", sorted(parts.STATUSES))
def test_it_tells_each_status_by_word_and_shape(code):
    html = shown("{% status_chip code %}", code=code)
    assert "<svg" in html and len(re.sub(r"<[^>]*>", "", html)) > 3


def test_it_shows_a_frameworks_own_status():
    html = shown('{% status_chip "waiting" label "care" "clock" %}', label={"en": "Waiting for rain"})
    assert 'class="chip care"' in html and "Waiting for rain" in html


def test_it_shows_where_a_recording_is_missing():
    assert "no recording yet" in shown('{% sound "" "Clean water" %}')
    assert 'src="/a.ogg"' in shown('{% sound "/a.ogg" "Clean water" %}')


def test_it_says_why_a_score_is_not_shown():
    row = {"title": "Clean water", "median": None, "n": None, "counts": None, "providers": None}
    html = shown("{% score_row row points %}", row=row, points=FIVE)
    assert "Too few people" in html and "<svg" not in html
    row |= {"median": 2, "n": 12}
    assert "How the scores were spread is not shown" in shown(
        "{% score_row row points %}", row=row, points=FIVE
    )


def test_it_lists_every_error_at_the_top_with_a_link_to_its_field():
    form = ExampleForm({"name": "", "people": "0"})
    html = shown("{% error_summary form %}{{ form }}", form=form)
    links = re.findall(r'<a href="#([^"]+)">', html)
    assert len(links) >= 4
    for anchor in links:
        assert f'id="{anchor}"' in html
    assert 'aria-describedby="id_people_error"' in html and 'id="id_people_error"' in html


def test_it_keeps_the_query_while_turning_pages():
    request = RequestFactory().get("/en/?q=a%26b&page=2")
    page = Paginator(range(100), 10).page(2)
    assert 'href="?q=a%26b&amp;page=3"' in shown("{% pages page %}", request=request, page=page)


def test_it_offers_the_same_page_in_the_other_language(client, db):
    page = client.get("/en/styleguide/?charts=0&a=1").content.decode()
    assert 'href="/km/styleguide/?charts=0&amp;a=1"' in page and '<html lang="en">' in page


def test_it_marks_sample_pages_within_the_page(client, db):
    marked = client.get("/en/styleguide/?charts=0&sample=1").content.decode()
    assert "sample-mark" in marked.split("<main")[1] and "SAMPLE:" in marked
    assert "sample-mark" not in client.get("/en/styleguide/?charts=0").content.decode()


def test_it_needs_no_inline_style_or_script(client, db):
    page = client.get("/km/styleguide/?sample=1").content.decode()
    assert not re.search(r"\sstyle=|<style|<script(?![^>]*src=)|\son[a-z]+=", page)
