"""Makes the files a page is served with (style, fonts, script) out of well-kept packages.

Run `python -m samleng.doors.web.look.build`. Nothing made here is committed; running it twice changes
nothing, and a stamp over every source makes the second run a matter of milliseconds.
"""

import hashlib
import json
import re
import sys
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
LOOK = STATIC / "look"
BUILT = STATIC / "built"
WEIGHTS = (400, 600)
# Khmer, its symbols and joiners, and the Latin letters, digits and marks of an English page.
LETTERS = (
    *range(0x1780, 0x1800), *range(0x19E0, 0x1A00), *range(0x20, 0x7F), 0xA0, 0xA9, 0xAB, 0xB0, 0xB7,
    0xBB, 0xD7, 0xE9, 0x200B, 0x200C, 0x200D, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2026, 0x20AC, 0x2212, 0x25CC,
)  # fmt: skip
BUDGET = {"samleng.css": 20_000, "khmer-400.woff2": 40_000, "khmer-600.woff2": 40_000}


def minified_css(text: str) -> str:
    """The same style sheet without comments and spare blanks; strings are left as they are."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    parts = re.split(r"(\"[^\"]*\")", text)
    for i in range(0, len(parts), 2):
        part = re.sub(r"\s+", " ", parts[i])
        part = re.sub(r"\s*([{};,])\s*", r"\1", part)
        parts[i] = part.replace(": ", ":").replace(";}", "}")
    return "".join(parts).strip()


def minified_js(text: str) -> str:
    """The script without its comment lines and indentation; line ends stay, so no statement joins another."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def font(weight: int, target: Path) -> None:
    """One upright weight of Noto Sans Khmer, cut to `LETTERS`, as woff2 and as TrueType."""
    import fontpkg
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    whole = TTFont(fontpkg.path("Noto Sans Khmer"))
    instantiateVariableFont(whole, {"wght": weight, "wdth": 100}, inplace=True, updateFontNames=True)
    options = subset.Options(layout_features=["*"], name_IDs=["*"], hinting=False, notdef_outline=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=LETTERS)
    cutter.subset(whole)
    # The plain file is what charts and print measure and draw with.
    whole.save(target.with_suffix(".ttf"))
    whole.flavor = "woff2"
    whole.save(target)


def package_folder(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"The package {name} is not installed.")
    return Path(spec.origin).parent


def sources_stamp() -> str:
    """A hash over everything the built files are made from."""
    seen = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(LOOK.iterdir()):
        seen.update(path.name.encode() + path.read_bytes())
    packages = ("fontpkg-noto-sans-khmer", "fonttools", "django-htmx")
    seen.update(json.dumps([version(name) for name in packages]).encode())
    return seen.hexdigest()


def build(force: bool = False) -> dict[str, int]:
    """Makes what is missing or old; answers each built file's size in bytes."""
    stamp, mark = sources_stamp(), BUILT / ".stamp"
    if force or not mark.exists() or mark.read_text() != stamp:
        BUILT.mkdir(parents=True, exist_ok=True)
        mark.unlink(missing_ok=True)
        for weight in WEIGHTS:
            font(weight, BUILT / f"khmer-{weight}.woff2")
        css = "".join(path.read_text() for path in sorted(LOOK.glob("*.css")))
        (BUILT / "samleng.css").write_text(minified_css(css))
        (BUILT / "samleng.js").write_text(minified_js((LOOK / "samleng.js").read_text()))
        htmx = package_folder("django_htmx") / "static" / "django_htmx" / "htmx-2.min.js"
        (BUILT / "htmx.js").write_bytes(htmx.read_bytes())
        mark.write_text(stamp)
    return {path.name: path.stat().st_size for path in sorted(BUILT.iterdir()) if path.name[0] != "."}


def main() -> int:
    started = time.monotonic()
    sizes = build(force="--force" in sys.argv)
    for name, size in sizes.items():
        print(f"{name:18} {size / 1000:7.1f} kB")
    print(f"{time.monotonic() - started:.2f} s")
    heavy = [name for name, most in BUDGET.items() if sizes[name] > most]
    if heavy:
        print("Over its budget: " + ", ".join(heavy), file=sys.stderr)
    return 1 if heavy else 0


if __name__ == "__main__":
    raise SystemExit(main())
