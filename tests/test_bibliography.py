"""The bibliography: an entry that says where the paper is leads there."""

import re

import bibliography
from docutils import nodes
from site_helpers import ROOT

BIB = (ROOT / "book/references.bib").read_text("utf8")


def test_numbers_and_addresses_become_links_and_the_rest_stays():
    made = bibliography.pieces("A and B. Title. arXiv:2504.05295, 2025. github.com/a/b_c, x.")
    assert "".join(one.astext() for one in made) == "A and B. Title. arXiv:2504.05295, 2025. github.com/a/b_c, x."
    links = [one["refuri"] for one in made if isinstance(one, nodes.reference)]
    assert links == ["https://arxiv.org/abs/2504.05295", "https://github.com/a/b_c"]
    assert [type(one) for one in bibliography.pieces("No address.")] == [nodes.Text]


def test_an_entry_is_linked_once():
    text, linked = nodes.Text("arXiv:2307.11291, 2023. "), nodes.Text("arXiv:2307.11291")
    entry = nodes.citation("", nodes.paragraph("", "", text, nodes.reference("", "", linked, refuri="https://x")))
    bibliography.link(None, entry, "")
    assert [one["refuri"] for one in entry.findall(nodes.reference)] == [
        "https://arxiv.org/abs/2307.11291", "https://x",
    ]  # fmt: skip


def test_every_number_of_arxiv_is_found_and_stands_once_in_its_entry():
    for entry in re.split(r"^(?=@)", BIB, flags=re.M):
        numbers = re.findall(r"arXiv:([^\s,}]+)", entry)
        assert numbers == re.findall(bibliography.ARXIV, entry), entry[:60]
        said = numbers + re.findall(r"eprint *= *\{([^}]+)\}", entry) + re.findall(r"arxiv\.org/abs/([^}]+)\}", entry)
        assert len(said) == len(set(said)), entry[:60]
