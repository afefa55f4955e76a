"""The file to begin a rule of one's own with: what examine and export take as it is."""

import ast

import numpy as np
import pytest

from optedu.exporting.beginning import begin, template
from optedu.exporting.naming import named
from optedu.exporting.writing import export
from optedu.lab.exported import BOUND, as_written, in_torch, loaded
from optedu.lab.wind_tunnel.examination import examine
from optedu.lab.wind_tunnel.specimen import specimen


@pytest.fixture
def rule(tmp_path):
    return named(str(begin(tmp_path / "steady.py")))


def test_the_rule_has_the_name_of_the_file_and_says_how_to_go_on(tmp_path):
    text = begin(tmp_path / "steady.py").read_text("utf8")
    [function] = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    assert function.name == "steady" and "examine steady.py" in text and "my_rule" not in text
    assert [a.arg for a in function.args.args] == ["g", "p", "m"]


def test_it_is_examined_as_it_is(rule):
    report = examine(rule, learning=False)
    assert report.cost.how.read and report.cost.bytes == 4
    assert [report[key].mark for key in ("shift", "signs", "rotation")] == ["✓", "✓", "✗"]
    assert abs(report["constant"].value - 1) < 1e-6 and abs(report["size"].value - 1) < 1e-6  # (1 is its limit)


def test_it_learns(rule):
    p = np.array([2.0, -3.0])
    optimizer = specimen(rule).start([p], lr=0.1)
    for _ in range(200):
        optimizer.step([p.copy()])
    assert np.abs(p).max() < 1e-2


def test_it_is_exported_as_it_is(rule):
    pytest.importorskip("torch")
    for dtype in ("float64", "float32"):
        made = loaded(export(rule, "torch"), "Steady")
        with as_written():
            off = in_torch(made, specimen(rule).make, {"lr": 0.01, "beta": 0.9, "limit": 1.0}, dtype=dtype)
        assert off <= BOUND["torch", dtype]
    assert "def steady(" in export(rule, "jax")


def test_nothing_is_overwritten(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text("precious", "utf8")
    with pytest.raises(ValueError, match="is there already"):
        begin(file)
    assert file.read_text("utf8") == "precious"


@pytest.mark.parametrize("name", ["my-rule", "class", "", "2nd", "_"])
def test_a_name_that_no_function_can_have_is_refused(name):
    with pytest.raises(ValueError, match="name must be a name in Python"):
        template(name)
