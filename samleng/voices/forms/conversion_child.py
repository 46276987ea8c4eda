"""The short-lived process that makes an XForm of a workbook: what a hostile one eats goes with it.

Arguments: a folder-less file name, the form's id where the workbook names none. The workbook comes on
standard input; one JSON object goes out: {"xform", "warnings", "itemsets"} or {"error", "kind"}. No Django.
"""

import io
import json
import logging
import resource
import sys
import tempfile
from pathlib import Path

MOST_MEMORY = 1024 * 1024 * 1024
MOST_SECONDS = 60


def converted(data: bytes, name: str, form_id: str) -> dict[str, object]:
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    with tempfile.TemporaryDirectory() as folder:
        # Read from a file, so that the name tells the kind and gives the form its id where it has none.
        path = Path(folder) / f"{form_id}{Path(name).suffix.lower()}"
        path.write_bytes(data)
        try:
            made = convert(str(path), validate=False)
        except PyXFormError as error:
            return {"error": str(error), "kind": "pyxform"}
        except MemoryError:
            return {"error": "", "kind": "memory"}
        except Exception as error:  # libraries of others raise many kinds on damaged workbooks
            return {"error": f"{type(error).__name__}: {error}"[:500], "kind": "damaged"}
    return {"xform": made.xform, "warnings": list(made.warnings), "itemsets": made.itemsets}


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
