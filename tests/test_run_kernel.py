"""What is behind the cells that run in the page: files and their hashes, what cells lack, and Python without a page."""

import base64
import gzip
import hashlib
import json
import marshal
import os
import subprocess
import sys
import zipfile
from urllib.error import URLError

import browser_python
import bytecode
import cells
import pytest
import run_cells
from site_helpers import ROOT, python  # noqa: F401

# ── What is fetched ───────────────────────────────────────────────────────────────────


def test_another_archive_is_refused(tmp_path):
    (tmp_path / "pyodide.tgz").write_bytes(b"something else")
    with pytest.raises(browser_python.Missing, match="SHA-512"):
        browser_python.unpack(tmp_path / "pyodide.tgz", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_file_with_another_hash_is_refused(tmp_path):
    right = hashlib.sha256(b"content").hexdigest()
    with pytest.raises(browser_python.Missing, match="SHA-256"):
        browser_python.save(tmp_path / "numpy.whl", b"content, changed", right)
    assert not (tmp_path / "numpy.whl").exists()
    browser_python.save(tmp_path / "numpy.whl", b"content", right)
    assert (tmp_path / "numpy.whl").read_bytes() == b"content"


def test_where_the_release_is_out_of_reach_the_fallback_is_asked(tmp_path, monkeypatch):
    def unreachable(*args, **settings):
        raise URLError("no route")

    asked = []
    monkeypatch.setattr(browser_python, "urlopen", unreachable)
    monkeypatch.setattr(browser_python, "from_fallback", lambda *given: asked.append(given))
    browser_python.fetch_packages(tmp_path, {"numpy.whl": "00"}, tmp_path)
    assert asked == [(tmp_path, {"numpy.whl": "00"}, tmp_path)]


def test_without_npm_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(browser_python.shutil, "which", lambda name: None)
    with pytest.raises(browser_python.Missing, match="no npm"):
        browser_python.fetch(tmp_path / "nowhere")


def test_every_file_of_the_list_is_there_and_is_the_one(python):  # noqa: F811
    listed = json.loads((python / browser_python.LIST).read_text("utf8"))["packages"]
    assert {"numpy", "matplotlib", "pillow"} <= set(listed) and not browser_python.UNUSED & set(listed)
    for one in listed.values():
        assert hashlib.sha256((python / one["file_name"]).read_bytes()).hexdigest() == one["sha256"]


def test_bytecode_takes_the_place_of_sources(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("some.whl", "w") as archive:
        archive.writestr("numpy/one.py", '"""Kept, for help."""\nassert False, x\n')
        archive.writestr("two.py", '"""Not read by anybody."""\nx = 2\n')
        archive.writestr("three.txt", "text")
    space = {}
    exec(bytecode.IN_PYTHON, space)
    space["compile_archive"]("some.whl")
    with zipfile.ZipFile("some.whl") as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert set(found) == {"numpy/one.pyc", "two.pyc", "three.txt"} and found["three.txt"] == b"text"
    one, two = (marshal.loads(found[name][16:]) for name in ("numpy/one.pyc", "two.pyc"))
    assert one.co_consts[0] == "Kept, for help." and one.co_filename == "numpy/one.py"
    assert two.co_consts[0] == 2 and found["two.pyc"][4:8] == b"\x01\0\0\0", "no source is looked for"


def test_the_page_has_nothing_to_compile(python):  # noqa: F811
    for path in [python / "python_stdlib.zip", *python.glob("*.whl")]:
        with zipfile.ZipFile(path) as archive:
            ends = [name.rpartition(".")[2] for name in archive.namelist()]
        assert "pyc" in ends and "py" not in ends


def test_without_node_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(bytecode.shutil, "which", lambda name: None)
    with pytest.raises(browser_python.Missing, match="no Node"):
        browser_python.compile_sources(tmp_path)


# ── What is shipped ───────────────────────────────────────────────────────────────────


def test_a_pack_is_put_together_again(tmp_path):
    files = {"one": bytes(range(256)) * 9000, "two": b"", "three": b"some text"}
    told = run_cells.write_pack(tmp_path, "pack", files)
    scripts = sorted(tmp_path.glob("pack-*.js"))
    assert len(scripts) == told["count"]
    whole = b"".join(base64.b64decode(script.read_text("utf8").split('"')[3]) for script in scripts)
    assert len(whole) == told["bytes"]
    back = {one["name"]: gzip.decompress(whole[one["at"] : one["at"] + one["bytes"]]) for one in told["parts"]}
    assert back == files


def test_the_same_files_are_the_same_bytes(tmp_path):
    assert run_cells.site_zip() == run_cells.site_zip()


def test_where_there_is_no_python_the_site_says_so(tmp_path, monkeypatch):
    def missing():
        raise browser_python.Missing("not today")

    monkeypatch.setattr(browser_python, "fetch", missing)
    monkeypatch.setenv("CI", "false")
    run_cells.ship_python(tmp_path)
    assert (tmp_path / "run/python/manifest.js").read_text("utf8") == "OpteduPython.known = null;\n"
    assert (tmp_path / "run/licenses.txt").is_file()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(run_cells.ExtensionError, match="not today"):
        run_cells.ship_python(tmp_path)


LACKING = [  # sources of cells, what each of them lacks
    (["import torch\nx = 1", "x + 1"], ["", ""]),
    (["import torch\nt = torch.ones(3)", "t + 1"], ["torch", "torch"]),
    (["from torch import nn\nx = 1\nm = nn.Linear(1, 1)\ny = 2", "x", "m", "y"], ["torch", "", "torch", ""]),
    (["import torch", "def f():\n    return torch.ones(1)", "f()"], ["", "", "torch"]),
    (["import torch", "def f(torch):\n    return torch", "f(1)", "def g(x):\n    return f(x)", "g(1)"], [""] * 5),
    (["import torch", "def f(): torch.ones(1)", "def g(): f()", "g", "list(map(g, 'ab'))"], ["", "", "", "", "torch"]),
    (["import torch", "class A:\n    def f(self): torch.ones(1)", "a = A()", "a"], ["", "", "torch", "torch"]),
    (["import torch", "a, b = [], []", "a.append(torch); b.append(1)", "a", "b"], ["", "", "torch", "torch", ""]),
    (["import torch", "a = {}", "a['x'] = torch.ones(1)", "a = {}", "a"], ["", "", "torch", "", ""]),
    (["from optedu import lab", "lab.parity('SGD')", "lab.digits()"], ["", "torch", ""]),
    (["from optedu.lab import parity as same", "def f(): same('SGD')", "f()"], ["", "", "torch"]),
    (["import optedu", "optedu.lab.parity('SGD')", "optedu.SGD([1])"], ["", "torch", ""]),
    (["import optedu.lab.distributed as d", "d.Ranks(2)"], ["", "processes"]),
    (["from optedu.lab import transformer", "transformer.Transformer"], ["", ""]),  # found out when it is imported
    (["import torch", "m = torch.ones(1)", "m = 1", "m"], ["", "torch", "", ""]),
    (["import torch", "o = torch.ones(1)", "for o in 'ab':\n    print(o)", "[o for o in 'ab']"], ["", "torch", "", ""]),
    (["import numba as nb", "@nb.njit\ndef f(): ...", "f"], ["", "Numba", "Numba"]),
    (["import numpy as np", "np.ones(1)"], ["", ""]),
]


@pytest.mark.parametrize(("sources", "lacks"), LACKING)
def test_what_a_cell_lacks_is_seen_in_its_text(sources, lacks):
    assert cells.lacking(sources) == lacks


# ── Python in the page, without a page ────────────────────────────────────────────────

SESSION = """
import json, sys
from in_page import kernel
outputs = []
kernel.begin(lambda text: outputs.append(json.loads(text)))
for k, source in enumerate(json.load(sys.stdin)):
    del outputs[:]
    answer = kernel.run(source, str(k))
    print(json.dumps([answer, outputs]), file=sys.__stdout__)
"""


def session(*sources):
    """What the kernel answers to each cell, and shows for it."""
    done = subprocess.run(
        [sys.executable, "-c", SESSION], input=json.dumps(sources), text=True, capture_output=True, check=False,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tools/site'}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_cell_shows_its_last_expression_unless_a_semicolon_follows():
    (a, shown), (b, silent), (c, none) = session("x = 2\nx + 1", "x + 1;", "None")
    assert (a, b, c) == ("", "", "") and silent == none == []
    assert shown[0]["output_type"] == "execute_result" and shown[0]["data"] == {"text/plain": "3"}


def test_print_and_display_keep_their_order():
    ((_, outputs),) = session("print('a')\ndisplay(1)\nprint('b', end='')\nimport sys\nprint('c', file=sys.stderr)")
    assert [o.get("text") or o["data"]["text/plain"] for o in outputs] == ["a\n", "1", "b", "c\n"]


def test_what_prints_without_end_is_cut():
    ((_, outputs),) = session("for k in range(10**6):\n    print(k)")
    text = "".join(output["text"] for output in outputs)
    assert 200_000 < len(text) < 200_100 and text.startswith("0\n1\n2\n") and "more was printed" in text
    assert len(outputs) < 1000


def test_an_error_begins_in_the_cell():
    (answer, outputs), _ = session("def f():\n    return 1 / 0\nprint('before')\nf()", "1")
    assert answer == "error" and outputs[0]["text"] == "before\n"
    assert outputs[1]["ename"] == "ZeroDivisionError"
    lines = outputs[1]["traceback"][0].splitlines()
    assert lines[1] == '  File "<cell 0>", line 4, in <module>' and "return 1 / 0" in outputs[1]["traceback"][0]
    ((answer, outputs),) = session("def f(:\n    pass")
    assert answer == "error" and outputs[0]["ename"] == "SyntaxError"


def test_a_statement_that_touches_what_is_not_there_is_left_out():
    first = "import numpy as np\nimport torch\nfrom torch import nn\nx = 1\nt = torch.ones(3)\ny = 2"
    answers = session(first, "x + y", "t", "nn.Linear(1, 1)", "unknown", "t = 5", "t")
    assert [answer for answer, _ in answers] == ["torch", "", "torch", "torch", "error", "", ""]


def test_matplotlib_stands_for_itself_until_it_is_there():
    first = "import matplotlib.pyplot as plt\nfrom matplotlib.ticker import NullFormatter\nplt.rcParams['a'] = 7\nx = 1"
    (imported, _), (made, _), (drawn, _) = session(first, "x", "plt.figure()")
    assert (imported, made, drawn) == ("", "", "matplotlib")
