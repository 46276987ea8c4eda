"""A small form of a programme and records of it, as a phone would send them."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

from PIL import Image

from samleng.voices.forms.models import Form, Submission
from samleng.voices.forms.rules.keys import ByKey
from samleng.voices.forms.verbs.keys import Given, give_key, holder
from samleng.voices.forms.verbs.publishing import bring, open_form
from samleng.voices.forms.verbs.sending import Kept, send
from tests.world import World

FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms">
  <h:head>
    <h:title>អណ្ដូង Wells</h:title>
    <model>
      <itext>
        <translation lang="English (en)">
          <text id="/data/name:label"><value>Name of the well</value></text>
        </translation>
        <translation lang="ខ្មែរ (km)" default="true()">
          <text id="/data/name:label">
            <value>ឈ្មោះអណ្ដូង</value><value form="image">jr://images/well.png</value>
          </text>
        </translation>
      </itext>
      <instance>
        <data id="wells" version="%(version)s">
          <name/>
          <place><gps/><photo/></place>
          <user jr:template=""><age/><photo/></user>
          <user><age/><photo/></user>
          <orx:meta><orx:instanceID/></orx:meta>
        </data>
      </instance>
      <bind nodeset="/data/name" type="string"/>
      <bind nodeset="/data/place/gps" type="geopoint"/>
      <bind nodeset="/data/place/photo" type="binary"/>
      <bind nodeset="/data/user/age" type="int"/>
      <bind nodeset="/data/user/photo" type="binary"/>
      <bind nodeset="/data/orx:meta/orx:instanceID" type="string" jr:preload="uid"/>
    </model>
  </h:head>
  <h:body>
    <input ref="/data/name"><label ref="jr:itext('/data/name:label')"/></input>
    <input ref="/data/place/gps"><label>Where</label></input>
    <upload mediatype="image/*" ref="/data/place/photo"><label>Photo</label></upload>
    <group ref="/data/user"><label>User</label><repeat nodeset="/data/user">
      <input ref="/data/user/age"><label>Age</label></input>
      <upload mediatype="image/*" ref="/data/user/photo"><label>Photo</label></upload>
    </repeat></group>
  </h:body>
</h:html>
"""


def xform(version: str = "1", **other: str) -> bytes:
    """The form's XML; `other` replaces words in it."""
    text = FORM % {"version": version}
    for before, after in other.items():
        text = text.replace(before, after)
    return text.encode()


def record(
    name: str = "ស្រះ",
    *,
    instance: str = "",
    corrects: str = "",
    version: str = "1",
    form: str = "wells",
    photo: str = "",
    users: tuple[tuple[str, str], ...] = (("31", ""), ("5", "")),
    gps: str = "11.55 104.9 12.0 4.5",
) -> bytes:
    """A record as Collect writes it."""
    instance = instance or f"uuid:{uuid4()}"
    old = f"<orx:deprecatedID>{corrects}</orx:deprecatedID>" if corrects else ""
    people = "".join(f"<user><age>{age}</age><photo>{file}</photo></user>" for age, file in users)
    return (
        f'<?xml version="1.0" ?><data id="{form}" version="{version}" '
        'xmlns:orx="http://openrosa.org/xforms">'
        f"<name>{name}</name><place><gps>{gps}</gps><photo>{photo}</photo></place>{people}"
        f"<orx:meta>{old}<orx:instanceID>{instance}</orx:instanceID></orx:meta></data>"
    ).encode()


def picture(color: str = "green", form: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(out, form)
    return out.getvalue()


def opened(world: World, version: str = "1", **other: str) -> Form:
    """The form, brought and opened by the programme's manager."""
    by = world.by(world.admin)
    drawn = bring(by=by, programme=world.programme, data=xform(version, **other), filename="wells.xml")
    return open_form(by=by, form=drawn.form)


def sent(world: World, xml: bytes, **more: Any) -> Kept:
    """A record sent by Sophea."""
    return send(by=world.by(world.sophea), programme=world.programme, xml=xml, **more)


def phone_key(world: World) -> Given:
    """A key for Sophea's phone."""
    return give_key(by=world.by(world.admin), programme=world.programme, person=world.sophea)


def data_key(world: World) -> Given:
    """The manager's own key for programs."""
    return give_key(by=world.by(world.admin), programme=world.programme, person=world.admin, purpose="data")


def on_phone(given: Given) -> ByKey:
    return holder(given.key, via="openrosa")


def standing(form: Form) -> list[Submission]:
    return list(form.submissions.standing().order_by("id"))
