"""The parts and endings of a mediation, and the answers to a recommendation. No database."""

PARTIES = ("complainant", "companion", "office", "official", "witness", "mediator")
OUTCOMES = ("agreed", "agreed_in_part", "not_agreed", "did_not_come")
ANSWERS = ("accepted", "in_part", "refused")
