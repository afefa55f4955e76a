"""``import optedu`` needs NumPy and nothing else; what is public is documented."""

import inspect
import json
import re
import subprocess
import sys
from ast import literal_eval
from pathlib import Path

import pytest

import optedu
from optedu.zoo import ZOO

ROOT = Path(__file__).resolve().parents[1]
PUBLIC = {name: getattr(optedu, name) for name in optedu.__all__}


def third_party(*imports):
    """Top-level modules outside of the standard library, after these imports in a fresh interpreter."""
    code = "\n".join([
        "import json, sys",
        *(f"import {name}" for name in imports),
        "print(json.dumps(sorted({m.split('.')[0] for m in sys.modules} - set(sys.stdlib_module_names))))",
    ])  # fmt: skip
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert not done.stderr
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("modules", [["optedu"], ["optedu.zoo"], ["optedu.drill"]], ids=lambda m: m[0])
def test_imports_numpy_and_nothing_heavier(modules):
    with_numpy = third_party("numpy")
    assert "numpy" in with_numpy
    assert third_party(*modules) - with_numpy == {"optedu"}


def test_all():
    assert len(set(optedu.__all__)) == len(optedu.__all__)
    assert set(PUBLIC) >= {*ZOO, "clip_grad_norm_", "clip_grad_value_", "Optimizer"}
    visible = {n for n, v in vars(optedu).items() if not n.startswith("_") and not inspect.ismodule(v)}
    assert visible == set(PUBLIC)


def test_the_version_is_the_same_everywhere():
    version = optedu.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    for file, line in {"pyproject.toml": f'version = "{version}"', "CITATION.cff": f"version: {version}"}.items():
        assert line in (ROOT / file).read_text("utf8").splitlines(), file
    newest = re.search(r"^## (\S+) ", (ROOT / "CHANGELOG.md").read_text("utf8"), re.M)[1]
    assert newest == version


# Docstrings, numpydoc style

ENTRY = re.compile(r"^(\w[\w, *]*?) :\s*(.*)\n((?:[ ]{4,}.*\n|\n)*)", re.M)


def sections(doc):
    """Text of each section by title."""
    parts = re.split(r"^(\w[\w ]*)\n-{3,}\n", inspect.cleandoc(doc) + "\n", flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def documented(doc):
    """Each documented parameter with its type line."""
    parts = sections(doc)
    text = parts["Parameters"] if "Parameters" in parts else parts["Attributes"]  # of a named tuple
    found = {name.strip(): kind for names, kind, _ in ENTRY.findall(text) for name in names.split(",")}
    shared = re.findall(r"^(\w[\w, ]*)\n    As for `(\w+)`", text, re.M)
    for names, other in shared:
        there = documented(PUBLIC[other].__doc__)
        found |= {name.strip(): there[name.strip()] for name in names.split(",")}
    return found


def arguments(thing):
    return {n: p.default for n, p in inspect.signature(thing).parameters.items() if n != "self"}


def methods():
    for cls in (optedu.Optimizer,):
        for name, method in vars(cls).items():
            if inspect.isfunction(method) and not name.startswith("_"):
                yield pytest.param(method, id=f"{cls.__name__}.{name}")


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_are_documented(name):
    doc = PUBLIC[name].__doc__
    summary = inspect.cleandoc(doc).split("\n\n")[0]
    assert summary.endswith(".") and len(summary) < 120
    assert set(documented(doc)) == set(arguments(PUBLIC[name]))
    if name in ZOO:
        assert {"Parameters", "Raises", "Notes", "References"} <= set(sections(doc))
        assert ".. math::" in doc


@pytest.mark.parametrize("name", [n for n in PUBLIC if n != "Optimizer"])
def test_documented_defaults_are_right(name):
    kinds = documented(PUBLIC[name].__doc__)
    for argument, default in arguments(PUBLIC[name]).items():
        stated = re.search(r", default (.+)$", kinds[argument])
        if default is inspect.Parameter.empty or kinds[argument].endswith(", optional"):
            assert not stated and default in (inspect.Parameter.empty, None)
        else:
            assert stated, f"{argument} states no default"
            value = float("inf") if stated[1] == "inf" else literal_eval(stated[1])
            assert value == default and type(value) in (type(default), float, int)


@pytest.mark.parametrize("method", list(methods()))
def test_public_methods_are_documented(method):
    doc = method.__doc__
    assert doc
    # (what a subclass overrides says it in words)
    needed = [n for n in arguments(method) if n not in ("settings", "group", "where")]
    if needed:
        assert set(documented(doc)) == set(needed)


def test_state_named_in_the_docs_is_the_state(entry):
    notes = sections(entry.cls.__doc__)["Notes"]
    for settings in entry.sample():
        for name in entry.state(**settings):
            assert f"``{name}``" in notes or "as for `Adam`" in notes
