"""How high a section will be is guessed from its letters."""

import re

from heights import FIGURE, FOLD, LINE_OF_CODE, with_letters


def letters(page):
    marked = re.findall(r'<section id="(\w+)" style="--letters: (\d+)">', with_letters(page))
    return {name: int(n) for name, n in marked}


def test_a_section_counts_its_letters_and_those_of_its_sections():
    found = letters('<section id="a">12345<section id="b">123</section><section id="c">1</section></section>9')
    assert found == {"a": 9, "b": 3, "c": 1}


def test_what_is_folded_away_takes_no_room_but_its_summary_does():
    assert letters('<section id="a"><details><summary>123</summary>123456</details></section>') == {"a": FOLD + 3}


def test_figures_code_and_what_nobody_sees():
    found = letters(
        '<section id="a"><img src="x"></section><section id="b"><pre>12\n34</pre></section>'
        '<section id="c"><mjx-assistive-mml><mi>x</mi></mjx-assistive-mml>1</section>'
        '<section id="d"><svg><text>12</text></svg>1</section>'
    )
    assert found == {"a": FIGURE, "b": LINE_OF_CODE + 5, "c": 1, "d": FIGURE + 1}


def test_nothing_else_changes():
    page = '<p>a</p><section id="a"><h2>b</h2><section id="b"><br/>x < y</section></section>'
    assert re.sub(r' style="--letters: \d+"', "", with_letters(page)) == page
