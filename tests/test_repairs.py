"""What the built pages are repaired by has something to repair, or the build stops."""

from collections import Counter

import mathematics
import pytest
from offline_site import ON_EVERY_PAGE, ON_SOME_PAGE, repaired, unmatched
from sphinx.errors import ExtensionError

PAGE = """<script src="_static/fontawesome.js"></script>
<link rel="preload" as="font" href="a.woff2"/>
document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";
<div class="bd-sidebar-primary bd-sidebar hide">
<img src="_static/logo.svg" class="logo__image">
"""


def test_a_page_of_the_theme_is_repaired():
    found = Counter()
    text = repaired(PAGE, ON_EVERY_PAGE, found)
    unmatched(ON_EVERY_PAGE, found, "page")
    assert "fontawesome" not in text and "preload" not in text.partition("documentElement")[0]
    assert 'role="region" aria-label="Book"' in text and 'width="42"' in text


@pytest.mark.parametrize("k", range(len(ON_EVERY_PAGE)))
def test_a_repair_with_nothing_to_repair_stops_the_build(k):
    found = Counter()
    repaired("\n".join(PAGE.splitlines()[:k] + PAGE.splitlines()[k + 1 :]) + "\n", ON_EVERY_PAGE, found)
    with pytest.raises(ExtensionError, match=r"index.html: nothing is left to repair .* has the theme"):
        unmatched(ON_EVERY_PAGE, found, "index.html")


def test_one_of_some_pages_is_enough():
    found = Counter(wrong.pattern for wrong, _ in ON_SOME_PAGE)
    unmatched(ON_SOME_PAGE, found, "site")
    del found[ON_SOME_PAGE[-1][0].pattern]
    with pytest.raises(ExtensionError, match="nothing is left to repair"):
        unmatched(ON_SOME_PAGE, found, "site")


def test_a_formula_is_hidden_from_those_who_listen_or_refused():
    done = {"boxes": "<mjx-container><mjx-math class='x'></mjx-math></mjx-container>", "mathml": "<math></math>"}
    assert '<mjx-math aria-hidden="true" class' in mathematics.seen_and_listened(done, display=False)
    with pytest.raises(ExtensionError, match="otherwise than it did"):
        mathematics.seen_and_listened({**done, "boxes": "<mjx-svg></mjx-svg>"}, display=False)


def test_short_code_and_numbers_stay_on_their_line():
    code = '<code class="docutils literal notranslate"><span class="pre">{}</span></code>'
    short, long = code.format("--last"), code.format("torch.optim.AdamW(fused=True)")
    assert repaired(short, ON_SOME_PAGE, Counter()) == short.replace("notranslate", "notranslate short")
    assert repaired(long, ON_SOME_PAGE, Counter()) == long
    for text, kind in {"1e-3": ' class="number"', "−0.5": ' class="number"', "2 of 3": "", "a word": ""}.items():
        assert repaired(f"<td>{text}</td>", ON_SOME_PAGE, Counter()) == f"<td{kind}>{text}</td>"


def test_tall_rows_of_a_formula_keep_apart():
    low, tall = r"a &= b", r"c &= \frac{1}{2}"
    for name in ("align*", "aligned", "split"):
        assert mathematics.aired(env(name, low, low, tall, tall)) == env(name, low, low, tall, tall, room={1, 2})
    assert mathematics.aired(r"a \\ \frac{1}{2}") == r"a \\ \frac{1}{2}"  # no rows of ours
    matrix = env("align*", r"A &= \begin{pmatrix} 1 \\ \frac{1}{2} \end{pmatrix}", tall)
    assert mathematics.aired(matrix) == matrix
    given = env("align*", tall, tall).replace(r"\\", r"\\[1em]")
    assert mathematics.aired(given) == given  # whoever asked for room has it


def env(name, *rows, room=()):
    text = rows[0]
    for k, row in enumerate(rows[1:]):
        text += (r"\\[.4em]" if k in room else r"\\") + "\n" + row
    return rf"\begin{{{name}}}{text}\end{{{name}}}"
