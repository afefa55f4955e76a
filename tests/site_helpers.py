"""The built site, shared by the tests that read it and the tests that drive it."""

import os
import subprocess
import sys
import time
from pathlib import Path
from weakref import WeakKeyDictionary

import browser_python
import pytest
import yaml
from serving import serving

ROOT = Path(__file__).resolve().parents[1]


def toc_entries():
    """Every page of the book, as _toc.yml names it."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    return [toc["root"], *files(toc["parts"])]


def files(entries):
    """What entries of _toc.yml name, each before what stands below it."""
    return [
        name
        for one in entries
        for name in [*([one["file"]] if "file" in one else []), *files(one.get("chapters", one.get("sections", [])))]
    ]


def build(out):
    """A strict build from nothing; returns (exit status, what was said)."""
    jupyter_book = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]
    run = subprocess.run(
        [*jupyter_book, "build", ".", "-W", "-n", "--keep-going", "--path-output", str(out)],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return run.returncode, run.stdout


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """(exit status, output, folder of the HTML): built once, by whichever worker comes first."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent
    out, log = base / "site", base / "site.log"
    try:
        (base / "site.lock").touch(exist_ok=False)
    except FileExistsError:
        while not log.exists():
            time.sleep(0.2)
    else:
        status, said = build(out)
        partial = base / "site.log.part"
        partial.write_text(f"{status}\n{said}", "utf8")
        partial.rename(log)  # all at once: others wait for this name
    status, said = log.read_text("utf8").split("\n", 1)
    return int(status), said, out / "_build/html"


@pytest.fixture(scope="session")
def site(request):
    """The folder of the HTML. That it was built without a warning is a test of its own.

    A site that is there already is taken as it is: OPTEDU_SITE=_build/html pytest tests/test_browser.py
    """
    ready = os.environ.get("OPTEDU_SITE")
    folder = Path(ready).resolve() if ready else request.getfixturevalue("built")[2]
    assert (folder / "index.html").exists(), "there is no site: see the test of the build"
    return folder


@pytest.fixture(scope="session")
def python():
    """Where Python for the page lies."""
    try:
        return browser_python.fetch()
    except browser_python.Missing as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def address(site):
    """Where the site is served."""
    with serving(site) as address:
        yield address


def tab(browser, width, scheme="light", motion="reduce"):
    """A page of one's own with nothing stored; what the browser has compiled of the scripts stays with it.

    Close the page, not its context.
    """
    if browser not in SHARED:
        SHARED[browser] = browser.new_context(reduced_motion="reduce")
        SHARED[browser].add_init_script(FORGET)
    page = SHARED[browser].new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme, reduced_motion=motion)
    return page


def own_tab(browser, width, scheme):
    viewport = {"width": width, "height": 900}
    return browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce").new_page()


SHARED = WeakKeyDictionary()
FORGET = """if (location.protocol !== 'about:' && window === top && !sessionStorage.begun) {
    localStorage.clear();
    sessionStorage.begun = true;
}"""


def failure(request):
    """The complaint about a request that failed; one on its way when the page was left, or loaded again, is none."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"failed: {request.url} ({request.failure})"]


def visit(browser, url, allowed, width=1440, scheme="light", alone=False):
    """The loaded page, and a list to which every complaint of the browser is added.

    With ``alone`` in a context of its own, to be closed: for a page that keeps something, and is loaded again.
    """
    page, heard = (tab if not alone else own_tab)(browser, width, scheme), []
    page.add_init_script("window.requestIdleCallback = then => setTimeout(then)")  # a test is in a hurry
    page.on("console", lambda m: heard.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(f"script: {error}"))
    page.on("request", lambda r: None if r.url.startswith((allowed, "data:")) else heard.append(f"request: {r.url}"))
    page.on("response", lambda r: heard.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
    page.on("requestfailed", lambda r: heard.extend(failure(r)))
    page.goto(url)
    page.keyboard.press("Shift")  # a reader is there: now the far parts of the page are laid out
    if page.locator("article").count():
        page.wait_for_selector("html.laid-out")
    page.evaluate("() => document.fonts.ready.then(() => null)")
    return page, heard
