"""Measure lessons: what a reader of a chapter reads before its exercises, closed folds and evidence apart.

    python tools/dev/lessons.py [NOTEBOOK ...] [--site DIR]      (default: every chapter that has the form of a lesson)

With a built site also in screens of a phone.
"""

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
UNSEEN = {"colab", "evidence", "imports", "hide-cell", "hide-input", "remove-cell", "remove-input"}
LEAD = "**In three sentences.**"
WORDS, LINES, CELL_LINES, COLUMNS, SCREENS = 1300, 45, 12, 50, 12
LONG = {"momentum/heavy_ball"}
"""At most eight chapters, which may have `LONG_WORDS` and `LONG_SCREENS`."""
LONG_WORDS, LONG_SCREENS = 2000, 18

PART = re.compile(r"^(?=#{1,3} )", re.M)
DISPLAY = re.compile(r"\$\$.*?\$\$|\\begin\{align\*\}.*?\\end\{align\*\}", re.S)
FOLD = re.compile(r"<details>.*?</details>", re.S)
CODE = re.compile(r"^```python\n(.*?)^```", re.M | re.S)


@dataclass
class Lesson:
    """A lesson: its prose (Markdown), its cells of code in sight, and the lines of the rules that it prints."""

    prose: str
    cells: list[str]
    rule: int

    @property
    def displays(self) -> int:
        return len(DISPLAY.findall(self.prose))

    @property
    def words(self) -> int:
        """A formula within a line is one word, a display none."""
        text = re.sub(r"\$[^$]+\$", "X", DISPLAY.sub(" ", self.prose))
        text = re.sub(r"\]\([^)]*\)|\{cite[\w:]*\}|<[^>]+>", " ", text)
        return len(re.findall(r"[^\s|]*\w[^\s|]*", text))

    @property
    def lines(self) -> list[str]:
        return [line for cell in self.cells for line in cell.split("\n") if line.strip()]

    @property
    def minutes(self) -> float:
        """200 words, 3 lines of code (those of the rule included) and one display a minute."""
        return self.words / 200 + (len(self.lines) + self.rule) / 3 + self.displays


def is_lesson(nb) -> bool:
    return any(cell.cell_type == "markdown" and LEAD in cell.source for cell in nb.cells)


def lesson(nb) -> Lesson:
    prose, cells, rule, evidence = [], [], 0, 0
    for cell in nb.cells:
        tags = set(cell.metadata.get("tags", []))
        if cell.cell_type == "code":
            if evidence:
                continue
            if not tags & UNSEEN:
                cells.append(cell.source)
            if not tags & {"evidence", "hide-cell"}:
                shown = [out.get("data", {}).get("text/markdown", "") for out in cell.outputs]
                rule += sum(
                    len(code.strip().split("\n")) for text in shown for code in CODE.findall(FOLD.sub("", text))
                )
            continue
        for part in PART.split(cell.source):
            heading = re.match(r"(#+) (.*)", part)
            if heading and heading[2] == "Exercises":
                return Lesson("\n".join(prose), cells, rule)
            if heading and len(heading[1]) <= evidence:
                evidence = 0
            if heading and heading[2] == "Evidence":
                evidence = len(heading[1])
            if not evidence:
                prose.append(FOLD.sub("", part))
    raise ValueError("a chapter has a section Exercises")


def on_a_phone(site, names):
    """Screens before the exercises, cells of code too wide, displays cut; for each name of a page."""
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import chromium
    import site_reading
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for name in names:
            url = (site / f"book/{name}.html").as_uri()
            found = site_reading.read(browser, url, site_reading.PHONE)
            yield f"{found['screens']:.1f}", found["wide"], found["cut"]
        browser.close()


def main():
    import notebooks

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--site", type=Path, default=ROOT / "_build/html")
    args = parser.parse_args()
    paths = [p.resolve() for p in args.notebooks] or notebooks.every_notebook()
    read = {p: nbformat.read(p, as_version=4) for p in paths}
    read = {p.relative_to(ROOT / "book").with_suffix("").as_posix(): nb for p, nb in read.items() if is_lesson(nb)}
    built = [name for name in read if (args.site / f"book/{name}.html").exists()]
    seen = dict(zip(built, on_a_phone(args.site.resolve(), built), strict=True)) if built else {}
    head = "chapter,words,lines of code,displays,minutes,phone screens,cells too wide,displays cut".split(",")
    print("| " + " | ".join(head) + " |\n" + "| --- " * len(head) + "|")
    for name, nb in read.items():
        one = lesson(nb)
        row = [name, one.words, len(one.lines), one.displays, round(one.minutes), *seen.get(name, ("–", "–", "–"))]
        print("| " + " | ".join(map(str, row)) + " |")


if __name__ == "__main__":
    main()
