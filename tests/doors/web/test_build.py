"""The files pages are served with, made from packages."""

from fontTools.ttLib import TTFont

from samleng.doors.web.look import build


def test_it_builds_within_the_budget_and_not_twice():
    sizes = build.build()
    assert all(sizes[name] <= most for name, most in build.BUDGET.items())
    # What a public page loads at most: style, script, both fonts; 150 kB leaves room for its own text.
    assert sum(sizes[n] for n in ("samleng.css", "samleng.js", "khmer-400.woff2", "khmer-600.woff2")) < 90_000
    made = {path.name: path.stat().st_mtime_ns for path in build.BUILT.iterdir()}
    build.build()
    assert made == {path.name: path.stat().st_mtime_ns for path in build.BUILT.iterdir()}


def test_it_keeps_every_khmer_letter_and_its_shaping():
    build.build()
    font = TTFont(build.BUILT / "khmer-400.woff2")
    letters = font.getBestCmap()
    assert all(code in letters for code in (*range(0x1780, 0x17DE), *range(0x17E0, 0x17EA), *b"Az09%"))
    assert {"pres", "blwf"} & {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}


def test_it_minifies_without_changing_what_is_quoted():
    css = '/* a */ a { content: "x  ;  y" ; color : red; }\n\n@media (max-width: 3rem) { b { c: d } }'
    small = build.minified_css(css)
    assert (
        '"x  ;  y"' in small
        and "/*" not in small
        and "\n" not in small
        and "@media (max-width:3rem){b{c:d}}" in small
    )


def test_it_keeps_script_lines_apart():
    assert build.minified_js("// why\n  a()\n\n  b()\n") == "a()\nb()\n"
