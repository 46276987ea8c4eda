"""A recipe for the real gazetteer, made from the field's own kinds; for tests beside ../shared/data."""

import re
from pathlib import Path

KINDS = {
    "country": (0, "ប្រទេស", "Country"),
    "khaet": (1, "ខេត្ត", "Province"),
    "reach_theani": (1, "រាជធានី", "Capital"),
    "srok": (2, "ស្រុក", "Srok"),
    "krong": (2, "ក្រុង", "Krong"),
    "khan": (2, "ខណ្ឌ", "Khan"),
    "khum": (3, "ឃុំ", "Khum"),
    "sangkat": (3, "សង្កាត់", "Sangkat"),
    "phum": (4, "ភូមិ", "Phum"),
}


def kinds_in(path: Path) -> dict[str, str]:
    """Code -> kind in the field's YAML (one regular shape, so no YAML reader is needed)."""
    found, code, inside = {}, "", False
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"  '(\d+)':", line):
            code = match[1]
        elif line.startswith("    "):
            if not line.startswith("     "):
                inside = line.strip() == "administrative_unit:"
            elif inside and (match := re.match(r"      latin: (.+)", line)):
                found[code] = match[1].strip().lower().replace(" ", "_")
    return found


def pack(folder: Path, data: Path) -> Path:
    """A pack of the real gazetteer, with its files beside it; returns its country.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    districts = kinds_in(data / "pumi_districts.yml")
    lines = ["code,kind", *(f"{code},{kind}" for code, kind in sorted(districts.items()))]
    (folder / "district_kinds.csv").write_text("\n".join(lines) + "\n")
    provinces = ["code,kind", *(f"{n:02d},{'reach_theani' if n == 12 else 'khaet'}" for n in range(1, 26))]
    (folder / "province_kinds.csv").write_text("\n".join(provinces) + "\n")
    parts = [
        "[places]",
        "valid_from = 2020-01-01",
        "keep_sound = true",
        "code_holds_parent = true",
        "digits = { 1 = 2, 2 = 4, 3 = 6, 4 = 8 }",
        'root = { code = "KH", kind = "country", name = { km = "កម្ពុជា", en = "Cambodia" } }',
    ]
    for code, (level, km, en) in KINDS.items():
        parts += [
            "[[places.kinds]]",
            f'code = "{code}"',
            f"level = {level}",
            f'name = {{ km = "{km}", en = "{en}" }}',
        ]
    above = ""
    for unit, file, kind in (
        ("province", "Province", 'kind_table = "province_kinds.csv"'),
        ("district", "District", 'kind_table = "district_kinds.csv"'),
        ("commune", "Commune", 'kind_by_parent = { srok = "khum", krong = "sangkat", khan = "sangkat" }'),
        ("village", "Villages", 'kind = "phum"'),
    ):
        parts += [
            "[[places.files]]",
            f'path = "{data}/Cambodia{file}List2025.csv"',
            f'code = "{unit}_code"',
            f'name = {{ km = "{unit}_kh", en = "{unit}_en" }}',
            kind,
        ]
        if above:
            parts.append(f'parent = "{above}_code"')
        above = unit
    (folder / "country.toml").write_text("\n".join(parts) + "\n", encoding="utf-8")
    return folder / "country.toml"
