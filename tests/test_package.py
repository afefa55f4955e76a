"""What pip and a package index will see: extras that name what they need, and a page that holds where it is shown."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from optedu.zoo import ZOO

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
README = (ROOT / "README.md").read_text("utf8")
TEXTS = ["README.md", "CONTRIBUTING.md", *(p.relative_to(ROOT) for p in ROOT.glob("book/**/*.md"))]
PACKAGES = {"sklearn": "scikit-learn", "markdown_it": "markdown-it-py"}
"""Module: what it is called in an index, where not the same with hyphens."""
ALWAYS = {"numpy", "optedu"}
ELSEWHERE = {"drill": ALWAYS | {"matplotlib"}, "lab": ALWAYS | {"torch", "jax", "IPython"}}
"""What is there besides: a puzzle is drawn in a notebook of the book, which has `lab`; optax brings jax."""


def required(extra):
    """The packages of an extra; of `lab` those of the book too, in which torch is the referee."""
    lines = PROJECT["optional-dependencies"][extra] + (
        PROJECT["optional-dependencies"]["book"] if extra == "lab" else []
    )
    return {re.match(r"[\w-]+", line)[0].replace("_", "-") for line in lines}


def imported(folder):
    """What the files of a folder import from elsewhere, by the names of an index."""
    for path in (ROOT / "optedu" / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
            for top in {name.partition(".")[0] for name in names}:
                yield top, PACKAGES.get(top, top.replace("_", "-"))


@pytest.mark.parametrize("extra", ["drill", "lab"])
def test_an_extra_names_all_that_its_part_imports(extra):
    known = required(extra) | ELSEWHERE[extra]
    assert not {package for top, package in imported(extra) if top not in sys.stdlib_module_names} - known


def test_the_page_on_the_index_links_nothing_relative():
    links = re.findall(r"\]\(([^)\s]+)\)", README)
    assert len(links) >= 3 and all(link.startswith("https://") for link in links)


def test_the_page_on_the_index_counts_what_is_beyond_torch():
    beyond = [name for name, entry in ZOO.items() if not entry.referee.startswith("torch.")]
    said = re.search(r"and (\w+) optimizers beyond it", README)[1]
    assert said == ("seventeen", "eighteen", "nineteen", "twenty")[len(beyond) - 17], beyond


@pytest.mark.parametrize("path", TEXTS, ids=str)
def test_nothing_is_to_be_installed_from_an_index_that_does_not_have_it(path):
    assert not re.search(r"pip install [\"']?optedu", (ROOT / path).read_text("utf8"))


def test_the_license_is_that_of_code_and_text():
    assert PROJECT["license"] == "MIT AND CC-BY-4.0"
    assert "CC BY 4.0" in (ROOT / "LICENSE").read_text("utf8")


def test_actions_are_pinned_and_have_few_rights():
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        text = path.read_text("utf8")
        for action in re.findall(r"uses: (\S+)", text):
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action), f"{path.name}: {action}"
        assert "\npermissions:\n  contents: read\n" in text, path.name


def test_what_a_workflow_makes_is_a_target():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf8"), re.M))
    called: set[str] = set()
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        text = path.read_text("utf8")
        called |= {name for name in re.findall(r"run: make (\S+)", text) if name != "${{"}
        for names in re.findall(r"target: \[(.*)\]", text):
            called |= set(names.split(", "))
    assert {"check", "nightly", "corpus"} <= called <= targets


def test_every_pin_but_torchs_has_its_hashes():
    pins = re.findall(r"^(\S+)==\S+(.*(?:\n    .*)*)", (ROOT / "requirements.lock").read_text("utf8"), re.M)
    assert len(pins) > 200 and all("--hash=sha256:" in rest for _, rest in pins)
    names = {name.lower().replace("_", "-") for name, _ in pins}
    wanted = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text("utf8"), re.M)
    assert {name.lower().replace("_", "-") for name in wanted} - names == {"torch"}
