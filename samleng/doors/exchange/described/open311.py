"""How Open311 here is described to programs: the calls in JSON; with .xml for .json each answers in XML."""

from __future__ import annotations

from typing import Any

from samleng.doors.exchange.described.parts import (
    BLANK,
    Piece,
    answer,
    asked,
    listed,
    maybe,
    ref,
    text,
    thing,
    wish,
)
from samleng.doors.exchange.open311.asking import FAR_METRES, FARTHEST, LAST_PAGE, MOST

BASE = "/open311/v2"
MOMENT = text(format="date-time")
TAG = "Open311 GeoReport v2"
DATATYPES = ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]
LATITUDE = {"type": "number", "minimum": -90, "maximum": 90}
LONGITUDE = {"type": "number", "minimum": -180, "maximum": 180}

SCHEMAS: dict[str, Piece] = {
    "Faults": listed(thing({"code": {"type": "integer"}, "description": text()}), minItems=1),
    "Discovery": thing(
        {
            "changeset": MOMENT,
            "contact": text(),
            "key_service": text(),
            "endpoints": listed(
                thing(
                    {
                        "specification": text(),
                        "url": text(format="uri"),
                        "changeset": MOMENT,
                        "type": text(enum=["production", "test"]),
                        "formats": listed(text(enum=["text/xml", "application/json"])),
                    }
                )
            ),
        }
    ),
    "Service": thing(
        {
            "service_code": text(),
            "service_name": text(),
            "description": maybe(text()),
            "metadata": {"type": "boolean"},
            "type": text(enum=["realtime", "batch", "blackbox"]),
            "keywords": maybe(text()),
            "group": maybe(text()),
        }
    ),
    "ServiceDefinition": thing(
        {
            "service_code": text(),
            "attributes": listed(
                thing(
                    {
                        "variable": {"type": "boolean"},
                        "code": text(),
                        "datatype": text(enum=DATATYPES),
                        "required": {"type": "boolean"},
                        "datatype_description": maybe(text()),
                        "order": {"type": "integer", "minimum": 1},
                        "description": text(),
                        "values": listed(thing({"key": text(), "name": text()})),
                    },
                    optional=["values"],
                )
            ),
        }
    ),
    "ServiceRequest": thing(
        {
            "service_request_id": text(),
            "status": text(enum=["open", "closed"]),
            "status_notes": maybe(text()),
            "service_name": maybe(text()),
            "service_code": text(),
            "description": maybe(text(maxLength=4000)),
            "agency_responsible": maybe(text()),
            "service_notice": maybe(text()),
            "requested_datetime": MOMENT,
            "updated_datetime": maybe(MOMENT),
            "expected_datetime": maybe(MOMENT),
            "address": maybe(text()),
            "address_id": maybe(text()),
            "zipcode": {"type": "null"},
            "lat": maybe(LATITUDE),
            "long": maybe(LONGITUDE),
            "media_url": maybe(text(format="uri")),
            "extended_attributes": {"type": "object"},
            "attributes": listed(thing({"code": text(), "name": text(), "value": text()})),
            "notes": listed(thing({"datetime": MOMENT, "description": maybe(text()), "type": text()})),
        },
        optional=["extended_attributes", "attributes", "notes"],
    ),
    "Token": thing({"service_request_id": text(), "token": text()}),
    "HandedIn": thing(
        {
            "service_request_id": text(),
            "token": text(),
            "service_notice": maybe(text()),
            "account_id": {"type": "null"},
        },
        optional=["service_request_id", "token"],
    ),
    "TakenIn": thing({"update_id": text(), "service_request_id": text()}),
    "Update": thing(
        {
            "update_id": text(),
            "service_request_id": text(),
            "status": text(),
            "updated_datetime": MOMENT,
            "description": text(),
            "media_url": maybe(text()),
            "external_status_code": text(),
        }
    ),
}

