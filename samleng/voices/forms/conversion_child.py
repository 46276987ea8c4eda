"""The short-lived process that makes an XForm of a workbook: what a hostile one eats goes with it.

Arguments: a folder-less file name, the form's id where the workbook names none. The workbook comes on
standard input; one JSON object goes out: {"xform", "warnings", "itemsets"} or {"error", "kind",
"sheet", "row"}. No Django.
"""

import io
import json
import logging
import re
import resource
import sys
import tempfile
from pathlib import Path

MOST_MEMORY = 1024 * 1024 * 1024
MOST_SECONDS = 60


QUOTED = re.compile(r"['\"‘“]([^'\"’”]{1,200})['\"’”]")


def converted(data: bytes, name: str, form_id: str) -> dict[str, object]:
    from pyxform.errors import PyXFormError, PyXFormReadError
    from pyxform.xls2xform import convert

    with tempfile.TemporaryDirectory() as folder:
        # Read from a file, so that the name tells the kind and gives the form its id where it has none.
        path = Path(folder) / f"{form_id}{Path(name).suffix.lower()}"
        path.write_bytes(data)
        try:
            made = convert(str(path), validate=False)
        except PyXFormReadError as error:
            return {"error": str(error), "kind": "damaged"}
        except PyXFormError as error:
            if "not recognized as a supported type" in str(error):
                return {"error": str(error), "kind": "damaged"}
            own = looked_through(str(path))
            return {"error": str(error), "kind": "pyxform", "own": own, **where(str(path), str(error))}
        except MemoryError:
            return {"error": "", "kind": "memory"}
        except Exception as error:  # libraries of others raise many kinds on damaged workbooks
            return {"error": f"{type(error).__name__}: {error}"[:500], "kind": "damaged"}
        own = looked_through(str(path))
    return {"xform": made.xform, "warnings": list(made.warnings), "itemsets": made.itemsets, "own": own}


def looked_through(path: str) -> list[dict[str, object]]:
    """What often goes wrong and pyxform does not mind."""
    from dataclasses import asdict

    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    from samleng.voices.forms.rules.pitfalls import pitfalls

    try:
        book = get_xlsform(path)
    except PyXFormError:
        return []
    names = ("survey", "choices", "settings")
    sheets = {name: texts(getattr(book, name, None)) for name in names}
    headings = {name: [*next(iter(getattr(book, f"{name}_header", None) or []), {})] for name in names}
    return [asdict(one) for one in pitfalls(sheets, headings)]


def texts(rows: object) -> list[dict[str, str]]:
    found = rows if isinstance(rows, list) else []
    return [{str(name): str(value) for name, value in row.items() if value is not None} for row in found]


def where(path: str, said: str) -> dict[str, object]:
    """Sheet and row of the first cell that holds a word the message quotes, where it names no row itself."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    if "[row :" in said:
        return {}
    try:
        book = get_xlsform(path)
    except PyXFormError:
        return {}
    for word in QUOTED.findall(said):
        for sheet in ("survey", "choices"):
            for row, cells in enumerate(getattr(book, sheet, None) or [], start=2):
                if any(str(cell).strip() == word for cell in cells.values()):
                    return {"sheet": sheet, "row": row}
    return {}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    logging.disable(logging.CRITICAL)
    out, sys.stdout = sys.stdout, io.StringIO()
    answer = converted(sys.stdin.buffer.read(), sys.argv[1], sys.argv[2])
    out.write(json.dumps(answer))
    out.flush()


if __name__ == "__main__":
    main()
