"""What is public is typed: two checkers read a client's program, and agree with its author."""

import ast
import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import optedu

ROOT = Path(__file__).resolve().parents[1]
CLIENT = ROOT / "tests/typed_client.py"
WRONG = [k for k, line in enumerate(CLIENT.read_text("utf8").splitlines(), 1) if line.endswith("# WRONG")]


def run(*command):
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)


def test_mypy_reads_the_client():
    done = run("mypy", "--output", "json", str(CLIENT))
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    here = [e for e in found if e["severity"] == "error" and e["file"].endswith(CLIENT.name)]
    assert [e["line"] for e in here] == WRONG, done.stdout + done.stderr


def test_pyright_reads_the_client():
    done = run("basedpyright", "--level", "error", "--outputjson", str(CLIENT))
    found = json.loads(done.stdout)["generalDiagnostics"]
    assert sorted({e["range"]["start"]["line"] + 1 for e in found if e["severity"] == "error"}) == WRONG, found


@pytest.mark.parametrize(
    "module", [m.name for m in pkgutil.iter_modules(importlib.import_module("optedu.optim").__path__)]
)
def test_only_rules_are_written_without_types(module):
    """A rule is printed by the book as it stands; mypy lets it through, and would let a class through with it."""
    found = importlib.import_module(f"optedu.optim.{module}")
    for node in ast.walk(ast.parse(inspect.getsource(found))):
        if not isinstance(node, ast.ClassDef):
            continue
        for method in filter(lambda n: isinstance(n, ast.FunctionDef), node.body):
            given = [*method.args.posonlyargs, *method.args.args, *method.args.kwonlyargs][1:]
            assert method.returns and all(a.annotation for a in given), f"{node.name}.{method.name}"


@pytest.mark.parametrize("package", ["optedu", "optedu.training", "optedu.lab", "optedu.drill"])
def test_a_stub_has_the_names_of_its_package(package):
    """(That it is made from the table of the package is in test_generated.py.)"""
    module = importlib.import_module(package)
    stub = ast.parse(Path(module.__file__).with_suffix(".pyi").read_text("utf8"))
    imported = {a.asname for node in stub.body if isinstance(node, ast.ImportFrom) for a in node.names}
    assert imported >= set(module.__all__) and imported <= set(dir(module))


def test_completion_knows_the_names_without_loading_them():
    code = "import optedu, sys; print(set(optedu.__all__) <= set(dir(optedu)), 'optedu.optim.adam' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["True", "False"], done.stderr
    assert "AdamW" in dir(optedu)
