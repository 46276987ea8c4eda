"""The roles that people hold, as data: whose each is, what it may do, which it may hand out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Role:
    """What a role is: whose it is, what it may do, which roles it may hand out, how it signs in.

    `owner` is "programme" or "office"; `staff` roles sign in with a password and a second step,
    the others with a PIN on an enrolled device; `registry` roles also keep the country's registers.
    """

    owner: str
    verbs: frozenset[str]
    seats: frozenset[str] = frozenset()
    staff: bool = True
    registry: bool = False


LOOK = frozenset({"scorecards.see", "plans.see", "plans.see_meeting", "actions.see"})
MEET = frozenset(
    {
        "scorecards.start",
        "scorecards.write_line",
        "scorecards.add_photo",
        "scorecards.take_over",
        "scorecards.submit",
        "scorecards.ask_change",
        "scorecards.open_poll",
        "scorecards.draw_tickets",
        "scorecards.void_ballot",
        "scorecards.close_poll",
        "plans.hold_meeting",
        # A plan begins with the first promise of a meeting, and facilitators write that down.
        "plans.open",
        "plans.close_meeting",
        "plans.agree",
        "plans.give_link",
        "actions.promise",
        "actions.report_progress",
        "actions.confirm",
        "actions.escalate",
        # A programme's own forms are filled in by whoever works in its field.
        "forms.send",
    }
)
LEAD = frozenset(
    {
        "scorecards.plan",
        "scorecards.change_plan",
        "scorecards.cancel",
        "scorecards.review",
        "scorecards.complete",
        "plans.open",
        "plans.adopt",
        "plans.appoint",
        "plans.carry_over",
        "people.see",
        "people.welcome",
        "people.seat",
        "people.enrol",
        "people.invite",
        "people.revoke",
        "people.record_training",
        "people.read_contact",
        "forms.give_key",
        "exchange.import",
        "exchange.export",
    }
)
ANSWER = frozenset(
    {
        "scorecards.assess_self",
        "actions.promise",
        "actions.report_progress",
        "actions.claim",
        "actions.secure_funding",
        "actions.escalate",
        "actions.see",
        "plans.see",
        # The meeting about the office's own facility: its people sat there.
        "plans.see_meeting",
        "plans.open",
        "plans.adopt",
        "plans.carry_over",
        "plans.give_link",
    }
)
HEAD = frozenset(
    {
        "exchange.give_key",
        "actions.drop",
        "plans.agree",
        "plans.appoint",
        "people.see",
        "people.welcome",
        "people.seat",
        "people.invite",
        "people.revoke",
    }
)
RUN = frozenset(
    {
        "exchange.give_key",
        "scorecards.decide",
        "frameworks.publish",
        "sounds.record",
        "disclosure.publish",
        "disclosure.switch",
        "disclosure.see_exact",
        "offices.change_programme",
        "offices.add_implementer",
    }
)
REGISTERS = frozenset(
    {
        "exchange.give_key",
        "channels.publish",
        "offices.register_office",
        "offices.give_duty",
        "offices.open_programme",
        "places.load",
        "services.register",
        "frameworks.publish",
        "sounds.record",
        "people.see",
        "people.welcome",
        "people.seat",
        "people.invite",
        "people.revoke",
        "exchange.import",
        "exchange.export",
    }
)

# A case at a desk: who writes down and answers, who decides whose it is, who stands between two sides.
DESK = frozenset({"cases.see", "cases.answer", "cases.note", "cases.intake", "cases.respond"})
DIRECT = DESK | {
    "cases.triage",
    "cases.assign",
    "cases.transfer",
    "cases.merge",
    "cases.moderate",
    "cases.export",
}
# Who sends a crew out: those whose office does the work itself.
SEND = frozenset({"cases.work"})
BETWEEN = DIRECT | {"cases.redact", "cases.mediate"}
WORK = frozenset(
    {
        "cases.see",
        "cases.triage",
        "cases.assign",
        "cases.answer",
        "cases.note",
        "cases.transfer",
        "cases.work",
    }
)
REVIEW = frozenset({"cases.see", "cases.moderate", "cases.redact"})

# The keys of what is sealed: who may read with one, who opens an office's vault and says who holds its key,
# and who opens identities and, with another of their kind, hands an office's keys to its next holder.
READ_SEALED = frozenset({"keys.hold"})
KEEP_VAULT = READ_SEALED | {"keys.open_vault"}
CUSTODY = frozenset({"keys.hold_identity", "keys.hand_over", "cases.identity"})

# A form lies in no place; what people answered does, and is read where one's area lies.
READ_ANSWERS = frozenset({"forms.read", "forms.review"})
ASK = READ_ANSWERS | {"forms.manage"}

WATCHERS = frozenset({"committee", "ambassador"})
FIELD = frozenset({"facilitator"}) | WATCHERS

ROLES: dict[str, Role] = {
    "programme_admin": Role(
        owner="programme",
        verbs=LOOK | MEET | LEAD | RUN | ASK,
        seats=frozenset({"programme_admin", "officer", "implementer_officer", "reviewer", "auditor"}) | FIELD,
    ),
    "officer": Role(
        owner="programme",
        verbs=LOOK | MEET | LEAD | ASK | {"scorecards.decide", "disclosure.see_exact", "sounds.record"},
        seats=frozenset({"implementer_officer", "reviewer"}) | FIELD,
    ),
    "implementer_officer": Role(owner="programme", verbs=LOOK | MEET | LEAD, seats=FIELD),
    "reviewer": Role(
        owner="programme",
        verbs=LOOK | READ_ANSWERS | {"scorecards.review", "scorecards.complete"},
    ),
    "auditor": Role(
        owner="programme",
        verbs=LOOK | {"people.see", "disclosure.see_exact", "exchange.export", "forms.read"},
    ),
    "facilitator": Role(owner="programme", verbs=LOOK | MEET, staff=False),
    # These two watch over the plans they are named on; answers/plans checks which.
    "committee": Role(
        owner="programme", verbs=frozenset({"plans.see", "actions.see", "actions.confirm"}), staff=False
    ),
    "ambassador": Role(
        owner="programme", verbs=frozenset({"plans.see", "actions.see", "actions.confirm"}), staff=False
    ),
    "office_head": Role(
        owner="office",
        verbs=ANSWER | HEAD | DIRECT | KEEP_VAULT | SEND,
        seats=frozenset({"clerk", "operator", "moderator", "custodian"}),
    ),
    "clerk": Role(owner="office", verbs=ANSWER | DESK | READ_SEALED),
    "district_officer": Role(
        owner="office",
        verbs=ANSWER | DIRECT | KEEP_VAULT | SEND | {"actions.drop", "plans.agree"},
        seats=frozenset({"clerk", "custodian"}),
    ),
    # Hears complaints about officials, mediates and advises; promises nothing in an office's name.
    "ombudsman": Role(owner="office", verbs=BETWEEN | KEEP_VAULT),
    "operator": Role(owner="office", verbs=WORK | READ_SEALED),
    "moderator": Role(owner="office", verbs=REVIEW | READ_SEALED),
    "custodian": Role(owner="office", verbs=CUSTODY),
    "registrar": Role(
        owner="office",
        verbs=REGISTERS,
        seats=frozenset(
            {
                "registrar",
                "office_head",
                "district_officer",
                "clerk",
                "ombudsman",
                "operator",
                "moderator",
                "custodian",
            }
        ),
        registry=True,
    ),
}
VERBS = frozenset().union(*(role.verbs for role in ROLES.values()))
STAFF = frozenset(code for code, role in ROLES.items() if role.staff)
