"""Phones that run the shipped rules beside the real verbs: whatever is lost or late, all read one card."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samleng.ground.people.rules import Acting
from samleng.voices.scorecards import pinned
from samleng.voices.scorecards.models import Scorecard
from samleng.voices.scorecards.pinned import counting_of, folded, lines_of, vocabulary_of
from samleng.voices.scorecards.rules.lines import Card, Line, fold
from samleng.voices.scorecards.verbs import writing
from tests.doors.field.node import Node, counted, sent
from tests.doors.field.rooms import Writer
from tests.voices.scorecards.rules.told import told_of
from tests.world import World

# Every example plans a card of its own in the one world.
OWN_CARD = [HealthCheck.function_scoped_fixture]


@dataclass
class Phone:
    """One table's phone: what it knows lies in Node, as it came; here only what it still has to send."""

    table: str
    node: Node
    log: list[Line] = field(default_factory=list)
    unsent: list[Line] = field(default_factory=list)

    def take(self, lines: Iterable[Line]) -> None:
        lines = list(lines)
        self.log += lines
        self.node.ask("take", phone=self.table, lines=sent(lines))


class Meeting:
    """A card on the server and the phones around it."""

    def __init__(self, world: World, node: Node, chance: Random) -> None:
        self.by: Acting = world.by(world.sophea)
        self.card: Scorecard = world.plan_card()
        writing.start(by=self.by, scorecard=self.card, holder="t1")
        self.chance, self.node = chance, node
        node.ask("forget")
        self.phones = [Phone(table, node) for table in ("t1", "t2", "")]
        self.writer = Writer(chance, vocabulary_of(self.card))

    def step(self) -> None:
        phone = self.chance.choice(self.phones)
        self.chance.choice((self.write, self.write, self.send, self.send, self.pull, self.hand_over))(phone)

    def write(self, phone: Phone) -> None:
        own = frozenset(line.body["code"] for line in phone.log if line.kind == "custom")
        self.writer.words = replace(self.writer.words, custom=own)
        for _n in range(self.chance.randint(1, 4)):
            line = self.writer.line(phone.log, phone.table)
            phone.take([line])
            phone.unsent.append(line)

    def send(self, phone: Phone) -> None:
        """A batch in any order, with some that went before; it or its answer may be lost on the way."""
        again = self.chance.choices(phone.log, k=2) if phone.log else []
        batch = self.chance.sample(phone.unsent, self.chance.randint(0, len(phone.unsent)))
        fate = self.chance.choice(("lost", "answer lost", "kept", "kept"))
        if fate != "lost":
            self.post([*batch, *again])
        if fate == "kept":
            phone.unsent = [line for line in phone.unsent if line not in batch]

    def post(self, lines: list[Line]) -> None:
        writing.write(by=self.by, scorecard=self.card, lines=sent(lines))

    def pull(self, phone: Phone) -> None:
        """Some of what the server has, in any order, whether it is known or not."""
        there = lines_of(self.card)
        phone.take(self.chance.sample(there, self.chance.randint(0, len(there))))

    def hand_over(self, phone: Phone) -> None:
        """From phone to phone, with no server in between."""
        self.chance.choice(self.phones).take(self.chance.sample(phone.log, len(phone.log) // 2))

    def end(self) -> None:
        """The signal is back: everything is sent, then everything is fetched."""
        for phone in self.phones:
            self.post(self.chance.sample(phone.log, len(phone.log)))
        for phone in self.phones:
            phone.take(lines_of(self.card))

    def disagreeing(self, planted: str = "") -> list[str]:
        """The tables whose phones do not read what the server reads, figure for figure."""
        counting = counting_of(self.card)
        server = told_of(folded(self.card), counting)
        return [
            phone.table
            for phone in self.phones
            if self.node.ask("read", phone=phone.table, counting=counted(counting), planted=planted) != server
        ]


def held(world: World, node: Node, seed: int, steps: int = 25) -> Meeting:
    meeting = Meeting(world, node, Random(seed))
    for _n in range(steps):
        meeting.step()
    meeting.end()
    return meeting


@settings(max_examples=40, suppress_health_check=OWN_CARD)
@given(st.integers(0, 2**32))
def test_it_reads_one_card_on_every_phone_and_on_the_server(world, node, seed):
    assert held(world, node, seed).disagreeing() == []


@pytest.mark.soak
@settings(max_examples=300, suppress_health_check=OWN_CARD)
@given(st.integers(0, 2**32))
def test_it_reads_one_card_after_hundreds_of_long_meetings(world, node, seed):
    assert held(world, node, seed, steps=60).disagreeing() == []


@pytest.mark.parametrize("planted", ["arrival", "whole", "clocks"])
def test_it_finds_out_a_phone_that_lets_the_last_write_win(world, node, planted):
    assert any(held(world, node, seed).disagreeing(planted) for seed in range(10))


def last_arrived(lines: Iterable[Line]) -> Card:
    """Of one kind about one criterion or person only what arrived last: a merge that loses work."""
    kept = {(line.kind, str(line.body.get("criterion") or line.body.get("person"))): line for line in lines}
    return fold(kept.values())


def without_tables(lines: Iterable[Line]) -> Card:
    """Set-up, counts and reflections overwritten whole by whoever wrote last."""
    setup = max((line for line in lines if line.kind == "setup"), key=lambda line: line.written_at)
    return fold(
        replace(line, body={**line.body, "table": ""})
        for line in lines
        if line.kind != "setup" or line.uid == setup.uid
    )


@pytest.mark.parametrize("planted", [last_arrived, without_tables])
def test_it_finds_out_a_server_that_lets_the_last_write_win(
    world: World, node: Node, monkeypatch: Any, planted: Callable[[Iterable[Line]], Card]
) -> None:
    meetings = (held(world, node, seed) for seed in range(10))
    monkeypatch.setattr(pinned, "fold", planted)
    assert any(meeting.disagreeing() for meeting in meetings)
