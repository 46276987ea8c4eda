"""A town where much is said that nobody else may read, from a process of its own.

`python -m tests.journeys.secrets_said` builds the town, lets people say it through the verbs that doors call,
and prints what must be found nowhere: {"secrets": [...], "receipts": [...]}.
"""

from __future__ import annotations

import json
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

SECRETS = (
    "ZEBRA-WORDS",
    "ZEBRA-ANSWER",
    "ZEBRA-REPLY",
    "ZEBRA-NOTE",
    "ZEBRA-NAME",
    "ZEBRA-APPROVED",
    "ZEBRA-MINUTES",
    "ZEBRA-ADVICE",
    "ZEBRA-REASON",
    "ZEBRA-PUBLIC-ORIGINAL",
    "ZEBRA-VOICE",
    "ZEBRA-AFTERWARDS",
    "zebra@example.org",
    "098765431",
)


def said() -> dict[str, Any]:
    from datetime import timedelta

    from django.utils import timezone

    from samleng.answers.cases.models import Heard
    from samleng.answers.cases.verbs.answering import answer, decide, note, write_to
    from samleng.answers.cases.verbs.following import reply
    from samleng.answers.cases.verbs.mediating import mediate, recommend
    from samleng.answers.cases.verbs.moderating import open_identity, review
    from samleng.voices.reports.rules.filing import Brought, Identity
    from tests.town import build_town

    town = build_town()
    voice = Brought("sound", b"ZEBRA-VOICE" * 300, "audio/mpeg")
    photo = Brought("photo", b"ZEBRA-AFTERWARDS" * 300, "image/webp")
    secret = town.file(
        "conduct", words="ZEBRA-WORDS", exposure="confidential", approved="ZEBRA-APPROVED", may_climb=True,
        identity=Identity("ZEBRA-NAME", "098765431", "zebra@example.org"), files=(voice,), about=town.hall,
    )  # fmt: skip
    nameless = town.file(
        "conduct", words="ZEBRA-WORDS about the chief", files=(voice,), approved="ZEBRA-APPROVED",
        may_climb=True,
    )  # fmt: skip
    public = town.file(
        "dump", words="ZEBRA-PUBLIC-ORIGINAL", answers={"size": "truck", "since": "2026-01-01"}
    )
    sokha = town.by(town.sokha)
    for received in (secret, nameless):
        write_to(by=sokha, case=received.case, words="ZEBRA-ANSWER", files=(voice,))
        reply(by=town.reporter(received), words="ZEBRA-REPLY", files=(voice,))
        note(by=sokha, case=received.case, words="ZEBRA-NOTE")
        mediate(
            by=sokha, case=received.case, held_on=timezone.localdate(), parties=["complainant"],
            minutes="ZEBRA-MINUTES",
        )  # fmt: skip
        tomorrow = timezone.localdate() + timedelta(days=1)
        recommend(by=sokha, case=received.case, to=town.shire, words="ZEBRA-ADVICE", answer_by=tomorrow)
        decide(by=sokha, case=received.case, jurisdiction="ours")
        answer(by=sokha, case=received.case, outcome="settled", words="ZEBRA-ANSWER", photos=(photo,))
    opener = town.opener(town.keeper, town.ombudsman, "identity")
    open_identity(
        by=town.by(town.keeper), heard=Heard.of(secret.report), reason="ZEBRA-REASON", opener=opener
    )
    review(by=town.by(town.boss), case=public.case, public_words="A heap beside the road")
    return {"secrets": SECRETS, "receipts": list(town.receipts.values())}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(said()))
