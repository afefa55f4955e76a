"""nbval in the browser: every notebook is run in Python for pages, and what it shows is compared with what it keeps.

    python tools/dev/browser_notebooks.py [--details] [NOTEBOOK ...]      (default: all of book/)

The rules are nbval's: text must be the same, letter for letter; drawings are not compared. A cell that needs what no
page has (torch, say) is counted apart. Exit status 1 if less than `GOAL` of the others agree.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from copy import deepcopy
from pathlib import Path
from textwrap import indent
from types import SimpleNamespace

import nbformat
from nbval.plugin import IPyNbCell, nocolors
from notebooks import merge_streams

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools/site")]

import run_cells  # noqa: E402
from cells import cells_of  # noqa: E402
from serving import serving  # noqa: E402

REFUSED = "runs, but has no button"
JUDGED = ("agrees", "differs", "error", REFUSED)
GOAL = 0.95
LATE = "is seen only when it runs"
PATIENCE = 600  # seconds for a cell
NOT_COMPARED = ("metadata", "traceback", "output_type", "name", "execution_count", "image/png", "image/svg+xml")
SCRIPTS = ("page.js", "run/python.js")
PAGE = "<!DOCTYPE html>" + "".join(f'<script src="_static/{name}"></script>' for name in SCRIPTS)
RUN = """async ({source, name}) => {
    const outputs = [], draws = /\\bplt\\.|\\bplot_|\\.plot\\(|figure\\(/.test(source);
    await OpteduPython.start();
    if (draws) await OpteduPython.draw();
    const what = await OpteduPython.call("run", {source, name}, output => outputs.push(output));
    return [what, outputs];
}"""


def bare_site(folder):
    """A page with nothing but Python."""
    static = Path(folder) / "_static"
    (static / "run").mkdir(parents=True)
    for name in SCRIPTS:
        shutil.copy(ROOT / "book/_static" / name, static / name)
    run_cells.ship_python(static)
    (Path(folder) / "index.html").write_text(PAGE, "utf8")


def agrees(outputs, kept):
    """Whether two lists of outputs are the same to nbval."""
    judge = SimpleNamespace(
        parent=SimpleNamespace(skip_compare=NOT_COMPARED), colors=nocolors, sanitize=str,
        format_output_compare=lambda *said: None,
    )  # fmt: skip
    return IPyNbCell.compare_outputs(judge, outputs, kept)


def verdicts(page, path):
    """For each cell of a notebook its position, a verdict (one of `JUDGED`, or what it lacks), and details."""
    kept = nbformat.read(path, as_version=4).cells
    page.evaluate("OpteduPython.stop()")
    for k, cell in cells_of(path).items():
        what, told = page.evaluate(RUN, {"source": cell["source"], "name": str(k)})
        outputs = merge_streams([nbformat.from_dict(one) for one in told])
        same = not what and agrees(*map(without_live, (outputs, kept[k].outputs)))
        if cell["lacks"]:
            yield (k, REFUSED, f"it does not need {cell['lacks']}") if same else (k, cell["lacks"], "")
        elif what == "error":
            yield k, "error", "".join(outputs[-1]["traceback"]).strip()
        elif what:
            yield k, what, LATE
        elif same:
            yield k, "agrees", ""
        else:
            yield k, "differs", difference(outputs, kept[k].outputs)


def without_live(outputs):
    """Outputs without the HTML of live figures: the line of text beside it says what they show, as for nbval."""
    outputs = deepcopy(outputs)
    for one in outputs:
        if "data-live" in one.get("data", {}).get("text/html", ""):
            del one["data"]["text/html"]
    return outputs


def difference(outputs, kept):
    """The first lines that differ, of the book and of the page."""
    old, new = ("\n".join(map(text, some)).splitlines() for some in (kept, outputs))
    for a, b in zip(old, new, strict=False):
        if a != b:
            return f"book: {a}\npage: {b}"
    return f"book: {len(old)} lines\npage: {len(new)} lines"


def text(output):
    data = output.get("data", {})
    return output.get("text") or data.get("text/markdown") or data.get("text/html") or data.get("text/plain", "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every one in book/")
    parser.add_argument("--details", action="store_true", help="also say what differs, and where")
    args = parser.parse_args()
    paths = [p.resolve() for p in args.notebooks]
    paths = paths or sorted(p for p in (ROOT / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
    sys.exit(report(paths, args.details))


def report(paths, details):
    """Run them, say what came of each; returns an exit status."""
    import chromium
    from playwright.sync_api import sync_playwright

    total = Counter()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        bare_site(folder)
        browser = chromium.launch(playwright)
        with serving(folder) as address:
            for path in paths:
                page = browser.new_page()
                page.set_default_timeout(1000 * PATIENCE)
                page.goto(f"{address}/index.html")
                began, found = time.monotonic(), list(verdicts(page, path))
                page.close()
                counts = Counter(verdict for _, verdict, _ in found)
                total += counts
                told = ", ".join(f"{n} {verdict}" for verdict, n in sorted(counts.items()))
                print(f"{time.monotonic() - began:6.1f} s  {os.path.relpath(path, ROOT)}: {told}", flush=True)
                for k, verdict, said in found:
                    if verdict in JUDGED[1:] or said == LATE:
                        print(f"    cell {k} {verdict}")
                        if details:
                            print(indent(said, "        "))
        browser.close()
    judged = sum(total[verdict] for verdict in JUDGED)
    apart = ", ".join(f"{n} need {what}" for what, n in sorted(total.items()) if what not in JUDGED)
    share = total["agrees"] / max(judged, 1)
    print(f"\n{sum(total.values())} cells; {apart or 'none needs what no page has'}")
    print(f"Of the other {judged} agree {total['agrees']}: {share:.1%}")
    return int(share < GOAL)


if __name__ == "__main__":
    main()