LANGUAGE = wish("locale", text(), "language of names and words, such as km or en")
REPORTED = {
    "api_key": text(minLength=1),
    "service_code": text(minLength=1),
    "lat": text(),
    "long": text(),
    "address_string": text(),
    "address_id": text(),
    "description": text(maxLength=4000),
    "email": text(),
    "phone": text(),
    "first_name": text(),
    "last_name": text(),
    "media_url": text(),
}
NEWS = {
    "api_key": text(minLength=1),
    "service_request_id": text(minLength=1),
    "update_id": text(minLength=1),
    "updated_datetime": MOMENT,
    "status": text(),
    "description": text(),
    "external_status_code": text(),
}
JURISDICTION = wish("jurisdiction_id", text(), "may be left out; any other than this site's is 404")
EXTENSIONS = wish(
    "extensions", text(enum=["true", "false", "1", "0"]), "true: history and further attributes too"
)
PAGE = wish("page", {"type": "integer", "minimum": 1, "maximum": LAST_PAGE}, "which page")
BEHIND = "where the page before ended, as the Link header's address has it"
AFTER = wish("after", text(pattern="^[0-9]{1,15}-[0-9]{1,15}$"), BEHIND)
AFTER_NEWS = wish("after", {"type": "integer", "minimum": 1, "maximum": FARTHEST}, BEHIND)
PAGE_SIZE = wish("page_size", {"type": "integer", "minimum": 1, "maximum": MOST}, "how many on a page")
MANY = "several with commas between them"
TIME = {"anyOf": [MOMENT, text(format="date")]}
WINDOW = [
    wish("start_date", TIME, "W3C time with its zone; the last ninety days up to end_date are answered"),
    wish("end_date", TIME, "W3C time with its zone"),
]
LINK = {
    "Link": {"schema": text(), "description": "the next page, or the ninety days before, if there are any"}
}
WEST = r"-?(180(\.0{1,20})?|(1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,20})?)"
SOUTH = r"-?(90(\.0{1,20})?|[1-8]?[0-9](\.[0-9]{1,20})?)"
RADIUS = {"anyOf": [{"type": "number", "minimum": 1, "maximum": FAR_METRES}, BLANK]}
# One parameter that is written as three: who names a middle names both its sides.
CIRCLE: Piece = {
    "name": "circle",
    "in": "query",
    "style": "form",
    "explode": True,
    "description": f"lat and long of the middle in degrees; radius in metres, from 1 to {FAR_METRES}",
    "schema": {
        "anyOf": [
            thing({"lat": LATITUDE, "long": LONGITUDE, "radius": RADIUS}, optional=["radius"]),
            thing(dict.fromkeys(("lat", "long", "radius"), BLANK), optional=["lat", "long", "radius"]),
        ]
    },
}
WISHES = [
    wish("service_request_id", text(), f"{MANY}; goes before everything else"),
    wish("service_code", text(), MANY),
    *WINDOW,
    wish("status", text(enum=["open", "closed", "open,closed"]), MANY),
    wish("updated_after", TIME, "changed since"),
    wish("updated_before", TIME, "last changed before"),
    wish("bbox", text(pattern=f"^{WEST},{SOUTH},{WEST},{SOUTH}$"), "west,south,east,north in degrees"),
    CIRCLE,
]


def call(name: str, summary: str, given: list[Piece], good: Piece) -> Piece:
    """A GET with all the ways in which it answers."""
    wrong = answer("What was wrong, in a list", ref("Faults"))
    return {
        "operationId": name,
        "summary": summary,
        "tags": [TAG],
        "parameters": [*given, JURISDICTION, LANGUAGE],
        "responses": {"200": good, "400": wrong, "404": wrong},
    }


def sent(name: str, summary: str, fields: dict[str, Piece], needed: list[str], good: Piece) -> Piece:
    """A POST of a form; without a good key it is refused."""
    wrong = answer("What was wrong, in a list", ref("Faults"))
    form = {"type": "object", "properties": fields, "required": needed}
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data")
    return {
        "operationId": name,
        "summary": summary,
        "tags": [TAG],
        "requestBody": {"required": True, "content": {kind: {"schema": form} for kind in kinds}},
        "responses": {"200": good, **dict.fromkeys(("400", "403", "404", "413", "415", "503"), wrong)},
    }


def of_path(name: str) -> Piece:
    return asked(name, text(pattern=r"^[^\u0000]+$"), f"the {name.replace('_', ' ')}", where="path")


def one_of(name: str) -> Piece:
    """A list that holds one thing."""
    return listed(ref(name), minItems=1, maxItems=1)


def paths() -> dict[str, Any]:
    """Every call of GeoReport v2 here, and mySociety's updates."""
    return {f"{BASE}/{path}.json": calls for path, calls in {**services(), **requests(), **updates()}.items()}


def services() -> dict[str, Piece]:
    definition = answer("Its definition", ref("ServiceDefinition"))
    code = [of_path("service_code")]
    return {
        "discovery": {
            "get": call("discovery", "Where the server is", [], answer("Its addresses", ref("Discovery")))
        },
        "services": {
            "get": call(
                "services", "What can be reported", [], answer("The services", listed(ref("Service")))
            )
        },
        "services/{service_code}": {
            "get": call("service_definition", "The questions of one service", code, definition)
        },
    }


def requests() -> dict[str, Piece]:
    found = answer("The requests", listed(ref("ServiceRequest")), headers=LINK)
    handed_in = answer("Its number, or a token for it", one_of("HandedIn"))
    how, needed = "Send a report; photos as files, answers as attribute[code]", ["api_key", "service_code"]
    every, token = [*WISHES, PAGE, PAGE_SIZE, AFTER, EXTENSIONS], answer("A list of one", one_of("Token"))
    return {
        "requests": {
            "get": call("requests", "What was reported in public", every, found),
            "post": sent("report", how, REPORTED, needed, handed_in),
        },
        "requests/{service_request_id}": {
            "get": call("request", "One request", [of_path("service_request_id"), EXTENSIONS], found)
        },
        "tokens/{token}": {"get": call("token", "The number behind a token", [of_path("token")], token)},
    }


def updates() -> dict[str, Piece]:
    told = answer("The updates", listed(ref("Update")), headers=LINK)
    taken_in, needed = answer("It was taken in", one_of("TakenIn")), ["api_key", "service_request_id"]
    return {
        "servicerequestupdates": {
            "get": call(
                "updates", "What happened to public requests", [*WINDOW, PAGE, PAGE_SIZE, AFTER_NEWS], told
            ),
            "post": sent("send_update", "Send news of a report", NEWS, [*needed, "update_id"], taken_in),
        }
    }
