"""What a phone seals, this site opens; another site, or a copy without the key, does not."""

from __future__ import annotations

import base64

import pytest

from samleng.ground.people.site_key import NotForUs, open_sealed, seal_to, site_key


def test_it_opens_what_was_sealed_to_it(settings):
    assert open_sealed(seal_to(site_key()["public"], "ឃុំ".encode())) == "ឃុំ".encode()


def test_it_keeps_its_key_while_its_secret_stays(settings):
    before = site_key()
    assert site_key() == before
    settings.SITE_KEY = "another"
    assert site_key()["key"] != before["key"]


def test_it_does_not_open_what_was_sealed_to_another_site(settings):
    settings.SITE_KEY = "another"
    sealed = seal_to(site_key()["public"], b"x")
    settings.SITE_KEY = "this one"
    with pytest.raises(NotForUs):
        open_sealed(sealed)


@pytest.mark.parametrize("damage", ["", "??", "AAAA", "cut", "flip"])
def test_it_says_when_it_is_damaged(damage):
    sealed = seal_to(site_key()["public"], b"votes")
    whole = base64.b64decode(sealed)
    if damage == "cut":
        sealed = base64.b64encode(whole[:-1]).decode()
    elif damage == "flip":
        sealed = base64.b64encode(whole[:-1] + bytes([whole[-1] ^ 1])).decode()
    else:
        sealed = damage
    with pytest.raises(NotForUs):
        open_sealed(sealed)
