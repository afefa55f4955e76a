// The drills in the page: an exercise, an editor, Python in a worker, the grader's report.

OpteduPractice.drill = async (root) => {
  const { HERE, BOOK, h, options, script, need, store } = OpteduPractice;
  const PARTS = {
    foundations: "Foundations", momentum: "Momentum", adaptive: "Adaptive methods", adam: "Adam and its family",
    modern: "Modern methods", classical: "Classical methods", practice: "Practice", interview: "Interview",
  };
  const HINTS = ["the idea", "an observation", "the equation", "the code"];
  const PATIENCE = 1000 * (Number(root.dataset.patience) || 60); // after that Python is not asked any more, but ended
  const KEYS = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘ Enter" : "Ctrl Enter";
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

  const [list, python] = await Promise.all([need("drills"), need("python"), script("../vendor/codemirror/editor.js")]);
  const here = Object.fromEntries(list.map((one) => [one.name, one]));
  const passed = () => store.get("drill.passed", {});
  let chosen = null; // name of the exercise
  let told = null; // its texts

  // ── What is there ──────────────────────────────────────────────────────────────────

  const choice = h("select", { "aria-label": "Exercise", onchange: () => open(choice.value) });
  const tally = h("span.practice-quiet");
  const title = h("h2.practice-title", { tabindex: -1 });
  const facts = h("p.practice-facts");
  const task = h("div.practice-text");
  const hints = h("ol.drill-hints");
  const more = h("button", { type: "button", onclick: () => hint(true) });
  const box = h("div.drill-editor");
  const main = h("button.practice-main", { type: "button" });
  const reset = h("button.quiet", { type: "button", onclick: startAgain }, "Start again");
  const undo = h("button.quiet", { type: "button", hidden: true, onclick: bringBack }, "Bring my code back");
  const meter = h("progress", { "aria-label": "Loading Python", max: 1, hidden: true });
  const status = h("p.practice-status", { role: "status" });
  const report = h("div.drill-report", { tabindex: -1, role: "region", "aria-label": "Report", hidden: true });
  const work = h("section.practice-panel.drill-work", { "aria-label": "Your code" },
    box, h("p.drill-keys", {}, "Tab indents. To leave the editor: Esc, then Tab."),
    h("div.practice-row", {}, main, reset, undo), meter, status, report);
  const elsewhere = h("section.practice-panel.drill-work", { "aria-label": "Where to grade it", hidden: true });

  root.replaceChildren(
    h("div.practice-bar", {}, choice, tally),
    h("div.drill-body", {},
      h("section.drill-task", { "aria-label": "Task" }, title, facts, task, hints, more),
      h("div.drill-side", {}, work, elsewhere)),
  );
  const editor = OpteduEditor(box, {
    attributes: { "aria-label": "Your code in Python. Escape, then Tab leaves the editor.", autocapitalize: "off", autocorrect: "off", spellcheck: "false" },
    changed: keep,
    run: () => main.click(),
  });

  function fillChoice() {
    const done = passed();
    const parts = Map.groupBy ? Map.groupBy(list, (one) => one.chapter.split("/")[0]) : list.reduce((map, one) => {
      const part = one.chapter.split("/")[0];
      return map.set(part, [...(map.get(part) ?? []), one]);
    }, new Map());
    choice.replaceChildren(...[...parts].map(([part, ones]) => h("optgroup", { label: PARTS[part] ?? part },
      options(ones.map((one) => [one.name, `${one.name in done ? "✓ " : ""}${one.title}${one.arrays ? " (needs NumPy)" : ""}`]), chosen))));
    const possible = list.filter((one) => !one.arrays);
    tally.textContent = `${possible.filter((one) => one.name in done).length} of ${possible.length} passed`;
  }

  // ── An exercise ────────────────────────────────────────────────────────────────────

  async function open(name, focus = false) {
    const texts = await need(`drill-${name}`);
    if (state === "grading") stop();
    chosen = name;
    told = texts;
    store.set("drill.last", name);
    try { history.replaceState(null, "", `#${name}`); } catch { /* some browsers refuse it for a file */ }
    const one = here[name];
    title.textContent = one.title;
    facts.replaceChildren(h("span", {}, one.level), h("span", {}, `${one.minutes} minutes`), h("a", { href: new URL(`${one.chapter}.html`, BOOK) }, "The chapter"));
    task.innerHTML = told.task;
    hints.replaceChildren();
    hint(false);
    report.hidden = true;
    undo.hidden = true;
    say("");
    work.hidden = one.arrays;
    elsewhere.hidden = !one.arrays;
    if (one.arrays) describeElsewhere(one);
    else show(store.get(`drill.code.${name}`, told.starter));
    fillChoice();
    buttons();
    if (focus) title.focus();
  }

  function describeElsewhere(one) {
    const block = (text) => h("pre", { tabindex: 0, role: "group", "aria-label": "code, may scroll sideways" }, h("code", {}, text));
    elsewhere.replaceChildren(
      h("p", {}, "This one works on arrays, and Python in the page has none. Write it in a file and grade it in a terminal:"),
      block(`python -m optedu drill ${one.name} my_${one.name}.py`),
      h("p", {}, "Or in a notebook:"),
      block(`from optedu.drill import grade\n\ngrade("${one.name}", ${one.name})`),
      h("p", {}, "Start from this:"), block(told.starter),
      h("button", { type: "button", onclick: () => open(told.next, true) }, `Next: ${here[told.next].title}`));
  }

  function hint(reveal) {
    if (reveal) {
      const k = hints.children.length;
      hints.append(h("li", { tabindex: -1 }, h("strong", {}, `Hint ${k + 1}: ${HINTS[k]}`), h("div.practice-text", { innerHTML: told.hints[k] })));
      hints.lastChild.focus();
    }
    const k = hints.children.length;
    more.hidden = k === HINTS.length;
    more.textContent = more.hidden ? "" : `Hint ${k + 1} of ${HINTS.length}: ${HINTS[k]}`;
  }

  // ── The reader's code, which is never lost ─────────────────────────────────────────

  let showing = false;
  function show(text) {
    showing = true;
    editor.open(text);
    showing = false;
  }
  function keep() {
    if (showing || !chosen) return;
    if (!store.set(`drill.code.${chosen}`, editor.text)) say("This browser keeps nothing for this page: copy your code before you leave.");
  }
  function startAgain() {
    if (editor.text === told.starter) return;
    if (!window.confirm("Put the empty function in the place of your code? You can bring your code back.")) return;
    store.set(`drill.before.${chosen}`, editor.text);
    store.remove(`drill.code.${chosen}`);
    show(told.starter);
    undo.hidden = false;
    editor.focus();
  }
  function bringBack() {
    show(store.get(`drill.before.${chosen}`, told.starter));
    keep();
    undo.hidden = true;
    editor.focus();
  }

  // ── Python ─────────────────────────────────────────────────────────────────────────

  let worker = null, state = "off", timer = 0; // off, loading, ready, grading

  function start(then = "Python is ready.") {
    state = "loading";
    meter.hidden = false;
    meter.removeAttribute("value");
    say("Loading Python …");
    worker = new Worker(new URL("worker.js", HERE), { type: "module" });
    worker.onerror = (event) => failed(event.message || "the worker could not be started");
    worker.onmessage = ({ data }) => ({
      bytes() {
        meter.value = Math.min(data.loaded / python.bytes, 1);
        const amount = `${megabytes(data.loaded)} of ${megabytes(python.bytes)} MB`;
        meter.setAttribute("aria-valuetext", amount);
        status.dataset.bytes = amount; // seen, but not read aloud at each of a thousand pieces
      },
      loaded() { delete status.dataset.bytes; say("Starting Python …"); },
      ready() { meter.hidden = true; delete status.dataset.bytes; state = "ready"; say(then); buttons(); },
      failed() { failed(data.message); },
      report() { finished(); reported(data); },
      broken() { stop(`Python gave up: ${data.message}.`); },
    })[data.kind]();
    buttons();
  }
  function failed(message) {
    worker?.terminate();
    worker = null;
    state = "off";
    meter.hidden = true;
    delete status.dataset.bytes;
    say(`Python could not be started: ${message}.`);
    buttons();
  }
  function grade() {
    state = "grading";
    report.hidden = true;
    say("Grading …");
    worker.postMessage({ name: chosen, text: editor.text });
    timer = setTimeout(() => stop("It was stopped. Is there a loop that never ends?"), PATIENCE);
    buttons();
  }
  function finished() {
    clearTimeout(timer);
    state = "ready";
    say("");
    buttons();
  }
  /** An endless call into C cannot be interrupted: Python is ended, and started anew. */
  function stop(why = "Stopped.") {
    clearTimeout(timer);
    worker.terminate();
    start(`${why} Python is ready again.`);
    say(`${why} Python is started anew.`);
  }
  function buttons() {
    const [text, action, off] = {
      off: [`Start Python (${python ? megabytes(python.bytes) : ""} MB)`, () => start(), false],
      loading: ["Loading …", null, true],
      ready: ["Grade", grade, false],
      grading: ["Stop", () => stop(), false],
    }[state];
    main.replaceChildren(text, ...(state === "ready" ? [" ", h("kbd", {}, KEYS)] : []));
    main.onclick = action;
    main.setAttribute("aria-disabled", String(off)); // not disabled: the focus must stay
    if (!python || location.protocol === "file:") {
      main.hidden = true;
      say(python
        ? "Browsers run Python only on pages that come from a server: serve this folder, for instance with python -m http.server."
        : "This copy of the site was built without Python. Grade your code in a terminal or a notebook.");
    }
  }
  function say(text) { status.textContent = text; }

  // ── The report ─────────────────────────────────────────────────────────────────────

  const escaped = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);

  /** The Markdown that reports are written in: bold, code and formulas, which were typeset with the site. */
  function marked(text) {
    return text.split(/(`[^`]*`|\$[^$]+\$)/).map((part, k) => {
      if (k % 2 === 0) return escaped(part).replace(/\*\*(.+?)\*\*/g, "<strong>$1</strong>");
      const inner = part.slice(1, -1);
      return part[0] === "$" && inner in told.formulas ? told.formulas[inner] : `<code>${escaped(part[0] === "`" ? inner : part)}</code>`;
    }).join("");
  }

  function reported({ passed: good, text }) {
    const blocks = text.split(/\n{2,}/).map((block) => {
      if (!block.startsWith("- ")) return h("p", { innerHTML: marked(block) });
      return h("ul.drill-probes", {}, block.split("\n").map((line) => {
        const [, verdict, name] = line.match(/^- (same|DIFFERS)\s+(.*)$/) ?? [null, "", line.slice(2)];
        return h(`li${verdict ? `.drill-${verdict.toLowerCase()}` : ""}`, {}, verdict ? h("span", {}, verdict === "same" ? "same" : "differs") : "", ` ${name}`);
      }));
    });
    report.className = `drill-report ${good ? "drill-good" : "drill-bad"}`;
    report.replaceChildren(...blocks);
    for (const paragraph of report.querySelectorAll("p")) {
      if (/^(Diagnosis: (?!unknown)|Or, with)/.test(paragraph.textContent)) paragraph.className = "drill-diagnosis";
    }
    if (good) {
      store.set("drill.passed", { ...passed(), [chosen]: new Date().toISOString() });
      fillChoice();
      report.lastChild.remove(); // the name of the next exercise: the button says it
      report.append(h("button.practice-main", { type: "button", onclick: () => open(told.next, true) }, `Next: ${here[told.next].title}`));
    }
    report.hidden = false;
    report.focus({ preventScroll: true });
    report.scrollIntoView({ block: "nearest" });
  }

  // ── The beginning ──────────────────────────────────────────────────────────────────

  const asked = () => decodeURIComponent(location.hash.slice(1));
  window.addEventListener("hashchange", () => { if (asked() in here && asked() !== chosen) open(asked()); });
  await open([asked(), store.get("drill.last", "")].find((name) => name in here) ?? list[0].name);
};
