"""What type checkers and editors see of a package whose names are loaded late."""

from importlib import import_module

from optedu.lazy_names import LAZY

PACKAGES = ("optedu", "optedu.training", "optedu.lab", "optedu.drill")


def path(package: str) -> str:
    """Where the stub of a package is, below the root of the repository."""
    return f"{package.replace('.', '/')}/__init__.pyi"


def stub(package: str) -> str:
    """An import of each name from its home, and the list of all names."""
    module = import_module(package)
    homes, packages = LAZY[package]
    lines = [f"from . import {name} as {name}" for name in packages]
    lines += [f"from .{home} import {name} as {name}" for name, home in homes.items()]
    names = "".join(f'    "{name}",\n' for name in module.__all__)
    version = ["__version__: str"] if hasattr(module, "__version__") else []
    head = f"# Made from the table in __init__.py: run `make generated`.\n\n{chr(10).join(lines)}\n\n"
    return head + "\n".join([*version, f"__all__ = [\n{names}]\n"])
