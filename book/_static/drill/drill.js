// The drills in the page: an exercise, an editor, Python in a worker, the grader's report.

OpteduPractice.drill = async (root) => {
  const { BOOK, h, options, script, style, need, store } = OpteduPractice;
  const PARTS = {
    foundations: "Foundations", momentum: "Momentum", adaptive: "Adaptive methods", adam: "Adam and its family",
    modern: "Modern methods", classical: "Classical methods", practice: "Practice", large_models: "Large models", interview: "Interview",
  };
  const HINTS = ["the idea", "an observation", "the equation", "the code"];
  const PATIENCE = 1000 * (Number(root.dataset.patience) || 60); // after that Python is not asked any more, but ended
  const KEYS = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘ Enter" : "Ctrl Enter";
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

  await script("run/python.js");
  const [list, known] = await Promise.all([need("drills"), OpteduPython.manifest(), script("vendor/codemirror/editor.js"), style("editor.css")]);
  const size = known && known.packs.python.bytes + known.packs.site.bytes;
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
  const box = h("div.optedu-editor");
  const main = h("button.practice-main", { type: "button" });
  const reset = h("button.quiet", { type: "button", onclick: startAgain }, "Start again");
  const undo = h("button.quiet", { type: "button", hidden: true, onclick: bringBack }, "Bring my code back");
  const meter = h("progress", { "aria-label": "Loading Python", max: 1, hidden: true });
  const status = h("p.practice-status", { role: "status" });
  const report = h("div.drill-report", { tabindex: -1, role: "region", "aria-label": "Report", hidden: true });
  const work = h("section.practice-panel.drill-work", { "aria-label": "Your code" },
    box, h("p.drill-keys", {}, "Tab indents. To leave the editor: Esc, then Tab."),
    h("div.practice-row", {}, main, reset, undo), meter, status, report);

  root.replaceChildren(
    h("div.practice-bar", {}, choice, tally),
    h("div.drill-body", {},
      h("section.drill-task", { "aria-label": "Task" }, title, facts, task, hints, more),
      h("div.drill-side", {}, work)),
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
      options(ones.map((one) => [one.name, `${one.name in done ? "✓ " : ""}${one.title}`]), chosen))));
    tally.textContent = `${list.filter((one) => one.name in done).length} of ${list.length} passed`;
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
    show(store.get(`drill.code.${name}`, told.starter));
    fillChoice();
    buttons();
    if (focus) title.focus();
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

  let state = "off", timer = 0; // off, loading, ready, grading

  async function start(then = "Python is ready.") {
    state = "loading";
    meter.hidden = false;
    meter.removeAttribute("value");
    say("Loading Python …");
    buttons();
    try {
      await OpteduPython.start(({ loaded, bytes, starting }) => {
        if (starting) {
          delete status.dataset.bytes;
          return say("Starting Python …");
        }
        meter.value = loaded / bytes;
        const amount = `${megabytes(loaded)} of ${megabytes(bytes)} MB`;
        meter.setAttribute("aria-valuetext", amount);
        status.dataset.bytes = amount; // seen, but not read aloud at each piece
      });
      state = "ready";
      say(then);
    } catch (error) {
      state = "off";
      say(`Python could not be started: ${error.message}.`);
    }
    meter.hidden = true;
    delete status.dataset.bytes;
    buttons();
  }
  async function grade() {
    state = "grading";
    report.hidden = true;
    say("Grading …");
    timer = setTimeout(() => stop("It was stopped. Is there a loop that never ends?"), PATIENCE);
    buttons();
    try {
      const said = await OpteduPython.call("grade", { name: chosen, text: editor.text });
      clearTimeout(timer);
      state = "ready";
      say("");
      buttons();
      reported(said);
    } catch (error) {
      // The grader meets whatever code does with a sentence; only Python itself can fail here.
      if (!error.stopped) stop(`Python gave up: ${error.message.trim().split("\n").pop()}.`);
    }
  }
  /** An endless call into C cannot be interrupted: Python is ended, and started anew. */
  function stop(why = "Stopped.") {
    clearTimeout(timer);
    OpteduPython.stop();
    start(`${why} Python is ready again.`);
    say(`${why} Python is started anew.`);
  }
  function buttons() {
    const [text, action, off] = {
      off: [`Start Python (${size ? megabytes(size) : ""} MB)`, () => start(), false],
      loading: ["Loading …", null, true],
      ready: ["Grade", grade, false],
      grading: ["Stop", () => stop(), false],
    }[state];
    main.replaceChildren(text, ...(state === "ready" ? [" ", h("kbd", {}, KEYS)] : []));
    main.onclick = action;
    main.setAttribute("aria-disabled", String(off)); // not disabled: the focus must stay
    if (!known) {
      main.hidden = true;
      say("This copy of the site was built without Python. Grade your code in a terminal or a notebook.");
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

  /** Mistakes come back as cards in the quiz. */
  async function remember(names) {
    if (!names.length) return null;
    try {
      const { kept } = (await OpteduPractice.progress()).mistake(names.map((bug) => `bug/${chosen}/${bug}`));
      if (!kept) throw new Error("this browser keeps nothing for this page");
      return h("p", {}, "It comes back as a card in ", h("a", { href: new URL("interview/quiz.html#mistakes", BOOK) }, "the quiz"), ".");
    } catch (error) {
      return h("p", {}, `It could not be kept as a card: ${error.message}.`);
    }
  }

  async function reported({ passed: good, text, mistakes }) {
    const card = await remember(mistakes);
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
    if (card) report.append(card);
    report.hidden = false;
    report.focus({ preventScroll: true });
    report.scrollIntoView({ block: "nearest" });
  }

  // ── The beginning ──────────────────────────────────────────────────────────────────

  const asked = () => decodeURIComponent(location.hash.slice(1));
  window.addEventListener("hashchange", () => { if (asked() in here && asked() !== chosen) open(asked()); });
  await open([asked(), store.get("drill.last", "")].find((name) => name in here) ?? list[0].name);
};
