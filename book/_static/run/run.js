// The cells of a chapter: what its buttons do. Cells above a cell are run before it, unless they have been.

globalThis.OpteduRun = (() => {
  const { h, script, style, store } = OpteduPage;
  const { place, agree } = OpteduOutputs;
  const DRAWS = /\bplt\.(?!rcParams)|\bplot_\w+\(|\bfigure\(|\.plot\(/;
  const KEYS = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘ Enter" : "Ctrl Enter";
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  const seconds = (time) => (time < 100 ? "0.1 s" : `${(time / 1000).toFixed(1)} s`);

  const cells = []; // in the order of the page; those without a place in it are run, too
  let page = "", version = "", queue = Promise.resolve(), turn = 0;
  let given = null; // what chapter() was called with

  const SHORT = "There is too little memory for this in a page: close other tabs, or use a larger machine.";

  // ── A cell ─────────────────────────────────────────────────────────────────────────

  class Cell {
    constructor({ k, source, shown, lacks }) {
      Object.assign(this, { k, book: source, source, shown, lacks, ran: null, editor: null });
      const button = document.querySelector(`[data-run="${k}"]`);
      if (!button) return;
      this.bar = button.parentElement;
      this.input = button.closest(".cell_input");
      this.place = place(button.closest(".cell"));
      this.buttons = {
        run: button,
        edit: h("button", { type: "button", onclick: () => this.edit(true) }, "Edit"),
        reset: h("button", { type: "button", hidden: true, onclick: () => this.reset() }, "Reset"),
      };
      this.meter = h("progress", { "aria-label": "Loading Python", max: 1, hidden: true });
      this.amount = h("span.run-amount", { "aria-hidden": true });
      this.status = h("span.run-status", { role: "status" });
      this.bar.append(this.buttons.edit, this.buttons.reset, this.meter, this.status, this.amount);
      button.onclick = () => pressed(k);
      button.title = `Run this cell, and those above that have not run (${KEYS} in the editor)`;
    }

    say(text, kind = "") {
      if (!this.bar) return;
      this.status.textContent = text;
      this.bar.dataset.state = kind;
      this.meter.hidden = true;
      this.amount.textContent = "";
      this.buttons.run.textContent = kind === "busy" ? "Stop" : "Run";
    }

    /** How much of Python has come: seen, but not read aloud at each piece. */
    progress({ loaded, bytes, starting }) {
      if (!this.bar) return;
      if (starting) return this.say("Starting Python …", "busy");
      this.meter.hidden = false;
      this.meter.value = loaded / bytes;
      this.amount.textContent = `${megabytes(loaded)} of ${megabytes(bytes)} MB`;
    }

    async edit(focus) {
      if (!this.editor) {
        await script("vendor/codemirror/editor.js");
        const box = h("div.optedu-editor");
        this.input.querySelector("div[class*=highlight]").replaceWith(box);
        this.editor = OpteduEditor(box, {
          attributes: { "aria-label": "Code of the cell. Escape, then Tab leaves the editor.", autocapitalize: "off", autocorrect: "off", spellcheck: "false" },
          changed: () => this.changed(),
          run: () => pressed(this.k),
        });
        this.editor.open(this.source);
        this.buttons.edit.hidden = true;
      }
      if (focus) this.editor.focus();
    }

    changed() {
      if (this.opening) return;
      this.source = this.editor.text;
      this.buttons.reset.hidden = this.source === this.book && !this.ran;
      keep(this);
    }

    /** The code and the outputs of the book. */
    reset() {
      this.source = this.book;
      if (this.editor) {
        this.opening = true;
        this.editor.open(this.book);
        this.opening = false;
      }
      keep(this);
      this.place.restore();
      this.ran = null;
      this.buttons.reset.hidden = true;
      this.say("");
      this.buttons.run.focus();
    }

    /** Whether it must run before a cell below it can. */
    get waits() { return this.ran !== this.source; }

    async run() {
      const outputs = [], began = performance.now();
      let fresh = true;
      this.say("Running …", "busy");
      const output = (one) => {
        if (fresh) this.place?.clear();
        fresh = false;
        outputs.push(one);
        this.place?.add(one);
      };
      const source = this.source;
      let what = await OpteduPython.call("run", { source, name: String(this.k) }, output);
      if (what === "matplotlib") { // drawn by something that does not look like it
        await OpteduPython.draw((told) => this.progress(told));
        what = await OpteduPython.call("run", { source, name: String(this.k) }, output);
      }
      if (what === "error" && this.lacks) what = this.lacks; // it misses what was left out above
      if (what && what !== "error") {
        this.place?.restore();
        this.ran = source;
        this.say(`It needs ${what}, which no page has. Below is what it showed when the book was made.`, "lacking");
        return true;
      }
      this.ran = source;
      if (fresh) this.place?.clear(); // it shows nothing now
      const same = !what && agree(outputs, this.shown);
      if (same) this.place?.restore(outputs.filter((one) => one.data?.["image/svg+xml"]).map((one) => one.data["image/svg+xml"]));
      const time = seconds(performance.now() - began);
      if (this.bar) this.buttons.reset.hidden = false;
      if (what) this.say(/MemoryError/.test(outputs.at(-1).ename) ? SHORT : `Stopped by an error after ${time}.`, "error");
      else if (source !== this.book) this.say(`Your code ran in ${time}.`, "done");
      else this.say(this.shown.length === 0 ? `Ran in ${time}.` : same ? `Ran in ${time}, and shows what the book shows.` : `Ran in ${time}, and shows something else than the book.`, "done");
      return !what;
    }
  }

  // ── All cells ──────────────────────────────────────────────────────────────────────

  /** What the button of a cell does: run, or stop all that runs. */
  function pressed(k) {
    const cell = cells.find((one) => one.k === k);
    if (cell.bar.dataset.state === "busy") return OpteduPython.stop();
    cell.say("Waiting for its turn …", "busy");
    const mine = turn;
    queue = queue.then(() => (mine === turn ? upTo(cell) : null)).catch(() => {});
  }

  async function upTo(cell) {
    const mine = turn;
    try {
      const there = await OpteduPython.manifest();
      if (mine !== turn) throw OpteduPython.halt("stopped");
      if (!there) return cell.say("This copy of the site was built without Python. Its README says how to build it with it.", "error");
      cell.say("Loading Python …", "busy");
      await OpteduPython.start((told) => cell.progress(told));
      const above = cells.slice(0, cells.indexOf(cell)).filter((one) => one.waits);
      for (const [k, one] of above.entries()) {
        cell.say(`Running what is above: ${k + 1} of ${above.length} …`, "busy");
        await drawn(one, cell);
        if (!(await one.run())) return cell.say("A cell above ended with an error, so this one was not run.", "error");
      }
      await drawn(cell, cell);
      await cell.run();
    } catch (error) {
      if (error.stopped && error.message === "stopped") return; // the reader did it, and was told
      if (!error.stopped) OpteduPython.stop(error.message);
      cell.say(/memory|allocation/i.test(error.message) ? SHORT : `Python gave up: ${error.message.trim().split("\n").pop()}.`, "error");
    }
  }

  /** matplotlib comes when something is drawn. */
  async function drawn(one, cell) {
    if (!DRAWS.test(one.source)) return;
    await OpteduPython.draw((told) => cell.progress(told));
  }

  /** Python has ended: outputs stay, what the cells have made is gone. */
  function ended() {
    turn++;
    for (const cell of cells) {
      if (!cell.bar) { cell.ran = null; continue; }
      if (cell.bar.dataset.state === "busy") cell.say("Stopped. All variables are gone: the next Run begins with the cells above.", "lost");
      else if (cell.ran !== null) cell.say("What this cell made is gone; it runs again when a cell below needs it.", "lost");
      cell.ran = null;
    }
  }

  // ── The reader's code ──────────────────────────────────────────────────────────────

  // By the place of the cell in its chapter, with the text that was edited: after the chapter has changed, an edit
  // returns to the cell that still has that text, and to no other.
  function keep(cell) {
    const kept = store.get(`cells.${page}`, {});
    if (cell.source === cell.book) delete kept[cell.k];
    else kept[cell.k] = { of: cell.book, text: cell.source, version };
    const done = Object.keys(kept).length ? store.set(`cells.${page}`, kept) : store.remove(`cells.${page}`) ?? true;
    if (!done) cell.say("This browser keeps nothing for this page: copy your code before you leave.");
  }

  async function bringBack() {
    for (const [k, { of, text }] of Object.entries(store.get(`cells.${page}`, {}))) {
      const cell = cells.find((one) => one.bar && one.k === Number(k) && one.book === of) ?? cells.find((one) => one.bar && one.book === of);
      if (!cell) continue;
      cell.source = text;
      for (let fold = cell.bar.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      await cell.edit(false);
      cell.buttons.reset.hidden = false;
      cell.say("This is your code of an earlier visit.");
    }
  }

  async function start(name) {
    page = name;
    await Promise.all([script(`run/data/${page}.js`), style("run/run.css"), style("editor.css")]);
    ({ version } = given);
    cells.push(...given.cells.map((cell) => new Cell(cell)));
    OpteduPython.onEnd(ended);
    await bringBack();
    return { pressed, cells };
  }

  return { start, chapter(data) { given = data; } };
})();
