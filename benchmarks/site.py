"""Measure the built site: weight, input to paint, frames of the race, scripts, Lighthouse; writes benchmarks/site.md.

    python benchmarks/site.py [--site DIR] [--pages NAME ...] [--runs N] [--weigh-only] [--read-only] [--paint-only]

Needs a Chromium and Node; npx fetches Lighthouse into its own cache, nothing enters the checkout.
The server compresses, as every host of static pages does.
"""

import argparse
import functools
import gzip
import http.server
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tools/dev"))

import chromium  # noqa: E402
import site_paint  # noqa: E402
import site_reading  # noqa: E402
import site_scripts  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

LIGHTHOUSE = "lighthouse@13"
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
PAGES = ["book/intro", "book/momentum/heavy_ball", "book/race", "book/interview/bank/modern"]
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".xml", ".txt", ".ipynb"}
GOAL, LIMIT = 95, 1_000_000


@functools.cache
def packed(path):
    return gzip.compress(path.read_bytes(), 6)


class Host(http.server.SimpleHTTPRequestHandler):
    """Files as a static host sends them: text compressed, connections kept, a year of cache."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in COMPRESSED or not path.is_file():
            return super().do_GET()
        body = packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self):
        self.send_header("Cache-Control", "max-age=31536000")
        super().end_headers()

    def log_message(self, *args):
        pass


@contextmanager
def hosted(folder):
    """The address at which the folder is served."""
    handler = functools.partial(Host, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def lighthouse(url, phone):
    """One run: scores in the order of CATEGORIES, the metrics of speed, and what lost points."""
    command = os.environ.get("LIGHTHOUSE", f"npx --yes {LIGHTHOUSE}").split()
    flags = ["--no-sandbox", "--headless=new", *chromium.ARGS]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command += [url, "--quiet", "--output=json", f"--output-path={out}", f"--chrome-flags={' '.join(flags)}"]
        command += [f"--only-categories={','.join(CATEGORIES)}"] + ([] if phone else ["--preset=desktop"])
        env = {**os.environ, "CHROME_PATH": chromium.find()}
        run = subprocess.run(command, env=env, check=False, capture_output=True, text=True)
        if not out.exists():
            sys.exit(f"Lighthouse failed on {url}:\n{run.stdout}{run.stderr}")
        report = json.loads(out.read_text("utf8"))
    scores = [round(100 * report["categories"][c]["score"]) for c in CATEGORIES]
    audits = report["audits"]
    names = {"first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"}
    metrics = {n: audits[n]["numericValue"] for n in names} | {"speed": report["environment"]["benchmarkIndex"]}
    lost = {
        ref["id"]
        for c in CATEGORIES[1:]
        for ref in report["categories"][c]["auditRefs"]
        if ref["weight"] and (audits[ref["id"]]["score"] or 0) < 1 and audits[ref["id"]]["score"] is not None
    }
    return scores, metrics, lost


def weigh(browser, url):
    """Bytes that a first visit receives, and how many requests it makes."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.evaluate("async () => { await window.MathJax?.startup?.promise; await document.fonts.ready; }")
    context.close()
    return sum(sizes), len(sizes)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=Path, default=ROOT / "_build/html")
    parser.add_argument("--pages", nargs="*", default=PAGES)
    parser.add_argument("--runs", type=int, default=3, help="of which the median counts")
    parser.add_argument("--weigh-only", action="store_true")
    parser.add_argument(
        "--read-only", action="store_true", help="only the measures of reading, of all chapters there are"
    )
    parser.add_argument(
        "--paint-only", action="store_true", help="only from input to paint: of --pages, or of all that can be moved"
    )
    args = parser.parse_args()
    site = args.site.resolve()
    names = sorted(p.relative_to(site).with_suffix("").as_posix() for p in (site / "book").rglob("*.html"))
    if not names:
        parser.error(f"no pages under {site}: build the book first")
    said = ["# The site, measured", "", "Written by `make site-report`.", ""]
    chapters = [name for name in site_reading.chapters() if name in names]
    with hosted(site) as address:
        with sync_playwright() as playwright:
            browser = chromium.launch(playwright)
            moved = args.pages if args.paint_only and args.pages != PAGES else site_paint.pages(site)
            paint = None if args.read_only else site_paint.measure(browser, address, moved)
            if args.paint_only:
                browser.close()
                return print(site_paint.section(*paint))
            reading = site_reading.section(browser, address, chapters)
            if args.read_only:
                browser.close()
                return print(reading)
            weights = {name: weigh(browser, f"{address}/{name}.html") for name in names}
            races = {width: site_scripts.race(browser, address, width) for width in (1440, 390)}
            scripts = {name: site_scripts.coverage(browser, f"{address}/{name}.html") for name in args.pages}
            version = browser.version
            browser.close()
        heavy = sorted(weights, key=lambda name: -weights[name][0])
        sizes = [weights[name][0] for name in names]
        said += [
            f"## Weight of a first visit\n\n{len(names)} pages, compressed, on a phone, nothing cached. "
            f"Median {statistics.median(sizes) / 1000:.0f} kB; the limit is {LIMIT / 1000:.0f} kB. The heaviest:\n",
            site_scripts.table(
                ["page", "kB", "requests"],
                [[f"`{n}`", f"{weights[n][0] / 1000:.0f}", weights[n][1]] for n in heavy[:8]],
            ),
        ]
        said += [reading, site_paint.section(*paint)]
        said += [site_scripts.race_section(races), site_scripts.coverage_section(scripts)]
        over = [name for name in names if weights[name][0] > LIMIT]
        over += [f"the race at {width} px" for width, found in races.items() if not site_scripts.good(found)]
        over += [f"from input to paint: {name}" for part in paint for name in site_paint.late(part)]
        print("\n".join(said), flush=True)
        rows, notes = [], set()
        for name in [] if args.weigh_only else args.pages:
            for phone in (True, False):
                runs = [lighthouse(f"{address}/{name}.html", phone) for _ in range(args.runs)]
                scores = [round(statistics.median(column)) for column in zip(*(r[0] for r in runs), strict=True)]
                metric = {key: statistics.median(r[1][key] for r in runs) for key in runs[0][1]}
                notes |= set().union(*(r[2] for r in runs))
                rows.append(
                    [f"`{name}`, {'phone' if phone else 'desktop'}", *scores]
                    + [f"{metric[f'{x}-contentful-paint'] / 1000:.1f} s" for x in ("first", "largest")]
                    + [f"{metric['total-blocking-time']:.0f} ms", f"{metric['cumulative-layout-shift']:.3f}"]
                    + [f"{metric['speed']:.0f}"]
                )
                print(rows[-1], runs[0][2] or "", flush=True)
    if rows:
        head = ["page", *(c.replace("-", " ") for c in CATEGORIES), "first paint", "largest paint"]
        head += ["blocked", "shift", "machine"]
        said += [
            f"\n## Lighthouse\n\n{LIGHTHOUSE.replace('@', ' ')}, Chromium {re.match(r'[0-9]+', version)[0]}; "
            f"its own settings for phone (4 times slower processor, 1.6 Mbit/s) and desktop; "
            f"median of {args.runs} runs. The goal is {GOAL} in each category. *Machine* is Lighthouse's benchmark "
            "index, its speed during the runs, on which a phone's times hang.\n",
            site_scripts.table(head, rows),
        ]
        if notes:
            said += ["", "Checks not passed: " + ", ".join(sorted(notes)) + "."]
        over += [row[0] for row in rows if min(row[1:5]) < GOAL]
        (ROOT / "benchmarks/site.md").write_text("\n".join(said) + "\n", "utf8")
    sys.exit(f"missed: {', '.join(over)}" if over else 0)


if __name__ == "__main__":
    main()
