"""Pictures under the map come from nowhere unless the site names a server, and then from that one alone."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import hosts_of


def test_it_lets_in_pictures_of_the_named_server_alone():
    assert hosts_of("") == hosts_of("/tiles/{z}/{x}/{y}.png") == []
    assert hosts_of("https://tiles.example.org/{z}/{x}/{y}.png?key=1") == ["https://tiles.example.org"]
    assert hosts_of("https://{s}.tiles.example.org:8443/{z}/{x}/{y}.png") == [
        "https://*.tiles.example.org:8443"
    ]


@pytest.mark.parametrize(
    "address", ["tiles.example.org", "ftp://a/b", "https://a b/c", "//x/y", "https://*;/z"]
)
def test_it_refuses_an_address_that_would_bend_the_policy(address: str):
    with pytest.raises(ImproperlyConfigured, match="SAMLENG_TILES"):
        hosts_of(address)
