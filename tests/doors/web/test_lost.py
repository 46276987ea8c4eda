"""What people see when there is nothing to see."""

from django.template.loader import render_to_string
from django.test import Client


def test_it_says_there_is_no_such_page_in_the_house_frame(client, db):
    answer = client.get("/en/no/such/page/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode() and "samleng.css" in answer.content.decode()


def test_it_apologises_in_both_languages_without_asking_anything():
    page = render_to_string("500.html")
    assert 'lang="km"' in page and 'lang="en"' in page and "not lost" in page


def test_it_explains_a_form_sent_from_elsewhere(db):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/en/styleguide/", {"name": "x"})
    assert answer.status_code == 403
    assert "send it once more" in answer.content.decode()
