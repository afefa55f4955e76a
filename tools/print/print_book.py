"""The book on paper and in a reader, both made from the built site.

python tools/print/print_book.py pdf      # _build/optedu.pdf
python tools/print/print_book.py epub     # _build/optedu.epub
"""

import argparse
import sys
from pathlib import Path

# (What it needs of the site, and the browser.)
sys.path += [str(Path(__file__).resolve().parents[1] / folder) for folder in ("dev", "site")]

import chromium
from playwright.sync_api import sync_playwright
from print_epub import write_epub
from print_pdf import write_pdf
from printed import ROOT, read_book


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["pdf", "epub"])
    kind = parser.parse_args().kind
    build = ROOT / "_build"
    if not (build / "html/index.html").exists():
        parser.error("there is no site to print: build the book first")
    if not chromium.find():
        parser.error(chromium.MISSING)
    target = build / f"optedu.{kind}"
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        {"pdf": write_pdf, "epub": write_epub}[kind](read_book(build / "html"), target, browser)
        browser.close()
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
