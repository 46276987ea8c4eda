"""Files of other systems' requests: a few rows in Boston's form, and the real ones where they are at hand."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

HERE = Path(__file__).parent
MAPPING = HERE / "boston.toml"
SHARED = HERE.parents[4] / "shared" / "data" / "citizen_reports"
BOSTON = SHARED / "boston_311_2011_jul_oct.csv.gz"
SEATTLE = SHARED / "seattle_illegal_dumping_sample.csv"
LITTER = SHARED / "openlittermap_berlin_2018.csv"

ROW: dict[str, str] = {
    "case_enquiry_id": "101",
    "open_dt": "2011-07-01 23:32:33",
    "target_dt": "2011-07-15 01:32:32",
    "closed_dt": "2011-07-05 05:06:58",
    "case_status": "Closed",
    "closure_reason": "Case Closed Case Resolved replaced fuse",
    "case_title": "Street Light Outages",
    "type": "Street Light Outages",
    "submittedphoto": "https://photos.example/1.jpg",
    "location": "Groveland St & River St",
    "latitude": "42.2715",
    "longitude": "-71.0772",
}
OPEN = {"case_enquiry_id": "102", "case_status": "Open", "closed_dt": "", "closure_reason": ""}


def row(**given: str) -> dict[str, str]:
    return {**ROW, **given}


def written(folder: Path, *rows: dict[str, str], packed: bool = False) -> Path:
    """The rows as a file, packed as the real one is or not."""
    path = folder / ("requests.csv.gz" if packed else "requests.csv")
    with gzip.open(path, "wt", newline="") if packed else path.open("w", newline="") as out:
        sheet = csv.DictWriter(out, list(ROW))
        sheet.writeheader()
        sheet.writerows(rows)
    return path


def mapping(folder: Path, old: str = "", new: str = "") -> Path:
    """Boston's mapping with one thing said otherwise."""
    text = MAPPING.read_text()
    assert old in text
    path = folder / "mapping.toml"
    path.write_text(text.replace(old, new, 1) if old else text)
    return path


def first_rows(folder: Path, count: int) -> Path:
    """So many rows of the real file, whole."""
    path = folder / "boston.csv"
    with gzip.open(BOSTON, "rt", newline="") as source, path.open("w", newline="") as out:
        sheet, copy = csv.reader(source), csv.writer(out)
        for _number, line in zip(range(count + 1), sheet, strict=False):
            copy.writerow(line)
    return path
