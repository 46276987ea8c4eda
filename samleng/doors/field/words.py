"""Every word of the app, from the one catalogue: the app asks by key, the catalogue knows the language.

A phrase says %(name)s where the app fills something in. Counted phrases are given for one and for many.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import translation
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from samleng.doors.field.words_later import LATER

MEETING = {
    "brand": _("Samleng field"),
    "menu": _("Main"),
    "way": _("Steps of the meeting"),
    "done": _("done"),
    "add": _("Add"),
    "add_it": _("Add it"),
    "back": _("Back"),
    "next": _("Next"),
    "save": _("Save"),
    "save_on": _("Save and go on"),
    "go_on": _("Go on"),
    "search": _("Search"),
    "take_out": _("Take out"),
    "up": _("Up"),
    "down": _("Down"),
    "try_again": _("Try again"),
    "opening": _("Opening …"),
    "sent": pgettext_lazy("a thing", "sent"),
    "not_sent": pgettext_lazy("a thing", "not sent yet"),
    "leave": _("Lock"),
    "step.information": _("Read aloud"),
    "step.setup": _("Set up"),
    "step.participants": _("Who is here"),
    "step.raise": _("Raise what matters"),
    "step.prioritise": _("Choose priorities"),
    "step.vote": _("Vote"),
    "step.results": _("What came out"),
    "step.reflect": _("Causes and solutions"),
    "step.photos": _("Photos of the flip-chart"),
    "step.finish": _("Finish and send"),
    "sound.listen": _("Listen"),
    "sound.none": _("no recording yet"),
    "closed.reading": _("This meeting is closed on this phone. You can read it, but not change it."),
    "consent.title": _("Read this aloud first"),
    "consent.how": _("Read slowly. Then ask whether everybody agrees. Nobody has to take part."),
    "consent.agreed": _("I have read it and people agree"),
    "setup.title": _("When is the meeting?"),
    "setup.day": _("Day it is held"),
    "setup.no_day": _("Choose the day of the meeting."),
    "setup.future": _("The meeting cannot have been held in the future."),
    "setup.outside": _(
        "This day is outside the planned days (%(from)s to %(to)s). You may go on; the reviewer will see it."
    ),
    "setup.language": _("Language spoken in the meeting"),
    "setup.voting": _("How will you write down the votes?"),
    "setup.later": _("You can change this later."),
    "people.title": _("Who is here?"),
    "people.how": _("No names. Give everybody a sticker with their number, then tap what fits."),
    "people.next": _("Next number"),
    "people.age": _("Age"),
    "people.special": _("If it is so, tap first:"),
    "people.group": _("Group of the meeting"),
    "people.not_counted": _("Sits in, is not counted and does not vote"),
    "people.change_counts": _("Change the counts"),
    "people.to_change": _("To change somebody, tap the number"),
    "people.heads_instead": _("No time for a list? Count heads instead"),
    "people.number": _("Number %(n)s"),
    "people.sticker": _("Number on the sticker"),
    "people.number_wrong": _("A number is between 1 and %(n)s."),
    "people.number_taken": _("Somebody else has the number %(n)s."),
    "people.gone": _("This person is not on the list any more"),
    "people.take_out": _("Take this person out"),
    "people.take_out_what": _("What they raised and how they voted goes too."),
    "people.back": _("Back to the list"),
    "heads.title": _("How many are here?"),
    "heads.how": _("Count heads by sex and age. Leave empty what is none."),
    "heads.special": _("Of these, how many"),
    "numbers.wrong": _("One of these is not a number. Use the digits 0 to 9 or Khmer digits."),
    "heads.list_instead": _("List people one by one instead"),
    "raise.title": _("What do people raise?"),
    "raise.how": _(
        "Ask: how was your last visit? What was good, what was not? Tap + at what they speak of."
    ),
    "raise.own": _("the room's own"),
    "raise.who": _("Who raised it"),
    "raise.what": _("What this person raised"),
    "raise.raised": _("Raised"),
    "raise.raised_back": _("Raised, tap to take back"),
    "raise.none_found": _("Nothing is found with these words. Write it below in people's own words."),
    "raise.other": _("Something that is not in the list"),
    "raise.other_hint": _("In people's own words. No names."),
    "raise.empty": _("Write what people said."),
    "raise.few_words": _("Write a few words too, so that it can be found and read."),
    "voice.record": _("Record it"),
    "voice.again": _("Record again"),
    "voice.stop": _("Stop"),
    "voice.running": _("It is recording …"),
    "voice.not_allowed": _("The phone does not let the app use the microphone. Allow it in the settings."),
    "raise.twice": _("This is on the list already."),
    "raise.by_person": _("Go from person to person instead"),
    "choose.title": _("What matters most?"),
    "choose.how": _(
        "Let the room choose about %(n)s (at most %(most)s) and put the most important first."
    ),
    "choose.voted": _("People have already voted. What you add now has no votes yet."),
    "choose.chosen": _("Chosen: %(n)s"),
    "choose.none": _("Nothing is chosen yet. Tap + below."),
    "choose.from": _("To choose from"),
    "choose.choose": _("Choose"),
    "choose.all": _("Everything that was raised is chosen."),
    "choose.nothing": _("Nothing was raised yet."),
    "choose.raise_first": _("Raise something first"),
    "choose.to_vote": _("Go on to the vote"),
}  # fmt: skip
VOTING = {
    "vote.title": _("The vote"),
    "vote.choose_first": _("Choose criteria first"),
    "vote.people": _("Person by person"),
    "vote.people_hint": _("Everybody has a number and gives their faces in turn."),
    "vote.counts": _("By counting who stands at each face"),
    "vote.counts_hint": _(
        "You count how many stand at each face. Quicker; less is known about groups."
    ),
    "vote.counts_what": _("Count who stands at each face and type the numbers."),
    "vote.type_counts": _("Type the counts"),
    "vote.phones": _("On people's own phones"),
    "vote.phones_what": _(
        "People scan a QR code and vote on their own phones. This needs a signal; their votes come back here."
    ),
    "vote.phones_open": _("Open the vote by QR code"),
    "vote.voted": _("%(n)s of %(all)s have voted."),
    "vote.number_votes": _("Number %(n)s votes"),
    "vote.not_listed": _("Somebody not on the list"),
    "vote.round": _("Hand the phone round"),
    "vote.round_what": _(
        "Each voter taps alone. After each one the screen shows nothing of what was tapped, not even when"
        " somebody goes back."
    ),
    "vote.round_on": _("Hand it round"),
    "vote.everybody": _("Everybody's numbers"),
    "vote.has_voted": _("has voted"),
    "vote.all_numbers": _("All numbers"),
    "vote.see_results": _("See the results"),
    "pass.title": _("Give the phone to the next person"),
    "pass.what": _("Only you see what you tap. When you are done, give the phone back."),
    "pass.begin": _("I am this person: begin"),
    "pass.facilitator": _("For the facilitator: stop handing round"),
    "pass.stop": _("Stop handing round"),
    "ballot.again": _("This person has voted. If you save again, the new answers count."),
    "ballot.who": _("Choose the sex and age of this person."),
    "ballot.save": _("Save, next person"),
    "ballot.done": _("I am done"),
    "ballot.standard": _("The standard: %(text)s. How many %(unit)s are there?"),
    "ballot.range": _("A number from %(low)s to %(high)s, in steps of %(step)s"),
    "counts.title": _("Count who stands at each face"),
    "counts.how": _(
        "For each criterion: how many people stand at each face? Empty means none. Use the digits 0 to 9 or"
        " Khmer digits."
    ),
    "counts.sum": _("Sum"),
    "counts.save": _("Save and see the results"),
    "results.title": _("What came out"),
    "results.how": _("Read each result to the room before you go on."),
    "results.none": _("Choose criteria and let people vote."),
    "results.to_vote": _("To the vote"),
    "results.by_group": _("By group"),
    "results.group": _("Group"),
    "results.mean": _("Mean"),
    "results.voters": _("Voters"),
    "results.few": _("too few to read out"),
    "results.on": _("Go on: why is it so?"),
    "reflect.at": _("Criterion %(at)s of %(all)s"),
    "reflect.strengths": _("What is good?"),
    "reflect.weaknesses": _("What is not good?"),
    "reflect.suggestions": _("What should be done?"),
    "reflect.needed": _(
        "Write at least one. Tick what the room wants to bring to the meeting with the provider."
    ),
    "reflect.tick": _("Tick what the room wants to bring to the meeting with the provider."),
    "reflect.chosen": _("Chosen"),
    "reflect.more": _("I need more lines"),
    "reflect.no_names": _("No names of people, please: write what is, not who."),
    "reflect.others": _("Another table has written:"),
    "photos.title": _("Photos of the flip-chart"),
    "photos.how": _("Take the flip-chart so that everything can be read. No faces of people."),
    "photos.take": _("Take or choose a photo"),
    "photos.one": _("Photo of the flip-chart"),
    "finish.title": _("Finish and send"),
    "finish.missing": _("Still missing"),
    "finish.nothing": _("Nothing is missing"),
    "finish.then": _(
        "Send it now. After that the reviewer looks at it; you can still be asked to correct something."
    ),
    "finish.few": _(
        "The framework asks for at least %(n)s people; %(here)s are written down. You may send it; the"
        " reviewer will see it."
    ),
    "finish.held": _("Held on"),
    "finish.people": pgettext_lazy("how many", "People"),
    "finish.criteria": _("Criteria chosen"),
    "finish.voters": _("People who voted"),
    "finish.photos": _("Photos"),
    "finish.send": _("Send the scorecard"),
    "missing.setup": _("The day of the meeting is missing."),
    "missing.priorities": _("No criterion has been chosen."),
    "missing.vote": _("Nobody has voted on: %(criterion)s"),
    "missing.too_many": _(
        "More votes than people on: %(criterion)s. Count all heads, and by face only those who did not vote"
        " by phone."
    ),
    "missing.reflect": _("No suggested action for: %(criterion)s"),
}  # fmt: skip
PHONE = {
    "home.title": _("My meetings"),
    "home.sending": _("It is being sent. You may go on working."),
    "home.no_signal": _("There is no signal. It goes by itself as soon as there is one."),
    "home.send": _("Send now"),
    "home.all_sent": _("all sent"),
    "home.ready": _("on this phone"),
    "home.planned": _("Meetings you can take along"),
    "home.none": _("No meeting is on this phone yet. Type the code that you were given."),
    "planned": _("planned from %(from)s to %(to)s"),
    "state.planned": pgettext_lazy("a meeting", "Planned"),
    "state.running": _("Going on"),
    "state.in_review": _("In review"),
    "state.completed": _("Completed"),
    "state.cancelled": _("Cancelled"),
    "state.finished": _("Finished, waits to be sent"),
    "state.returned": _("To correct"),
    "join.code": _("The code of the meeting"),
    "join.hint": _("Six digits, from the person who planned the meeting."),
    "join.six": _("A code has six digits."),
    "join.find": _("Find the meeting"),
    "join.needs_signal": _("This needs a signal. Try again where there is one."),
    "take.title": _("Taking the meeting along"),
    "take.coming": _("It is coming onto this phone …"),
    "take.cut": _("The connection broke. What has come is kept; tap again to go on."),
    "door.begin": _("Begin the meeting"),
    "door.start": _("Begin"),
    "door.go_on": _("Go on with the meeting"),
    "door.on": _("Go on"),
    "door.need": _(
        "You will need: the flip-chart, stickers with numbers, and about two hours. You can stop at any"
        " time; what is written is kept."
    ),
    "door.read": _("You can read what was written."),
    "door.news": _("Ask the office for news"),
    "ready.title": _("Ready for tomorrow"),
    "ready.install": _("Put the app on your home screen, open it from there, then check again."),
    "ready.install_now": _("Put it on the home screen"),
    "ready.ios": _("Tap the share sign, then “Add to Home Screen”."),
    "sample.word": _("SAMPLE"),
    "sample.band": _("SAMPLE: the facilities, people and figures on this page are invented."),
    "ready.make": _("Make it ready for a place without signal"),
    "ready.card": _("The questions are on this phone"),
    "ready.no_sounds": _("There are no recordings in this language yet"),
    "ready.app": _("The app opens without a signal"),
    "ready.lasting": _("The phone has promised to keep it"),
    "ready.not": _("not yet"),
    "ready.audio": _("Language of the recordings"),
    "ready.fetch": _("Fetch what is missing (%(size)s)"),
    "ready.check": _("Check and keep"),
    "table.legend": _("Do several phones write in this meeting?"),
    "table.hint": _("Every phone takes another table. Numbers then never meet."),
    "table.first": _("Only this one, or table 1"),
    "table.n": _("Table %(n)s: its numbers begin at %(from)s"),
    "table.fixed": _("Something is written already, so the table stays."),
    "hand.title": _("Bring the tables together without a signal"),
    "hand.give": _("Give to another phone"),
    "hand.give_how": _("Hold this screen before the other phone's camera until it says that it has all."),
    "hand.picture": _("Picture %(n)s of %(all)s"),
    "hand.file": _("Give it as a file instead"),
    "hand.sealed": _("Only phones that have taken this meeting along can open it."),
    "hand.take": _("Take from another phone"),
    "hand.take_how": _("On the other phone, open this meeting and tap “Give to another phone”."),
    "hand.camera": _("Open the camera"),
    "hand.from_file": _("Or take it from a file"),
    "hand.unreadable": _(
        "This cannot be read. Both phones must have taken the same meeting along. Try again from the start."
    ),
    "camera.not_allowed": _("The phone does not let the app use the camera. Allow it in the settings."),
    "camera.label": _("What the camera sees"),
    "returned.here": _("The reviewer asks you to look at this"),
    "returned.answered": _("Answered; it goes to the reviewer with the scorecard"),
    "returned.right": _("It is right as it is"),
    "returned.words": _("Why is it right?"),
    "refused.title": _("The office could not take it"),
    "sent.finished": _("Finished"),
    "sent.title": _("Sent"),
    "sent.waits": _("It waits on this phone to be sent"),
    "sent.by_itself": _("It goes by itself as soon as there is a signal. Nothing is lost meanwhile."),
    "sent.arrived": _("The office has it"),
    "sent.then": _("The reviewer looks at it now. If something has to be corrected, it comes back here."),
    "mine.title": _("This phone and its PIN"),
    "mine.room": _("The app uses %(used)s of %(all)s."),
    "mine.change_pin": _("Change the PIN"),
    "mine.old": _("The PIN you have now"),
    "mine.fresh": _("The new PIN"),
    "mine.again": _("The new PIN once more"),
    "mine.not_same": _("The two new PINs are not the same."),
    "mine.changed": _("The PIN is changed, here and at the office."),
    "mine.lessons": _("To learn"),
    "mine.safe": _("Keep it safe"),
    "mine.safe_pin": _("Tell nobody your PIN, and lock the app before you give the phone away."),
    "mine.safe_lost": _(
        "Is the phone lost? Tell the person who manages your programme at once. They shut it out, and nobody"
        " can read what lies on it."
    ),
    "mine.safe_names": _("Write no names, and take no pictures of faces."),
    "pin.title": _("Open with your PIN"),
    "pin.yours": _("Your PIN"),
    "pin.open": _("Open"),
    "pin.empty": _("Type your PIN."),
    "pin.wrong": _("This is not the PIN."),
    "pin.wait": _("Too many wrong tries. Wait a quarter of an hour."),
    "pin.none": _("This phone has no key yet. Open the app once where there is a signal."),
    "pin.needs_signal": _("The first time, this needs a signal. After that it does not."),
    "enrol.title": _("This phone is not enrolled"),
    "enrol.what": _("Scan the code on your slip, or type it, where there is a signal. Then come back here."),
    "enrol.slip": _("I have a slip"),
    "inside.title": _("Open this in your phone's own browser"),
    "inside.what": _("Inside this app nothing you write would be kept."),
    "inside.chrome": _("Open in Chrome"),
    "inside.safari": _("Tap the share sign, then “Open in Safari”."),
    "inside.copy": _("Copy the address"),
    "inside.copied": _("Copied. Paste it into your browser."),
    "unknown.title": _("This phone is not known to the office any more"),
    "unknown.what": _("What is on it stays locked. Ask the person who manages your programme."),
    "signal.on": _("There is a signal"),
    "signal.off": _("No signal"),
    "error.full": _(
        "The phone is full. Nothing was lost: remove pictures or apps you do not need, then save again."
    ),
    "error.phone": _("The phone could not keep this. Try again."),
    "size.kb": _("%(n)s kB"),
    "size.mb": _("%(n)s MB"),
}  # fmt: skip
Counted = Callable[[int], str]
COUNTED: dict[str, Counted] = {
    "people.here": lambda n: ngettext("%(n)s person is here", "%(n)s people are here", n),
    "people.counted": lambda n: ngettext("%(n)s person is counted.", "%(n)s people are counted.", n),
    "choose.raised": lambda n: ngettext("raised by %(n)s", "raised by %(n)s", n),
    "vote.counted": lambda n: ngettext(
        "%(n)s of %(all)s criteria has its counts.", "%(n)s of %(all)s criteria have their counts.", n
    ),
    "ballot.lacking": lambda n: ngettext(
        "%(n)s answer is still missing.", "%(n)s answers are still missing.", n
    ),
    "results.n": lambda n: ngettext("%(n)s vote", "%(n)s votes", n),
    "ready.sounds": lambda n: ngettext("%(n)s recording", "%(n)s recordings", n),
    "home.waiting": lambda n: ngettext(
        "%(n)s thing waits to be sent", "%(n)s things wait to be sent", n
    ),
    "home.to_send": lambda n: ngettext("%(n)s to send", "%(n)s to send", n),
    "hand.pictures": lambda n: ngettext(
        "%(n)s picture, one after the other", "%(n)s pictures, one after the other", n
    ),
    "hand.taken": lambda n: ngettext("It has all: %(n)s new entry.", "It has all: %(n)s new entries.", n),
    "hand.other_card": lambda n: ngettext(
        "It was of another meeting on this phone: %(n)s new entry.",
        "It was of another meeting on this phone: %(n)s new entries.", n
    ),
    "returned.title": lambda n: ngettext("%(n)s thing to correct", "%(n)s things to correct", n),
}  # fmt: skip
DATES = {"date": _("%(day)s %(month)s %(year)s")} | {f"month.{n}": name for n, name in MONTHS.items()}
PARTS = ("", *LATER)
PLAIN = MEETING | VOTING | PHONE | DATES


def in_language(language: str, part: str = "") -> dict[str, Any]:
    """Every phrase by its key; a counted one as {"one": ..., "other": ...}. A `part` comes by itself."""
    with translation.override(language):
        if part:
            return {key: str(phrase) for key, phrase in LATER[part].items()}
        counted = {key: {"one": phrase(1), "other": phrase(2)} for key, phrase in COUNTED.items()}
        return {key: str(phrase) for key, phrase in PLAIN.items()} | counted
