"""A Sphinx extension: what proves a lesson becomes a chip, "✓ 4 checks", at the place that it supports.

Evidence is a code cell with the tag `evidence`, and all that stands under a heading *Evidence*. What follows each other
is one chip. It is a ``<details>``: closed at first, and open without a script to whoever presses it.
"""

import ast
import re
from collections import Counter

from docutils import nodes
from sphinx.transforms import SphinxTransform

TAG, HEADING = "tag_evidence", "Evidence"
CHECKS = re.compile(r"(?:assert|parity)(?:_|$)")  # functions that assert what they are called for
MAGIC = re.compile(r"^\s*(%{1,2}\w|!(?!=)).*$", re.M)


class evidence(nodes.General, nodes.Element):
    """A chip and what it opens; `checks` says how many."""


def checks(source):
    """How many assertions, and calls of functions that assert, a cell has."""
    tree = ast.parse(MAGIC.sub("pass", source))
    called = (one.func for one in ast.walk(tree) if isinstance(one, ast.Call))
    names = [getattr(func, "id", getattr(func, "attr", "")) for func in called]
    return sum(isinstance(one, ast.Assert) for one in ast.walk(tree)) + sum(bool(CHECKS.match(name)) for name in names)


def is_cell(node):
    return isinstance(node, nodes.container) and TAG in node["classes"]


def is_section(node):
    return isinstance(node, nodes.section) and node.next_node(nodes.title).astext().strip() == HEADING


def count(node):
    """The checks of all code cells in a node."""
    cells = node.findall(lambda one: isinstance(one, nodes.container) and one.get("nb_element") == "cell_code_source")
    return sum(checks(cell.astext()) for cell in cells)


def runs(children):
    """Slices of children that are evidence, one after the other; a target before one belongs to it."""
    start = None
    for k, child in enumerate([*children, None]):
        if child is not None and (is_cell(child) or is_section(child)):
            start = k if start is None else start
        elif start is not None and not isinstance(child, nodes.target):
            end = k
            while isinstance(children[end - 1], nodes.target):
                end -= 1
            yield start, end
            start = None


class Gather(SphinxTransform):
    """Before the headings are collected: a chip is no entry of a table of contents."""

    default_priority = 400

    def apply(self, **kwargs):
        taken = Counter()
        for parent in list(self.document.findall(nodes.Element)):
            if not any(is_cell(child) or is_section(child) for child in parent.children) or self.inside(parent):
                continue
            found = [(run, self.chip(parent, parent.children[slice(*run)], taken)) for run in runs(parent.children)]
            for (start, end), chip in reversed(found):
                parent.children[start:end] = []
                parent.insert(start, chip)

    @staticmethod
    def inside(node):
        while node is not None and not isinstance(node, evidence):
            node = node.parent
        return node is not None

    def chip(self, parent, children, taken):
        chip = evidence()
        section = parent
        while section is not None and not isinstance(section, nodes.section):
            section = section.parent
        name = f"{section['ids'][0] if section is not None else 'lesson'}-evidence"
        taken[name] += 1
        chip["ids"] = [f"{name}-{taken[name]}" if taken[name] > 1 else name]
        for child in children:
            if is_section(child):
                title = child.next_node(nodes.title)
                title.parent.remove(title)
                chip["ids"] += child["ids"]
                chip += child.children
            else:
                chip += child
        for cell in chip.findall(is_cell):  # one click is enough
            cell.attributes.pop("hide_mode", None)
        for one in chip["ids"]:
            self.document.ids[one] = chip
        self.document.nameids[chip["ids"][0]] = chip["ids"][0]  # so that a text can link to it
        self.document.nametypes[chip["ids"][0]] = True
        chip["checks"] = count(chip)
        return chip


def open_chip(self, node):
    first, *others = node["ids"]
    said = f"{node['checks']} check{'' if node['checks'] == 1 else 's'}" if node["checks"] else HEADING
    sign = '<span aria-hidden="true">✓</span> ' if node["checks"] else ""
    also = "".join(f'<span id="{one}"></span>' for one in others)
    chip = f'<details class="evidence" id="{first}" data-evidence="{node["checks"]}">'
    self.body.append(f"{chip}<summary>{sign}{said}</summary>\n{also}")


def close_chip(self, node):
    self.body.append("</details>\n")


def as_it_is(self, node):
    """On other paper there is nothing to press."""


def setup(app):
    plain = (as_it_is, as_it_is)
    app.add_node(evidence, html=(open_chip, close_chip), latex=plain, text=plain, man=plain, texinfo=plain)
    app.add_transform(Gather)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
