"""The page that shows every component in both languages: the designer's desk and the tester's target."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from samleng.doors.web.look import charts
from samleng.doors.web.templatetags.parts import STATUSES
from samleng.doors.web.templatetags.said import say

LONG = {
    "km": "ផែនការសកម្មភាពរួមគណនេយ្យភាពសង្គមឃុំត្រពាំងឈូក ឆ្នាំ២០២៦",
    "en": "Joint accountability action plan of the commune of Trapeang Chhuk, 2026",
}
PLACE = [
    ({"km": "ប្រទេសទាំងមូល", "en": "The whole country"}, "#"),
    ({"km": "ខេត្តបន្ទាយមានជ័យ", "en": "Banteay Meanchey province"}, "#"),
    ({"km": "ស្រុកមង្គលបូរី", "en": "Mongkol Borei district"}, "#"),
    ({"km": "ឃុំឫស្សីក្រោក", "en": "Ruessei Kraok commune"}, "#"),
    ({"km": "មណ្ឌលសុខភាពឫស្សីក្រោក", "en": "Ruessei Kraok health centre"}, ""),
]
FIVE = [
    {"value": 1, "picture": "face-1", "label": {"km": "មិនពេញចិត្តខ្លាំង", "en": "Very dissatisfied"}},
    {"value": 2, "picture": "face-2", "label": {"km": "មិនពេញចិត្ត", "en": "Dissatisfied"}},
    {"value": 3, "picture": "face-3", "label": {"km": "ទទួលយកបាន", "en": "Acceptable"}},
    {"value": 4, "picture": "face-4", "label": {"km": "ពេញចិត្ត", "en": "Satisfied"}},
    {"value": 5, "picture": "face-5", "label": {"km": "ពេញចិត្តខ្លាំង", "en": "Very satisfied"}},
]
THREE = [
    {"value": 1, "picture": "three-1", "label": {"km": "មិនល្អ", "en": "Bad"}},
    {"value": 2, "picture": "three-2", "label": {"km": "មធ្យម", "en": "In between"}},
    {"value": 3, "picture": "three-3", "label": {"km": "ល្អ", "en": "Good"}},
]
YES_NO = [
    {"value": 0, "picture": "no", "label": {"km": "ទេ", "en": "No"}},
    {"value": 1, "picture": "yes", "label": {"km": "បាទ/ចាស", "en": "Yes"}},
]
HUNDRED = [{"value": n, "picture": "bar", "label": {"en": str(n)}} for n in range(0, 101)]
CRITERIA: list[dict[str, Any]] = [
    {
        "title": {"km": "ព្យាបាលអ្នកជំងឺយកចិត្តទុកដាក់", "en": "Staff treat patients with care"},
        "median": 3.5, "n": 33, "counts": [2, 5, 9, 11, 6], "providers": 5, "sound": "",
    },
    {
        "title": {
            "km": "សម្ភារៈគ្រប់គ្រាន់ បរិក្ខារ ថ្នាំ និងទឹកស្អាតប្រើប្រាស់នៅមណ្ឌលសុខភាពគ្រប់ពេលវេលា",
            "en": "Enough supplies, equipment, medicine and clean water at the health centre at all hours",
        },
        "median": 2, "n": 33, "counts": None, "providers": 3,
    },
    {
        "title": {"km": "មានពេទ្យប្រចាំការ២៤ម៉ោង", "en": "Somebody is on duty day and night"},
        "median": None, "n": None, "counts": None, "providers": None,
    },
]  # fmt: skip


class ExampleForm(forms.Form):
    """One of each kind of question."""

    name = forms.CharField(label=_("Name of the facility"), help_text=_("As it is written on the sign."))
    held = forms.DateField(label=_("Day it was held"), widget=forms.DateInput(attrs={"type": "date"}))
    people = forms.IntegerField(label=_("How many people came"), min_value=1, required=False)
    kind = forms.ChoiceField(
        label=_("Who scores"),
        widget=forms.RadioSelect,
        choices=[("community", _("The community")), ("provider", _("The provider, itself"))],
    )
    groups = forms.MultipleChoiceField(
        label=_("Who took part"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("women", _("Women")), ("youth", _("Youth")), ("disability", _("People with a disability"))],
    )
    why = forms.CharField(label=_("What is the reason"), widget=forms.Textarea, required=False)
    sector = forms.ChoiceField(label=_("Service"), choices=[("hc", _("Health centre"))], required=False)
    proof = forms.FileField(label=_("Photograph of the flip-chart"), required=False)
    agreed = forms.BooleanField(label=_("Everyone in the room agreed to these figures"))


def _charts(sample: bool) -> list[charts.Chart]:
    """One chart of each kind."""
    names = [say(row["title"]) for row in CRITERIA]
    both = [(names[0], "3.5", 5), (names[1], 2, 3), (names[2], 3, None)]
    became = [
        ("sure", STATUSES["confirmed"][2], 3), ("good", STATUSES["done"][2], 2),
        ("go", STATUSES["in_progress"][2], 2), ("care", STATUSES["delayed"][2], 1),
        ("bad", STATUSES["dropped"][2], 0),
    ]  # fmt: skip
    years = [(2023, 2, 4), (2024, "2.5", 4), (2025, None, "4.5"), (2026, "3.5", 4)]
    return [
        charts.histogram(names[0], FIVE, [2, 5, 9, 11, 6], sample=sample),
        charts.two_sides(_("Both sides, criterion by criterion"), both, sample=sample),
        charts.promises(_("What became of the promises"), became, sample=sample),
        charts.trend(_("The median, year by year"), years, sample=sample),
    ]


def _what_happened() -> list[dict[str, Any]]:
    return [
        {
            "when": dt.date(2026, 11, 3), "what": {"km": "ប្រជាពលរដ្ឋបានបញ្ជាក់", "en": "Citizens confirmed"},
            "picture": "check-circle", "who": {"km": "គណៈកម្មការតាមដាន", "en": "Monitoring committee"},
        },
        {
            "when": dt.date(2026, 9, 21), "what": {"km": "រួចរាល់ មានរូបថត", "en": "Done, with a photograph"},
            "picture": "camera", "who": {"km": "ប្រធានមណ្ឌលសុខភាព", "en": "Head of the health centre"},
            "text": {"km": "បានសង់បង្គន់អនាម័យពីរបន្ទប់ មានជម្រាលសម្រាប់រទេះរុញ។"},
        },
        {"when": dt.date(2026, 5, 14), "what": LONG, "picture": "document-text"},
    ]  # fmt: skip


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component once; `?sample=1` draws the SAMPLE mark, `?charts=0` leaves the charts out."""
    sample = request.GET.get("sample") == "1"
    broken = ExampleForm({"name": "", "people": "0"})
    return render(
        request,
        "styleguide.html",
        {
            "sample": sample, "trail": PLACE, "long": LONG, "five": FIVE, "three": THREE, "yes_no": YES_NO,
            "hundred": HUNDRED, "criteria": CRITERIA, "form": broken, "happened": _what_happened(),
            "charts": _charts(sample) if request.GET.get("charts") != "0" else [],
            "page": Paginator(range(240), 20).page(4), "today": dt.date(2026, 6, 5),
            "statuses": [
                "not_started", "in_progress", "partly_done", "done", "confirmed", "not_confirmed", "delayed",
                "needs_higher_level", "carried_over", "dropped", "planned", "running", "in_review",
                "completed",
            ],
            "sums": [
                {"value": 3, "of": 8, "label": {"km": "ការសន្យាបានរក្សា", "en": "promises kept"}},
                {"value": 1020, "label": {"km": "អ្នកបានដាក់ពិន្ទុ", "en": "people scored"}, "url": "#"},
                {"value": 12, "label": {"km": "មណ្ឌលសុខភាព និងសាលាបឋមសិក្សា", "en": "health centres and schools"}},
            ],
            "way": [
                {"km": "រៀបចំផែនការ", "en": "Plan"}, {"km": "ប្រជាពលរដ្ឋដាក់ពិន្ទុ", "en": "Citizens score"},
                {"km": "អ្នកផ្តល់សេវាវាយតម្លៃខ្លួនឯង", "en": "Provider scores itself"},
                {"km": "កិច្ចប្រជុំរួម", "en": "Interface meeting"}, LONG,
            ],
        },
    )  # fmt: skip
