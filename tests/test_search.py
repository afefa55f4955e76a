"""What a reader types leads to the page that answers it."""

import re
import tomllib

import pytest
from sampling import one_in
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
    "sharpness aware minimization": "modern/sam",
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
    page.close()


@pytest.mark.parametrize("query", one_in(4, QUERIES))
def test_a_query_finds_its_page(page, address, query):  # noqa: F811
    page.goto(f"{address}/search.html?q={query}")
    page.wait_for_function(DONE)
    found = [re.sub(r"^/book/|\.html$", "", path) for path in page.evaluate(LINKS)]
    assert set(found[:FIRST]) & set(QUERIES[query].split()), found


HEADED = r'<section id="([\w-]+)"[^>]*>\s*<h3>.*?<span id="([\w-]+)" class="answer">'
TYPED = tomllib.loads((ROOT / "tests/queries.toml").read_text("utf8"))
OFFERED = """query => Search._performSearch(...Search._parseQuery(query)).reverse().slice(0, 3).map(
    ([page, title, anchor]) => ({ page: page.replace("book/", ""), title, anchor: anchor.slice(1) }))"""


@pytest.fixture(scope="module")
def questions(site):  # noqa: F811
    """The heading of each question of the bank, as (page, anchor): its id."""
    found = {}
    for path in (site / "book/interview/bank").glob("*.html"):
        text = path.read_text("utf8")
        heads = re.findall(
            r'<section id="([\w-]+)"[^>]*>\s*<h3>.*?<span id="([\w-]+)" class="answer">', text, re.DOTALL
        )
        found |= {(f"interview/bank/{path.stem}", anchor): one for anchor, one in heads}
    return found


@pytest.fixture
def offered(page, address):  # noqa: F811
    """What is offered first for a query."""
    page.goto(f"{address}/search.html?q=adam")
    page.wait_for_function(DONE)
    return lambda query: page.evaluate(OFFERED, query)


@pytest.mark.parametrize(("half", "share"), [("tuned", 0.95), ("held_out", 0.95)])
def test_what_readers_type_is_answered_by_one_of_the_first_three(offered, questions, half, share):
    missed = {}
    for query, wanted in TYPED[half].items():
        found = offered(query)
        names = {one["page"] for one in found}
        names |= {"#" + questions.get((one["page"], one["anchor"]), "") for one in found}
        if not names & set(wanted.split()):
            missed[query] = sorted(names)
    assert len(missed) <= (1 - share) * len(TYPED[half]), missed


def test_what_the_book_has_not_is_not_offered(offered):
    """A page that holds the words by the way says that it only mentions them."""
    wrong = [q for q in TYPED["absent"]["queries"] if not all("Mentioned in" in one["title"] for one in offered(q))]
    assert len(wrong) <= len(TYPED["absent"]["queries"]) // 4, wrong


@pytest.mark.parametrize("query", ["gradient clipping", "why bias correction", "muon", "no weight decay on bias"])
def test_a_result_is_shown_with_a_sentence(page, address, query):  # noqa: F811
    page.goto(f"{address}/search.html?q={query}")
    page.wait_for_function(DONE)
    page.wait_for_function("document.querySelectorAll('ul.search > li > p.context').length >= 3")
    texts = [one for one in page.locator("p.context").all_inner_texts() if one]
    assert texts
    for text in texts:
        assert re.fullmatch(r".{29,319}[.!?:]", text), text
        assert not re.search("On this page|Show source|Contents", text)


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
    page.close()
    assert not heard, heard


def test_it_works_in_a_folder_too(browser, site):  # noqa: F811
    page, heard = visit(browser, (site / "search.html").as_uri() + "?q=gradient+clipping", "file://")
    page.wait_for_function(DONE)
    first = page.locator("ul.search > li > a").first
    first.click()
    page.wait_for_url("**/practice/clipping.html**")
    page.close()
    assert not heard, heard


def test_words_are_given_to_pages_that_exist():
    script = (ROOT / "book/search.js").read_text("utf8")
    named = re.findall(r'^  "(book/\S+)":', script, re.M)
    assert len(named) > 20
    assert not set(named) - set(toc_entries())
