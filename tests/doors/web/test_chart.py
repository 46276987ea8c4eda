"""Charts: the specification, the table behind it, the picture, and the child that draws it."""

import io
import json
from fractions import Fraction

import pytest
from django.utils import translation
from PIL import Image, ImageChops

from samleng.doors.web.look import canvas, chart_child, charts, drawing
from samleng.doors.web.look.styleguide import FIVE

LONG = "សម្ភារៈគ្រប់គ្រាន់ បរិក្ខារ ថ្នាំ និងទឹកស្អាតប្រើប្រាស់នៅមណ្ឌលសុខភាពគ្រប់ពេលវេលា"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    with translation.override("en"):
        yield tmp_path


@pytest.fixture(scope="module", autouse=True)
def one_child():
    yield
    drawing.child.end()


def sides(**more):
    return charts.two_sides("Both sides", [(LONG, "3.5", 5), ("Friendly staff", 3, None)], **more)


def test_it_keeps_the_table_behind_the_picture():
    chart = sides()
    assert chart.columns == ("Criterion", "Citizens", "Providers", "Gap")
    assert chart.rows == ((LONG, "3.5", "5", "1.5"), ("Friendly staff", "3", "–", "–"))
    assert "3.5" in chart.alt and LONG in chart.alt


def test_it_counts_what_became_of_promises():
    chart = charts.promises("Promises", [("sure", "Kept", 3), ("bad", "Dropped", 5)])
    assert chart.rows == (("Kept", "3", "38 %"), ("Dropped", "5", "62 %"))
    assert charts.promises("Promises", [("sure", "Kept", 0)]).rows == (("Kept", "0", "–"),)


def test_it_draws_no_line_over_a_missing_year():
    dots = [{"x": 0, "y": 1, "n": 0}, {"x": 1, "y": 2, "n": 1}, {"x": 3, "y": 2, "n": 3}]
    assert len(charts.joined(dots)["data"]["values"]) == 1


def test_it_measures_the_gap_exactly():
    assert charts.distance("3.5", 5) == Fraction(3, 2) and charts.distance(None, 5) is None


def test_it_wraps_long_khmer_between_words():
    cut = canvas.lines(LONG)
    assert len(cut) >= 2
    assert "".join(cut).replace(" ", "") == LONG.replace(" ", "")
    assert all(canvas.ems(line) * 13 <= canvas.WIDTH for line in cut)


def test_it_gives_equal_specifications_one_name():
    assert drawing.key(sides().spec) == drawing.key(json.loads(json.dumps(sides().spec)))
    assert drawing.key(sides().spec) != drawing.key(sides(sample=True).spec)


def test_it_draws_svg_a_strict_page_may_hold(home):
    svg = charts.svg(sides())
    assert svg.startswith('<svg class="drawn"') and svg.rstrip().endswith("</svg>")
    assert "style=" not in svg and "<script" not in svg and "Both sides" in svg
    assert len(list(home.glob("cache/charts/*/*.svg"))) == 1


def test_it_marks_a_sample_inside_the_picture():
    assert "SAMPLE" in charts.svg(sides(sample=True)) and "គំរូ" in charts.svg(sides(sample=True))
    assert "SAMPLE" not in charts.svg(sides())


def test_it_draws_once_and_then_reads(monkeypatch):
    first = charts.svg(sides())
    monkeypatch.setattr(drawing.child, "draw", None)
    assert charts.svg(sides()) == first


def test_it_makes_a_png():
    picture = Image.open(io.BytesIO(charts.png(sides())))
    assert picture.format == "PNG" and picture.width > 600


@pytest.mark.parametrize("word", ["គ្រូពេទ្យ", "ប្រើប្រាស់នៅ", "សម្ភារៈគ្រប់គ្រាន់"])
def test_it_gives_every_khmer_cluster_its_room(word):
    # A word drawn cluster by cluster is as wide as the shaper says it is, give or take a pixel.
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="120" viewBox="0 0 900 120">'
        '<text transform="translate(10,70)" font-family="Noto Sans Khmer" font-size="40px">'
        f"{word}</text></svg>"
    )
    picture = Image.open(io.BytesIO(drawing.child.draw("png", svg=svg))).convert("RGBA")
    box = ImageChops.difference(picture, Image.new("RGBA", picture.size)).getbbox()
    wanted = 2 * 0.4 * chart_child.measure(400).getlength(word)
    assert box and abs((box[2] - box[0]) - wanted) < 14


def test_it_lets_no_text_out_of_its_element():
    chart = charts.histogram("<script>&", FIVE, [1, 2, 3, 4, 5])
    assert "<script" not in charts.svg(chart) and "<script" not in charts.print_svg(chart)


def test_it_tells_what_cannot_be_drawn():
    with pytest.raises(drawing.ChartFailed):
        drawing.picture({"mark": 5})


def test_it_answers_after_its_child_has_gone():
    charts.svg(sides())
    first = drawing.child.pid
    drawing.child._process.kill()
    drawing.child._process.wait()
    assert charts.png(sides()) and drawing.child.pid != first


def test_it_draws_nothing_at_all_without_failing():
    assert charts.svg(charts.histogram("Empty", FIVE, [0, 0, 0, 0, 0]))
    assert charts.svg(charts.two_sides("Empty", [("One", None, None)]))
    assert charts.svg(charts.trend("Empty", [(2026, None, None)]))
