"""Write the committed pages that code makes.

python tools/site/generate.py [PAGE ...]      (default: all; `book/reference/zoo.md` is one)
"""

import sys

from generated import PAGES, left_over, write


def main(names: list[str]) -> None:
    if unknown := [name for name in names if name not in PAGES]:
        sys.exit(f"no function writes {', '.join(unknown)}; there are\n  " + "\n  ".join(PAGES))
    for name in names or PAGES:
        print(f"{'written  ' if write(name) else 'unchanged'}  {name}", flush=True)
    for path in left_over():
        path.unlink()
        print(f"removed    {path.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
