"""Everything has one place: old paths lead to it, and no function is hidden by a module of its name."""

import ast
import importlib
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import optedu
from optedu.moved import MOVED, REFUSED

ROOT = Path(optedu.__file__).parent


def packages():
    """The packages of optedu, with the names of what lies in each."""
    for init in sorted(ROOT.rglob("__init__.py")):
        folder = init.parent
        name = ".".join(["optedu", *folder.relative_to(ROOT).parts])
        yield name, {module.name for module in pkgutil.iter_modules([str(folder)])}


@pytest.mark.parametrize(("package", "modules"), list(packages()), ids=lambda x: x if isinstance(x, str) else "")
def test_no_public_name_is_that_of_a_module_beside_it(package, modules):
    """Python binds a module to its package when it is imported, in the place of what bore the name before."""
    public = set(getattr(importlib.import_module(package), "__all__", ()))
    assert not public & modules


@pytest.mark.parametrize("package", ["optedu", "optedu.training", "optedu.lab", "optedu.drill"])
def test_every_public_name_is_found_where_it_is_said_to_be(package):
    module = importlib.import_module(package)
    for name in module.__all__:
        found = getattr(module, name)
        assert getattr(found, "__module__", package).startswith("optedu"), name
    assert set(module.__all__) <= set(dir(module))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        module.nothing  # noqa: B018


@pytest.mark.parametrize("package", ["training", "lr_scheduler"])
def test_a_public_package_is_there_without_an_import_of_its_own(package):
    code = f"import optedu; print(optedu.{package}.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == f"optedu.{package}\n", done.stderr


# Old paths


@pytest.mark.parametrize("old", MOVED)
def test_an_old_path_is_the_module_of_the_new_one_and_says_so(old):
    sys.modules.pop(old, None)
    with pytest.warns(DeprecationWarning, match=rf"{old} has moved: import {MOVED[old]}$"):
        module = importlib.import_module(old)
    assert module is importlib.import_module(MOVED[old]) and module.__name__ == MOVED[old] == module.__spec__.name


def test_the_warning_points_at_the_line_that_imports(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import optedu\nfrom optedu.gradients import clip_grad_norm_\nfrom optedu import averaging\n")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"{script}:2: DeprecationWarning: optedu.gradients has moved" in done.stderr
    assert f"{script}:3: DeprecationWarning: optedu.averaging has moved" in done.stderr


@pytest.mark.parametrize("old", REFUSED)
def test_an_old_path_that_would_hide_a_function_says_where_to_go(old):
    package, _, name = old.rpartition(".")
    with pytest.raises(ModuleNotFoundError, match=f"import {REFUSED[old]}$"):
        importlib.import_module(old)
    importlib.import_module(REFUSED[old])
    assert callable(getattr(importlib.import_module(package), name))


@pytest.mark.parametrize("old", [*MOVED, *REFUSED])
def test_an_old_path_has_no_file_of_its_own(old):
    path = ROOT.parent / old.replace(".", "/")
    assert not path.with_suffix(".py").exists() and not (path / "__init__.py").exists()


def test_the_package_itself_uses_no_old_path():
    """A reader who turns warnings into errors meets none of ours."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            named = {node.module} if isinstance(node, ast.ImportFrom) and not node.level else set()
            assert not named & {*MOVED, *REFUSED}, path


# What is shipped


def test_every_file_of_the_package_is_in_the_wheel():
    settings = tomllib.loads((ROOT.parent / "pyproject.toml").read_text("utf8"))["tool"]["setuptools"]
    shipped = {path for pattern in settings["package-data"]["optedu"] for path in ROOT.glob(pattern)}
    there = {path for path in ROOT.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
    assert there == shipped
