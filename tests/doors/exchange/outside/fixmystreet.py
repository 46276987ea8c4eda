"""A stand-in for a FixMyStreet site: what its Open311.pm sends and how it reads what comes back, in XML."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

from django.test import Client
from django.utils import timezone

V2 = "/open311/v2"
# Its own names of what comes in, as its `map_state` has them.
STATES = {
    "fixed": "fixed - council", "not councils responsibility": "not responsible", "open": "confirmed",
    "no further action": "unable to fix", "closed": "fixed - council",
}  # fmt: skip


@dataclass
class FixMyStreet:
    """One site with one problem after the other; `external_id` is our number of each."""

    key: str
    problems: dict[int, str] = field(default_factory=dict)
    comments: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    sent: int = 0

    def post(self, path: str, fields: dict[str, Any]) -> ElementTree.Element:
        answer = Client().post(f"{V2}/{path}.xml", {"jurisdiction_id": "", "api_key": self.key, **fields})
        assert answer.status_code == 200, answer.content.decode()
        assert answer["Content-Type"].startswith("text/xml")
        return ElementTree.fromstring(answer.content)

    def send_problem(self, **more: Any) -> str:
        """`send_service_request`: it keeps the number that comes back."""
        number = len(self.problems) + 1
        fields = {
            "service_code": "dump", "lat": "12.34567", "long": "104.56789", "address_string": "",
            "description": f"title: Rubbish {number}\n\ndetail: A big heap\n\nurl: https://fms.example/report/1",
            "email": "dara@example.org", "first_name": "Dara", "last_name": "Sok", "phone": "",
            "media_url": "https://fms.example/photo/1.jpeg", "attribute[external_id]": str(number),
            "attribute[easting]": "441234", "attribute[northing]": "1365432", "account_id": "", **more,
        }  # fmt: skip
        found = self.post("requests", fields).findtext("request/service_request_id", "")
        self.problems[number] = found
        return found

    def send_comment(self, problem: int, text: str, status: str, at: datetime | None = None) -> str:
        """`post_service_request_update`: it keeps the id that comes back, and sends no comment twice."""
        self.sent += 1
        fields = {
            "update_id": str(self.sent),
            "updated_datetime": (at or timezone.now()).isoformat(timespec="seconds"),
            "service_request_id": self.problems[problem], "status": status, "description": text,
            "email": "dara@example.org", "first_name": "Dara", "last_name": "Sok", "media_url": "",
            "public_anonymity_required": "FALSE",
        }  # fmt: skip
        return self.post("servicerequestupdates", fields).findtext("request_update/update_id", "")

    def fetch_comments(self) -> None:
        """`GetServiceRequestUpdates`: the last two hours; each id becomes one comment at most."""
        end = datetime.now(UTC) + timedelta(seconds=5)
        start = end - timedelta(hours=2)
        asked = {"start_date": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end_date": f"{end:%Y-%m-%dT%H:%M:%SZ}"}
        answer = Client().get(f"{V2}/servicerequestupdates.xml", asked)
        known = {number: problem for problem, number in self.problems.items()}
        for one in ElementTree.fromstring(answer.content).findall("request_update"):
            number, update = one.findtext("service_request_id", ""), one.findtext("update_id", "")
            at = datetime.fromisoformat(one.findtext("updated_datetime", ""))
            if number in known and update not in self.comments and start <= at <= end:
                state = one.findtext("status", "").lower().replace("_", " ")
                told = (known[number], STATES.get(state, state), one.findtext("description", ""))
                self.comments[update] = told
