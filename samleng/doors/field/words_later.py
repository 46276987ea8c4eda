"""Words of screens that are of use only with a signal: fetched with them, they cost no first visit."""

from django.utils.translation import gettext_lazy as _

BY_QR = {
    "qr.title": _("Vote on their own phones"),
    "qr.how": _(
        "Each person gets a ticket, looks at it with the phone and votes alone. Those without a phone vote"
        " here with you, or on paper. You can change between these at any time."
    ),
    "qr.places": _("How many people are here?"),
    "qr.places_hint": _("Count the people in the room: no more tickets than that are handed out."),
    "qr.wrong": _("Write a whole number."),
    "qr.open": _("Open the vote in this room"),
    "qr.town": _("A vote in town over some days"),
    "qr.voted": _("%(n)s of %(all)s have voted"),
    "qr.handed": _("%(n)s tickets are handed out; %(m)s ballots came by phone."),
    "qr.missing": _("Still missing, by number:"),
    "qr.room": _("One code for the whole room"),
    "qr.room_what": _(
        "Hold it up or show it on a wall. Whoever looks at it gets a ticket, up to the number present. The"
        " code changes all the time, so a picture of it is soon worth nothing."
    ),
    "qr.room_on": _("Show the room's code"),
    "qr.room_look": _("Look at this with your phone to vote"),
    "qr.room_label": _("The room's code as a QR code"),
    "qr.room_off": _("Stop handing out tickets"),
    "qr.one": _("One after the other"),
    "qr.one_what": _(
        "Your phone shows a QR code for one person. When that person has opened it, show the next."
    ),
    "qr.one_on": _("Show a code"),
    "qr.one_number": _("Show a code to number %(n)s"),
    "qr.look": _("Look at this with your phone"),
    "qr.look_number": _("Number %(n)s: look at this with your phone"),
    "qr.label": _("The ticket as a QR code"),
    "qr.waiting": _("Waiting until somebody opens it …"),
    "qr.opened": _("Opened. You can show the next."),
    "qr.used": _("Voted. Show the next."),
    "qr.gone": _("This ticket was taken back."),
    "qr.next": _("Next person"),
    "qr.next_number": _("Next: number %(n)s"),
    "qr.count": _("Back to the count"),
    "qr.paper": _("Tickets on paper"),
    "qr.paper_what": _(
        "One ticket for each number that has not voted yet. Tickets printed before stop working."
    ),
    "qr.how_many": _("How many tickets?"),
    "qr.print": _("Print tickets"),
    "qr.without": _("Somebody has no phone?"),
    "qr.without_what": _(
        "Let them vote here or count who stands at each face. This vote stays open meanwhile, and nobody is"
        " counted twice: by face count only those who do not vote by phone."
    ),
    "qr.wrong_one": _("A ticket went wrong"),
    "qr.close": _("Close the vote"),
    "qr.sure": _("Tickets that are still out stop working."),
    "qr.closed": _("The vote is closed"),
    "qr.closed_what": _("%(n)s people voted on their own phones. Their votes are on this phone now."),
    "qr.again": _("Open it again"),
    "qr.old": _("No signal at this moment: this is as it was before."),
}  # fmt: skip
LATER = {"vote": BY_QR}
