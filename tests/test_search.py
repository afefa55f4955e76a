"""What a reader types leads to the page that answers it."""

import re

import pytest
from site_helpers import ROOT, address, built, site, toc_entries, visit  # noqa: F401

FIRST = 5  # as many as are seen without scrolling
QUERIES = {
    # half sentences
    "why divide by 1 - beta": "adam/bias_correction",
    "adamw vs adam l2": "adam/decoupled_decay",
    "why does adagrad stop learning": "adaptive/adagrad",
    "adam not converging counterexample": "adam/amsgrad",
    "which optimizer should i use": "adam/which_rule practice/choosing",
    "sgd generalizes better than adam": "practice/sgd_or_adam",
    "how much memory does adam need": "practice/memory",
    "loss does not go down": "practice/trouble",
    "where does epsilon go": "reference/conventions",
    "what is beta2": "adam/bias_correction adaptive/rmsprop",
    "what should i know before an interview": "interview/mock_interview interview/numbers interview/cheat_sheet",
    "implement adam from scratch": "interview/write_it",
    "no weight decay on bias and layernorm": "practice/parameter_groups",
    # two or three words
    "momentum vs nesterov": "momentum/nesterov",
    "heavy ball": "momentum/heavy_ball",
    "condition number": "foundations/quadratic",
    "largest stable learning rate": "foundations/quadratic",
    "embedding sparse gradients": "adam/sparse",
    "rectified adam": "adam/variants",
    "linear scaling rule batch size": "practice/batch_size",
    "gradient accumulation": "practice/batch_size",
    "exploding gradients clip": "practice/clipping",
    "cosine annealing restarts": "practice/schedules",
    "one cycle policy": "practice/schedules",
    "zero_grad before backward": "practice/training_step",
    "polyak averaging ema weights": "classical/averaging",
    "line search wolfe": "classical/lbfgs",
    "second order methods": "modern/shampoo_soap classical/lbfgs",
    "sharpness aware minimization": "modern/sophia_sam",
    "large batch training lamb": "modern/lars_lamb",
    "muon newton schulz": "modern/muon",
    "8 bit optimizer": "practice/memory",
    "fused foreach adam speed": "practice/speed",
    "stochastic rounding": "practice/mixed_precision",
    "myths about optimizers": "interview/claims interview/ledger",
    "adam bug": "interview/find_the_bug",
    "compare optimizers animation": "race",
    # words of one's own, and abbreviations
    "lr warmup transformer": "practice/schedules",
    "lr finder": "practice/sensitivity",
    "fp16 loss scale": "practice/mixed_precision",
    "bf16 vs fp16": "practice/mixed_precision",
    "zero stage 3 fsdp": "practice/sharding",
    "nan loss": "practice/trouble",
    "llrd": "practice/parameter_groups",
    "AdamW": "adam/decoupled_decay",
    "ReduceLROnPlateau": "reference/api practice/schedules",
    # a slip of the pen
    "bias corection": "adam/bias_correction",
}
DONE = "document.querySelector('.search-summary')?.innerText"
LINKS = "[...document.querySelectorAll('ul.search > li > a')].map(a => new URL(a.href).pathname)"


@pytest.fixture(scope="module")
def page(browser, address):  # noqa: F811
    page, _ = visit(browser, f"{address}/search.html", address)  # complains of words not yet fetched when it is left
    yield page
    page.context.close()


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_finds_its_page(page, address, query):  # noqa: F811
    page.goto(f"{address}/search.html?q={query}")
    page.wait_for_function(DONE)
    found = [re.sub(r"^/book/|\.html$", "", path) for path in page.evaluate(LINKS)]
    assert set(found[:FIRST]) & set(QUERIES[query].split()), found


def test_the_field_on_a_page_leads_to_the_results(browser, address):  # noqa: F811
    """Typed in a chapter, confirmed by the keyboard, shown with some words of the page."""
    page, heard = visit(browser, f"{address}/book/modern/lion.html", address)
    page.keyboard.press("Control+k")
    page.keyboard.type("gradient clipping")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=*")
    page.wait_for_function(DONE)
    first = page.locator("ul.search > li").first
    first.locator("p.context").wait_for()
    page.wait_for_load_state("networkidle")
    first.locator("a").click()
    page.wait_for_url("**/practice/clipping.html**")
    page.context.close()
    assert not heard, heard


def test_it_works_in_a_folder_too(browser, site):  # noqa: F811
    page, heard = visit(browser, (site / "search.html").as_uri() + "?q=gradient+clipping", "file://")
    page.wait_for_function(DONE)
    first = page.locator("ul.search > li > a").first
    first.click()
    page.wait_for_url("**/practice/clipping.html**")
    page.context.close()
    assert not heard, heard


def test_words_are_given_to_pages_that_exist():
    script = (ROOT / "book/search.js").read_text("utf8")
    named = re.findall(r'^  "(book/\S+)":', script, re.M)
    assert len(named) > 20
    assert not set(named) - set(toc_entries())
