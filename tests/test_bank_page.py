"""All questions on one page, with facets, and answers that open in place."""

import re

import pytest
from playwright.sync_api import expect
from site_helpers import address, built, site, visit  # noqa: F401

from optedu.drill.questions.bank import load
from optedu.drill.questions.topics import TOPICS, of_topic

SHOWN = ".optedu-bank details:visible"


@pytest.fixture(params=["served", "folder"])
def bank(request, browser, site, address):  # noqa: F811
    base = address if request.param == "served" else site.as_uri()
    page, heard = visit(
        browser,
        f"{base}/book/interview/questions.html",
        address if request.param == "served" else "file://",
        alone=True,
    )
    page.wait_for_selector(".optedu-bank select")
    yield page
    page.wait_for_load_state("networkidle")  # a font that is on its way when the page is left is no complaint
    page.context.close()
    assert not heard, heard


def test_facets_choose(bank):
    status = bank.locator(".optedu-bank [role=status]")
    assert bank.locator(SHOWN).count() == len(load())
    bank.get_by_label("Topic").select_option("adam")
    assert bank.locator(SHOWN).count() == len(of_topic("adam"))
    bank.get_by_label("Level").select_option("senior")
    wanted = [q for q in of_topic("adam") if q.level == "senior"]
    assert bank.locator(SHOWN).count() == len(wanted)
    assert status.inner_text() == f"{len(wanted)} of {len(load())} questions."
    bank.get_by_label("Chapter").select_option("adam/amsgrad")
    wanted = [q.id for q in wanted if q.chapter == "adam/amsgrad"]
    assert [one.get_attribute("data-id") for one in bank.locator(SHOWN).all()] == wanted
    bank.get_by_label("Topic").select_option("momentum")  # has no such chapter: all of it
    assert bank.locator(SHOWN).count() == sum(q.level == "senior" for q in of_topic("momentum"))


def test_an_answer_opens_in_place_and_the_question_counts_as_seen(bank):
    one = bank.locator("[data-id=momentum-why-ravines]")
    one.locator("summary").click()
    one.locator(".quiz-short mjx-container").first.wait_for()
    assert "one learning rate serves all directions" in one.locator(".quiz-short").inner_text()
    follow_up = one.get_by_role("link", name="What are the best momentum and learning rate?")
    assert follow_up.get_attribute("href") == "bank/momentum.html#momentum-optimal-settings"
    bank.get_by_label("Seen").select_option("yes")
    expect(bank.locator(SHOWN)).to_have_count(1)
    bank.reload()
    bank.wait_for_selector(".optedu-bank select")
    bank.get_by_label("Seen").select_option("no")
    expect(bank.locator(SHOWN)).to_have_count(len(load()) - 1)
    assert one.is_hidden()


def test_a_topic_in_the_address(browser, address):  # noqa: F811
    page, _ = visit(browser, f"{address}/book/interview/questions.html#batch", address, alone=True)
    page.wait_for_selector(".optedu-bank select")
    assert page.locator(SHOWN).count() == len(of_topic("batch"))
    page.context.close()


@pytest.mark.parametrize("topic", TOPICS)
def test_every_question_is_a_heading(site, topic):  # noqa: F811
    text = (site / f"book/interview/bank/{topic}.html").read_text("utf8")
    parts = re.findall(r'<section id="([\w-]+)"[^>]*>\s*<h3>.*?<span id="([\w-]+)" class="answer">', text, re.DOTALL)
    assert [one for _, one in parts] == [q.id for q in of_topic(topic)]
    assert len({one for one, _ in parts}) == len(parts)


def test_a_link_to_an_answer_opens_it_below_its_question(browser, address):  # noqa: F811
    page, _ = visit(
        browser, f"{address}/book/interview/bank/momentum.html#momentum-optimal-settings", address, 390, alone=True
    )
    answer = page.locator("#momentum-optimal-settings")
    assert answer.locator("xpath=ancestor::details").get_attribute("open") is not None
    top = answer.locator("xpath=ancestor::section[1]/h3").bounding_box()["y"]
    assert 40 < top < 300
    page.context.close()
