"""Guess how high a section of a page will be before it is laid out: so many letters, give or take a third.

A browser keeps room for a section that is far from the screen (see optedu.css). What is no text
counts as the letters that would take as much room.
"""

import re

TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)\b([^>]*)>")
AFTER = dict.fromkeys(("p", "li", "tr", "dd", "dt", "h2", "h3"), 45)  # the rest of the last line, and the gap
FORMULA, FIGURE, FOLD, LINE_OF_CODE = 120, 700, 100, 40
UNSEEN = {"mjx-assistive-mml", "script", "style"}


def with_letters(page):
    """The page, each section of its article with its letters in ``style``."""
    sections, marks, last = [], [], 0
    folded = unseen = code = 0  # how many we are in

    def count(letters):
        if sections and not folded:
            sections[-1][1] += letters

    for tag in TAG.finditer(page):
        text, (closing, name, attributes) = page[last : tag.start()], tag.groups()
        last, step = tag.end(), -1 if closing else 1
        if not unseen:
            count(len(" ".join(text.split())) + (LINE_OF_CODE * text.count("\n") if code else 0))
        if name == "section" and not closing:
            sections.append([tag.end() - 1, 0])
        elif name == "section" and sections:
            end, letters = sections.pop()
            marks.append((end, f' style="--letters: {letters}"'))
            if sections:
                sections[-1][1] += letters
        elif name == "details":
            count(0 if closing else FOLD)
            folded += step
        elif name == "summary":
            folded -= step
        elif name in UNSEEN:
            unseen += step
        elif name == "pre":
            code += step
        elif name == "img":
            count(FIGURE)
        elif name == "svg":
            count(0 if closing else FIGURE)
            unseen += step
        elif name == "mjx-container" and 'display="true"' in attributes:
            count(FORMULA)
        elif closing and name in AFTER:
            count(AFTER[name])
    for end, mark in sorted(marks, reverse=True):
        page = page[:end] + mark + page[end:]
    return page
