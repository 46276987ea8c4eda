"""The extra questions of a category: which answers there are, which are missing, which stop. No database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samleng.ground.channels.rules import CHOSEN, Category, Question
from samleng.voices.reports.rules.filing import LONGEST_ANSWER, Unfit


def checked_answers(category: Category, answers: Mapping[str, Any]) -> None:
    """Unfit at the first answer that is missing, unknown, too long or none of its choices."""
    known = {question.code for question in category.questions}
    for code in answers:
        if code not in known:
            raise Unfit("answer_wrong", code)
    for question in category.questions:
        if question.is_asked(answers):
            checked_answer(question, answers.get(question.code))


def checked_answer(question: Question, answer: Any) -> None:
    """Unfit when the answer does not answer the question, or when it says that this is a matter for help."""
    given = [str(one) for one in listed(answer) if one not in (None, "")]
    if not given:
        if question.required:
            raise Unfit("answer_missing", question.code)
        return
    if question.kind != "choices" and len(given) > 1:
        raise Unfit("answer_wrong", question.code)
    if question.kind in CHOSEN and not set(given) <= set(question.answers):
        raise Unfit("answer_wrong", question.code)
    if any(len(one) > LONGEST_ANSWER for one in given):
        raise Unfit("answer_long", question.code, most=LONGEST_ANSWER)
    if question.stopped_by(given):
        raise Unfit("referral", question.code)


def listed(answer: Any) -> list[Any]:
    return list(answer) if isinstance(answer, list | tuple) else [answer]
