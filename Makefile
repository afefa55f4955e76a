# optedu: build, test and read the book. `make help` says what there is.

PYTHON ?= python3
BIN    := .venv/bin
READY  := .venv/.ready
HTML   := _build/html
PORT   ?= 8000
# One more than there are processors: who waits for a browser or a kernel leaves one idle.
WORKERS := -n $(shell $(PYTHON) -c "import os; print(min(os.cpu_count() + 1, 5))") --dist loadscope

# The same arithmetic on every machine; the threads of workers share the cores.
-include tools/dev/arithmetic.env
ARITHMETIC := $(shell sed -n 's/^\([A-Z_]*\)=.*/\1/p' tools/dev/arithmetic.env)
export $(ARITHMETIC)

.DEFAULT_GOAL := help
.PHONY: help env book generated pdf epub deck slides bench anatomy site-report check quick test nightly referees corpus course \
        firefox fuzz wheel wheel-gate coverage lab notebooks browser-notebooks serve clean distclean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(READY)  ## Set up .venv from the lock files (every other target does this first)

$(READY): requirements.lock torch.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'optedu needs Python 3.11 or newer, this is %s; try: make PYTHON=python3.13 $(MAKECMDGOALS)' % sys.version.split()[0])"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r torch.lock -e .
	@touch $@

book: $(READY)  ## Build the site, strictly and from nothing
	@rm -rf _build
	$(BIN)/jupyter-book build . -W -n --keep-going
	@echo; echo "The book is built. Open  $(CURDIR)/$(HTML)/index.html"

generated: $(READY)  ## Write the committed pages that code makes (minutes; wants a Chromium)
	$(BIN)/python tools/site/generate.py

pdf epub: $(READY) $(HTML)/index.html
	$(BIN)/python tools/print/print_book.py $@

pdf:   ## The built site as _build/optedu.pdf (wants a Chromium; builds the site if there is none)
epub:  ## The same as _build/optedu.epub

$(HTML)/index.html:
	@$(MAKE) book

site-report: book  ## Weigh every page, time its handles, run Lighthouse, write benchmarks/site.md (needs Node)
	$(BIN)/python benchmarks/site.py

deck: $(READY)  ## The questions as _build/optedu.apkg, for Anki
	@mkdir -p _build
	$(BIN)/python -m optedu deck _build/optedu.apkg

slides: $(READY)  ## Slides of each chapter in _build/slides: single files that load nothing
	$(BIN)/python tools/print/slides.py

bench: $(READY)  ## Measure the speed of a step anew (a quiet machine, please) and write its page
	env $(ARITHMETIC:%=-u %) $(BIN)/python benchmarks/step.py
	$(BIN)/python tools/site/generate.py book/reference/speed.md

anatomy: $(READY)  ## Put every optimizer into the wind tunnel again, and write the page (minutes)
	$(BIN)/python benchmarks/anatomy.py
	$(BIN)/python benchmarks/anatomy.py --transformer
	$(BIN)/python tools/site/generate.py book/reference/anatomy.md

check: $(READY)  ## Lint, format and types (seconds)
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tools/dev/public_types.py

quick: check  ## Check, and the units: no browser, no notebooks, no grids (a minute)
	$(BIN)/python -m pytest $(WORKERS) -m "not slow and not nightly" tests

test: check wheel-gate  ## Run everything: check, wheel, units, parity, notebooks, strict build, browser
	$(BIN)/python tools/dev/chromium.py
	$(BIN)/python -m pytest $(WORKERS)

nightly: $(READY)  ## The tests that the gate takes a sample of
	$(BIN)/python -m pytest $(WORKERS) -m nightly

referees: $(READY)  ## The tests against packages that are too large for the gate (1 GB)
	$(BIN)/python -m pip install -q -r requirements-referees.txt
	$(BIN)/python -m pytest $(WORKERS) -m nightly tests/test_triton.py

corpus: $(READY)  ## Grade every answer of the corpus, and count what the grader makes of them (an hour)
	$(BIN)/python tests/corpus/measure.py save

course: $(READY)  ## Put every assignment of `optedu course` through nbgrader and otter-grader (700 MB, half an hour)
	$(PYTHON) -m venv _build/course
	_build/course/bin/python -m pip install -q -r requirements-course.txt ".[drill]"
	$(BIN)/python -m pytest $(WORKERS) -m nightly tests/test_course.py

firefox: $(READY)  ## The site in Firefox, which has to be installed (Python 3.11 or 3.12)
	$(BIN)/python -m pip install -q marionette_driver==3.7.1
	$(BIN)/python -m pytest -m nightly tests/test_firefox.py

wheel: $(READY)  ## Build the wheel, and try it with the oldest and newest NumPy and with each extra alone
	$(BIN)/python tools/dev/wheel.py

wheel-gate: $(READY)
	$(BIN)/python tools/dev/wheel.py newest,drill

coverage: $(READY)  ## Print what share of the package's lines the units run
	$(BIN)/python -m coverage run --source=optedu -m pytest -q -m "not slow and not nightly" tests
	$(BIN)/python -m coverage report --skip-covered --sort=cover

RULES    ?= 20000
COMPILED ?= 1000

fuzz: $(READY)  ## Made rules: every engine against the rule called on copies (RULES=20000 COMPILED=1000)
	$(BIN)/python tests/fuzz.py $(RULES) $(COMPILED)

lab: $(READY)  ## Open JupyterLab on the notebooks, and trust them, or it shows no stored figure
	$(BIN)/jupyter trust book/*/*.ipynb
	$(BIN)/jupyter lab --notebook-dir=book

notebooks: $(READY)  ## Re-execute every notebook and normalize what is saved
	$(BIN)/python tools/dev/notebooks.py

browser-notebooks: $(READY)  ## Run every notebook in Python for pages, compare what it shows (an hour)
	$(BIN)/python tools/dev/browser_notebooks.py --details

serve: book  ## Build the site and serve it on localhost (PORT=8000)
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(HTML) $(PORT)

clean:  ## Remove what was built (make distclean: the environment too)
	rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
	find . -path ./.venv -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

distclean: clean
	rm -rf .venv
