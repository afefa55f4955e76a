"""What all tests share: one arithmetic, no chance, no clocks, and the zoo."""

import gc
import os
import sys

import arithmetic  # noqa: F401  (before NumPy)
import hypothesis
import pytest

from optedu.zoo import ZOO

hypothesis.settings.register_profile("optedu", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("optedu")


def pytest_configure(config):
    # An overflow or a 0/0 that a test did not ask for is a bug, not a remark.
    config.addinivalue_line("filterwarnings", "error::RuntimeWarning")
    config.addinivalue_line("markers", "slow: not for `make quick`; what LONG names, and all that needs a browser")
    config.addinivalue_line("markers", "nightly: not for the gate, which tries a sample; `make nightly`")


LONG = {
    "test_bank", "test_bank_page", "test_browser", "test_corpus", "test_distributed", "test_drill", "test_drill_page",
    "test_export_distributed", "test_exporting", "test_figures", "test_fuzz", "test_generated", "test_handover",
    "test_lab", "test_landing",
    "test_live", "test_live_page", "test_mutants", "test_mutation", "test_navigation", "test_notebooks",
    "test_optim_db", "test_others", "test_parity", "test_print", "test_race", "test_run_page", "test_search",
    "test_own_race", "test_site", "test_sweeps", "test_threads", "test_transformer", "test_types", "test_wind_tunnel",
}  # fmt: skip
"""Files whose tests take a second or more each: they begin early, and `make quick` goes without them."""
AT_NIGHT = {
    "adam/sparse", "adam/variants", "adam/which_rule", "adaptive/rprop", "classical/averaging", "classical/lbfgs",
    "large_models/after_pretraining", "large_models/decay_dynamics", "large_models/distributed",
    "large_models/no_horizon", "modern/adafactor", "modern/lars_lamb", "modern/shampoo_soap", "practice/batch_size",
    "practice/choosing", "practice/design", "practice/instruments", "practice/mixed_precision", "practice/schedules",
    "practice/sgd_or_adam", "practice/sharding",
}  # fmt: skip
"""Of the chapters whose sweeps take longest, every second one or so: the gate goes without them."""
TOGETHER = (".ipynb", "test_corpus.py", "test_drill_page.py", "test_export_distributed.py", "test_run_page.py")


def pytest_ignore_collect(collection_path, config):
    """To read the files of slow tests, with all that they import, takes a while itself."""
    return True if "not slow" in config.option.markexpr and collection_path.stem in LONG else None


def pytest_collection_modifyitems(items):
    """The site is built first, by one worker; who needs it comes last, and nobody waits. What is long begins early."""

    def turn(item):
        needed = getattr(item, "fixturenames", ())
        return 0 if "built" in needed else 3 if "site" in needed else 1 if is_long(item) else 2

    for item in items:
        if f"{item.path.parent.name}/{item.path.stem}" in AT_NIGHT:
            item.add_marker("nightly")
        if is_long(item) or {"built", "site", "browser"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker("slow")
    items.sort(key=turn)


def pytest_collection_finish():
    """Twenty thousand tests are millions of objects that stay: who collects garbage need not go through them."""
    gc.collect()
    gc.freeze()


def is_long(item):
    return item.path.suffix == ".ipynb" or item.path.stem in LONG


@pytest.hookimpl(optionalhook=True)  # also without xdist
def pytest_xdist_make_scheduler(config, log):
    """With --dist loadscope keep the cells of a notebook together, tests that start Python in a page or share what
    takes long to make, and the cases of a short test: handing out thousands of them takes longer than they do."""
    if config.getvalue("dist") != "loadscope":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByNotebook(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            if any(name in nodeid for name in TOGETHER):
                return super()._split_scope(nodeid)
            if "test_live.py" in nodeid and "[" in nodeid:  # a figure's states are computed once
                return nodeid.partition("[")[2].rpartition("-")[2]
            short = nodeid.partition(".py::")[0].rpartition("/")[2] not in LONG
            return nodeid.partition("[")[0] if short else nodeid

    return ByNotebook(config, log)


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    if "torch" in sys.modules:  # not imported for tests that do without it
        sys.modules["torch"].set_num_threads(1)


@pytest.fixture(scope="session")
def browser():
    """One for all tests of a worker: a thread can have one Playwright at a time."""
    import chromium
    from playwright.sync_api import sync_playwright

    if chromium.find() is None and os.environ.get("CI") != "true":
        pytest.skip(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        yield browser
        browser.close()


FED = {name: entry for name, entry in ZOO.items() if entry.takes in ("dense", "nonempty")}
"""Those that are fed one gradient for each parameter, of any shape. Muon, SparseAdam and LBFGS take
matrices, rows and a closure: what is different for them is in test_others.py."""

TORCHS = {name: entry for name, entry in FED.items() if entry.takes == "dense" and entry.referee.startswith("torch.")}
"""Those of them that torch has, too (Adafactor's empty parameters apart: see test_others.py)."""


PURE = {name: entry for name, entry in FED.items() if entry.elementwise}
"""Those whose rule works on single numbers."""


@pytest.fixture(params=PURE.values(), ids=PURE)
def pure_entry(request):
    """Each optimizer with an elementwise rule."""
    return request.param


@pytest.fixture(params=FED.values(), ids=FED)
def entry(request):
    """Each optimizer that is fed gradients."""
    return request.param


@pytest.fixture(params=TORCHS.values(), ids=TORCHS)
def torch_entry(request):
    """Each optimizer that trains anything as torch does."""
    return request.param


@pytest.fixture(params=ZOO.values(), ids=ZOO)
def any_entry(request):
    """Each optimizer of the zoo."""
    return request.param
