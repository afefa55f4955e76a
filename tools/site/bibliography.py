"""A Sphinx extension: in the bibliography, what stands there as text leads to the paper.

BibTeX makes links of the fields ``doi``, ``url`` and ``eprint``. An arXiv number and the address of a repository or a
post stand in ``howpublished`` or ``note`` as well.
"""

import re

from docutils import nodes

ARXIV = r"arXiv:(?P<number>\d{4}\.\d{4,5})"
ADDRESS = r"(?:https?://)?(?P<address>(?:github\.com|huggingface\.co|[\w-]+\.github\.io)/[^\s,]*[\w/])"
PLACE = re.compile(f"{ARXIV}|{ADDRESS}")


def target(found: re.Match[str]) -> str:
    """The address of what was found."""
    return f"https://arxiv.org/abs/{found['number']}" if found["number"] else f"https://{found['address']}"


def pieces(text: str) -> list[nodes.Node]:
    """A text with links in it."""
    made: list[nodes.Node] = []
    end = 0
    for found in PLACE.finditer(text):
        made += [nodes.Text(text[end : found.start()])] if found.start() > end else []
        made.append(nodes.reference("", found[0], refuri=target(found), internal=False))
        end = found.end()
    return [*made, nodes.Text(text[end:])] if text[end:] or not made else made


def link(app, doctree, docname):
    for entry in doctree.findall(nodes.citation):
        for text in list(entry.findall(nodes.Text)):
            if PLACE.search(text) and not isinstance(text.parent, nodes.reference):
                text.parent.replace(text, pieces(str(text)))


def setup(app):
    app.connect("doctree-resolved", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
