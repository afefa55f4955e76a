// The page of the race: what is shown, and what the reader can do with it.

(() => {
  const { h } = OpteduPage;
  const { entrants, absent, courses, schedules, spare } = OpteduRules;
  const { MOST_RACERS, MOST_STEPS, allowed, clamp, factor, format, fresh, parse, racer, surface, tracks: runAll, tuning } = OpteduRace;
  const { chart, contours, fitted, heads, projection, swatch, trails, uncover } = OpteduRaceDrawing;
  const PAGE = new URL("../../book/race.html", document.currentScript.src);
  const BOOK = new URL("../../book/", document.currentScript.src);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const press = window.matchMedia("(any-pointer: fine)").matches ? "click" : "tap";
  const capital = (word) => word[0].toUpperCase() + word.slice(1);
  const LINES = ["-", "--", "-.", ":"];
  const SPEEDS = [5, 15, 40, 120, 400];
  const GENERAL = {
    steps: { name: "steps", label: "steps", scale: "whole", low: 10, high: MOST_STEPS },
    noise: { name: "noise", label: "gradient noise", scale: "zero", low: 0.01, high: 100 },
    seed: { name: "seed", label: "seed of the noise", scale: "whole", low: 1, high: 99 },
  };
  const PATHS = {
    play: "M4 2l10 6-10 6z", pause: "M3 2h4v12H3zM9 2h4v12H9z", reset: "M3 2h2v12H3zM14 2v12L6 8z",
    end: "M11 2h2v12h-2zM2 2l8 6-8 6z", back: "M11 2v12L3 8z", on: "M5 2l8 6-8 6z",
    remove: "M3.5 2L8 6.5 12.5 2 14 3.5 9.5 8l4.5 4.5-1.5 1.5L8 9.5 3.5 14 2 12.5 6.5 8 2 3.5z",
    more: "M2 4h7v2H2zM12 3h2v4h-2zM2 10h2v2H2zM7 10h7v2H7zM4.5 9h2v4h-2zM9.5 3h2v4h-2z",
  };
  const icon = (name) => `<svg viewBox="0 0 16 16" aria-hidden="true"><path d="${PATHS[name]}"/></svg>`;
  const tidy = (x) => x.replace("-", "−").replace(/e([+−-]?)(\d+)/, (_, sign, k) => `e${sign === "+" ? "" : sign && "−"}${k}`);
  const show = (x, digits = 3) => // a number for the eye
    !Number.isFinite(x) ? "—" : x === 0 ? "0" : tidy(Math.abs(x) >= 1e5 || Math.abs(x) < 1e-3
      ? x.toExponential(digits - 1) : String(Number(x.toPrecision(digits))));

  const options = (pairs, chosen) => pairs.map(([value, text]) => {
    const option = h("option", { value }, text);
    option.selected = String(value) === String(chosen);
    return option;
  });

  // ── Sliders ────────────────────────────────────────────────────────────────────────

  const lg = Math.log10;
  const SCALES = { // position in [0, 1] to value, and back
    log: [(u, s) => 10 ** (lg(s.low) + u * lg(s.high / s.low)), (v, s) => lg(v / s.low) / lg(s.high / s.low)],
    decay: [
      (u, s) => 1 - Number((10 ** (lg(1 - s.low) + u * lg((1 - s.high) / (1 - s.low)))).toPrecision(2)),
      (v, s) => lg((1 - v) / (1 - s.low)) / lg((1 - s.high) / (1 - s.low)),
    ],
    linear: [(u, s) => s.low + u * (s.high - s.low), (v, s) => (v - s.low) / (s.high - s.low)],
  };
  SCALES.zero = [(u, s) => (u < 0.04 ? 0 : SCALES.log[0](u, s)), (v, s) => (v === 0 ? 0 : SCALES.log[1](v, s))];
  SCALES.whole = SCALES.linear;

  /** A row with the name of a setting, a slider and a field; `changed` is told every new value. */
  function setting(one, value, changed, code = true) {
    const row = (...rest) => h(`label.race-setting${code ? ".race-code" : ""}`, {}, h("span", {}, one.label), ...rest);
    if (one.scale === "flag") {
      return row(h("input", { type: "checkbox", checked: value, onchange: (e) => changed(e.target.checked) }));
    }
    const [out, into] = SCALES[one.scale];
    const range = h("input", { type: "range", min: 0, max: 1, step: 0.005, "aria-label": one.label });
    const field = h("input", { type: "text", inputmode: "decimal", "aria-label": `${one.label}, as a number`, autocomplete: "off" });
    const put = (v) => {
      range.value = into(v, one);
      range.setAttribute("aria-valuetext", show(v));
      field.value = String(Number(v.toPrecision(6)));
    };
    range.oninput = () => {
      const v = out(Number(range.value), one);
      const exact = one.scale === "decay" ? Number(v.toFixed(6)) : Number(v.toPrecision(2));
      const rounded = allowed(one, one.scale === "linear" ? Number(v.toFixed(2)) : one.scale === "whole" ? v : exact);
      field.value = String(rounded);
      range.setAttribute("aria-valuetext", show(rounded));
      changed(rounded);
    };
    field.onchange = () => {
      const v = allowed({ value, ...one }, field.value.trim().replace("−", "-"));
      put(v);
      changed(v);
    };
    put(value);
    const element = h(`div.race-setting${code ? ".race-code" : ""}`, {}, h("span", {}, one.label), range, field);
    return Object.assign(element, { put });
  }

  // ── The text of a rule, with the book's colors ─────────────────────────────────────

  const TOKENS = /("""[\s\S]*?"""|"[^"]*")|(#.*)|\b(def|return|if|else|elif|is|not|None|True|False|and|or)\b|\b(\d[\d.e-]*)\b/g;
  function highlighted(text) {
    const safe = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    return safe.replace(TOKENS, (all, string, comment, word, number) =>
      `<span class="${string ? "sd" : comment ? "c1" : word ? "k" : "mi"}">${all}</span>`);
  }

  // ── One race ───────────────────────────────────────────────────────────────────────

  function mount(root) {
    const full = root.hasAttribute("data-full");
    let race = (full && location.hash.startsWith("#race/") && parse(location.hash)) || parse(root.dataset.race) || fresh("quadratic");
    let tracks = [], looks = [], charts = [], step = 0, drawn = 0, position = 0, playing = false, before = 0, chosen = 0;
    let touched = false, open = new Set();
    const rates = new WeakMap(); // of each racer its slider
    const course = () => courses[race.course];
    const frame = () => course().window;
    const titled = (one) => entrants[one.key].title;
    /** What tells this racer from another with the same rule. */
    const told = (one) => entrants[one.key].settings
      .filter((s) => s.name === "lr" || one.settings[s.name] !== s.value ||
        race.racers.some((other) => other.key === one.key && other.settings[s.name] !== one.settings[s.name]))
      .map((s) => `${s.label} ${s.scale === "flag" ? "on" : show(one.settings[s.name])}`).join(", ");

    // What is shown

    const layer = () => h("canvas", { "aria-hidden": "true" });
    const [base, trail, top] = [layer(), layer(), layer()];
    const stage = h("div.race-stage", {
      tabindex: 0, role: "application", "aria-roledescription": "map of the surface",
      "aria-label": `Surface with the paths of the optimizers. ${capital(press)} to choose the start, or move it with the arrow keys.`,
    }, base, trail, top, full ? h("span.race-hint", { "aria-hidden": "true" }, `${press}: new start`) : null);
    const play = h("button.race-icon.race-play", { type: "button", onclick: () => toggle() });
    const key = (name, label, action) =>
      h("button.race-icon", { type: "button", "aria-label": label, title: label, innerHTML: icon(name), onclick: action });
    const scrub = h("input", { type: "range", min: 0, step: 1, "aria-label": "step", oninput: () => { pause(); go(Number(scrub.value)); } });
    const count = h("span.race-count");
    const transport = h("div.race-transport", { role: "group", "aria-label": "Playback" },
      key("reset", "to the start", () => { pause(); go(0); }), full ? key("back", "one step back", () => { pause(); go(step - 1); }) : null,
      play, full ? key("on", "one step on", () => { pause(); go(step + 1); }) : null,
      key("end", "to the end", () => { pause(); go(race.steps); }), scrub, count,
      full ? h("select", { "aria-label": "speed", onchange: (e) => { race.speed = Number(e.target.value); remember(); } }) : null);
    const status = h("p.race-status", { role: "status", "aria-live": "polite" });
    const chartBox = (title) => {
      const [under, over] = [layer(), layer()];
      const box = h("div.race-chart", {}, h("p.race-note", {}, title), h("div", {}, under, over));
      over.onpointerdown = over.onpointermove = (e) => {
        if (!e.buttons) return;
        pause();
        const drawing = charts.find((c) => c.over === over);
        go(Math.round(drawing.step(e.offsetX)));
      };
      return { box, under, over };
    };
    const boxes = [chartBox("loss above the minimum"), full ? chartBox("effective step size: ‖step‖ / ‖gradient‖") : null].filter(Boolean);
    const list = h(full ? "ul.race-racers" : "ul.race-legend", { "aria-label": "Optimizers" });
    const courseSettings = h("div"), generalSettings = h("div"), note = h("p.race-note"), numbers = h("div.race-step");
    const tableBody = h("div.race-scroll", { tabindex: 0, role: "group", "aria-label": "table, scrolls sideways" });
    const choice = h("select", { "aria-label": "surface", onchange: (e) => replace(fresh(e.target.value)) });
    const add = h("select", { "aria-label": "add an optimizer", onchange: () => {
      const one = racer(add.value);
      race.racers.push(one);
      chosen = race.racers.length - 1;
      changed(true);
      tune([one], () => say(`${titled(one)} added with rate ${show(one.settings.lr)}.`));
    } });
    const schedule = h("select", { "aria-label": "schedule of the learning rate", onchange: () => {
      race.schedule = schedule.value;
      changed();
      say(`${schedule.selectedOptions[0].text}.`);
    } });
    const best = h("button", { type: "button", onclick: () => tune(race.racers, () => say("Each optimizer has its best rate.")) }, "Best rate for each");
    best.title = "tries 29 rates for each optimizer";
    const share = h("button", { type: "button", onclick: async () => {
      remember();
      try {
        await navigator.clipboard.writeText(address());
        say("Link copied.");
        share.textContent = "Link copied";
        setTimeout(() => (share.textContent = "Copy link"), 2000);
      } catch {
        window.prompt("The address of this race:", address()); // no clipboard here
      }
    } }, "Copy link");
    const away = h("a", {}, "Open this race");

    function build() {
      const main = h("div.race-main", {}, full ? h("div.race-row", {}, choice, share) : null, stage, transport, full ? note : null);
      const charts = h("div.race-charts", {}, ...boxes.map((b) => b.box));
      const panel = (title, ...inside) => h("div.race-panel", { role: "group", "aria-label": title }, h("h2.race-title", {}, title), ...inside);
      root.replaceChildren(status, full
        ? h("div.race-body.race-full-body", {}, main,
          h("div.race-side", {}, panel("Optimizers", list, h("div.race-row", {}, add, best, schedule)),
            panel("Surface", courseSettings, generalSettings)),
          h("div.race-main", {}, charts),
          h("div.race-main.race-wide", {}, panel("This step", numbers),
            h("details", {}, h("summary", {}, "The race as a table"), tableBody)))
        : h("div.race-body.race-small-body", {}, main, h("div.race-main", {}, list, ...boxes.map((b) => b.box),
          h("div.race-foot", {}, away))));
      root.style.minHeight = "";
      stage.onpointerdown = (e) => { if (e.pointerType === "mouse" && e.button === 0) { e.preventDefault(); stage.focus({ preventScroll: true }); grab(e); } };
      stage.onclick = (e) => { if (e.pointerType !== "mouse" || e.detail === 0) { place(e); restart(); } };
      stage.onkeydown = (e) => {
        const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key] ?? [];
        if (dx === undefined) return;
        e.preventDefault();
        const [x0, x1, y0, y1] = frame(), share = e.shiftKey ? 0.002 : 0.02;
        moveTo(race.start[0] + dx * share * (x1 - x0), race.start[1] + dy * share * (y1 - y0));
        pause();
        say(`Start at ${show(race.start[0])}, ${show(race.start[1])}.`);
      };
      root.onkeydown = (e) => {
        if (e.target.closest("input, select, button, a, summary") || e.ctrlKey || e.metaKey || e.altKey) return;
        const action = { " ": toggle, ",": () => { pause(); go(step - 1); }, ".": () => { pause(); go(step + 1); },
          Home: () => { pause(); go(0); }, End: () => { pause(); go(race.steps); } }[e.key];
        if (!action) return;
        e.preventDefault();
        action();
      };
    }

    // The start, chosen on the map

    function moveTo(x, y) {
      const [x0, x1, y0, y1] = course().box ?? frame();
      race.start = [clamp(x, x0, x1), clamp(y, y0, y1)].map((v) => Number(v.toFixed(4)));
      changed();
    }
    function place(e) {
      const box = stage.getBoundingClientRect(), at = projection(frame(), stage.clientWidth, stage.clientHeight);
      moveTo(at.x(e.clientX - box.left - stage.clientLeft), at.y(e.clientY - box.top - stage.clientTop));
    }
    /** While the mouse is held the whole paths follow it; let go, and they run. */
    function grab(down) {
      pause();
      go(race.steps);
      place(down);
      stage.setPointerCapture(down.pointerId);
      stage.onpointermove = place;
      stage.onpointerup = stage.onpointercancel = () => {
        stage.onpointermove = stage.onpointerup = stage.onpointercancel = null;
        restart();
      };
    }

    // Time

    const length = () => Math.max(...tracks.map((t) => (t.last < race.steps ? Math.min(t.last + 1, race.steps) : race.steps)), 1);
    function go(to) {
      step = clamp(Math.round(to), 0, race.steps);
      position = step;
      race.at = step;
      soon();
      if (!playing) settle();
    }
    function restart() { go(0); start(); }
    function start() {
      if (still.matches) return go(race.steps); // no motion: the end at once
      if (step >= race.steps) go(0);
      playing = true;
      before = performance.now();
      buttons();
      requestAnimationFrame(tick);
    }
    function pause() { if (playing) { playing = false; buttons(); soon(); } }
    function toggle() { touched = true; if (playing) { pause(); settle(); } else start(); }
    function tick(now) {
      if (!playing || !root.isConnected) return;
      // (A frame's time may lie before the click that started it.)
      position = Math.min(position + (Math.max(now - before, 0) / 1000) * race.speed, race.steps);
      before = now;
      if (Math.floor(position) !== step) {
        step = Math.floor(position);
        race.at = step;
        refresh();
      }
      if (step >= race.steps) { pause(); settle(); } else requestAnimationFrame(tick);
    }

    // Drawing

    let colors = {};
    function palette() {
      const style = getComputedStyle(root), dark = document.documentElement.dataset.theme === "dark"
        || (!document.documentElement.dataset.theme && window.matchMedia("(prefers-color-scheme: dark)").matches);
      for (const name of ["low", "high", "line", "ink", "faint", "grid"]) colors[name] = style.getPropertyValue(`--race-${name}`).trim();
      colors.font = `12px ${style.fontFamily}`;
      const lit = { "#222222": "#e8ebee", "#0072B2": "#6f97f7" }; // what is too dark on dark paper
      const taken = race.racers.map(({ key }) => entrants[key].look);
      looks = race.racers.map(({ key }, k) => {
        if (race.racers.findIndex((one) => one.key === key) < k) { // its look is taken by its twin
          taken[k] = spare.find((look) => taken.every((other) => other[0] !== look[0])) ?? spare[k % spare.length];
        }
        const used = taken.slice(0, k).filter((other) => other[0] === taken[k][0]).map((other) => other[2]);
        if (used.includes(taken[k][2])) taken[k] = [...taken[k].slice(0, 2), LINES.find((line) => !used.includes(line)) ?? taken[k][2]];
        const [color, marker, line] = taken[k];
        return { color: (dark && lit[color]) || color, marker, line };
      });
    }
    let grounding = 0;
    function ground() { // at most once a frame: a slider asks more often
      cancelAnimationFrame(grounding);
      grounding = requestAnimationFrame(() => contours(base, surface(race).gap, frame(), colors));
    }
    function scales() {
      charts = boxes.map(({ under, over }, k) => ({
        over, ...chart(under, tracks.map((t) => (k ? t.rate : t.gap)), looks, race.steps, colors),
      }));
    }
    let pen = null, written = 0;
    function draw(anew = false) {
      const { clientWidth, clientHeight } = stage;
      if (!clientWidth) return;
      const at = projection(frame(), clientWidth, clientHeight);
      if (anew || !pen || step < drawn) { pen = fitted(trail).ctx; drawn = 0; }
      if (step > drawn) trails(pen, at, tracks, looks, drawn, step);
      drawn = step;
      heads(fitted(top).ctx, at, race, tracks, looks, step, course().minimum, chosen, colors);
      for (const c of charts) uncover(c.over, c, step, colors);
    }
    let waiting = 0, stale = false, behind = false;
    /** However many events come before the next frame: it is drawn once. `anew`: the paths have changed, too. */
    function soon(anew = false) {
      stale ||= anew;
      waiting ||= requestAnimationFrame(refresh);
    }
    /** New paths are a frame, and their charts are the next: both in one would keep a reader waiting who drags. */
    function refresh() {
      const anew = stale && !behind;
      cancelAnimationFrame(waiting);
      waiting = 0;
      if (behind) scales();
      behind = anew;
      if (anew) {
        stale = false;
        tracks = runAll(race);
      }
      if (behind || stale) soon();
      draw(anew);
      // Words would cost more than the drawing, and nobody reads sixty of them in a second. (They come last: the next
      // reading of a size would lay out the page again.)
      if (!playing || performance.now() - written > 90) words();
    }
    function words() {
      written = performance.now();
      scrub.value = step;
      scrub.setAttribute("aria-valuetext", `step ${step} of ${race.steps}`);
      write(count, `${step} / ${race.steps}`);
      root.querySelectorAll(".race-loss").forEach((cell, k) => write(cell, standing(k)));
      if (full) fillNumbers();
    }
    /** Within the text that is there: for a new one the browser computes the style of a whole chapter again. */
    const write = (node, text) => { if (node.firstChild) node.firstChild.data = text; else node.textContent = text; };
    const standing = (k) => {
      const t = tracks[k];
      return t.last < step ? `left at ${t.last + 1}` : show(t.gap[step], 2);
    };
    function buttons() {
      play.innerHTML = icon(playing ? "pause" : "play");
      play.setAttribute("aria-label", playing ? "pause" : "play");
      play.title = playing ? "pause" : "play";
    }

    // Numbers

    let shownRule = null;
    function fillNumbers() {
      const one = race.racers[chosen], track = tracks[chosen];
      if (!one) { numbers.replaceChildren(h("p.race-note", {}, "Add an optimizer.")); shownRule = null; return; }
      const entrant = entrants[one.key], t = Math.min(step, track.last), names = Object.keys(entrant.initial);
      const row = (name, x, y) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, show(x, 5)), h("td", {}, show(y, 5)));
      const states = (when, t) => names.map((n, k) => [n, track.states[t][0][k], track.states[t][1][k]])
        .filter(([, x]) => x !== null).map(([n, x, y]) => row(`${n} ${when}`, x, y));
      const rows = t ? [
        row("gradient g", ...track.gradients[t]), row("parameter before", track.x[t - 1], track.y[t - 1]),
        ...states("after", t),
        row("step", track.x[t] - track.x[t - 1], track.y[t] - track.y[t - 1]),
      ] : states("at the start", 0);
      rows.push(row(t ? "parameter after" : "parameter", track.x[t], track.y[t]));
      const now = race.schedule && t && "lr" in one.settings ? `; in this step lr ${show(one.settings.lr * factor(race)(t))}` : "";
      const table = h("table", {}, h("caption", {}, `${titled(one)}, step ${t}: ${told(one)}${now}`),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "quantity"), h("th", { scope: "col" }, "x"), h("th", { scope: "col" }, "y"))),
        h("tbody", {}, ...rows));
      if (shownRule !== one.key) {
        shownRule = one.key;
        numbers.replaceChildren(h("div.race-scroll.race-numbers", { tabindex: 0, role: "group", "aria-label": "numbers, scroll sideways" }), h("div", {},
          h("p.race-note", {}, h("a", { href: new URL(`${entrant.chapter}.html`, BOOK) }, entrant.file), entrant.note ? `. ${entrant.note}` : ""),
          h("div.highlight", {}, h("pre", { tabindex: 0, role: "group", "aria-label": "code, scrolls sideways", innerHTML: highlighted(entrant.source) }))));
      }
      numbers.querySelector(".race-numbers").replaceChildren(table);
    }
    function fillTable() {
      const at = [...new Set(Array.from({ length: 11 }, (_, k) => Math.round((k * race.steps) / 10)).concat(step))].sort((a, b) => a - b);
      const cell = (track, t) => (t > track.last ? "left" : `${show(track.gap[t])} at (${show(track.x[t])}, ${show(track.y[t])})`);
      tableBody.replaceChildren(h("table", {},
        h("caption", {}, `${course().title}, start (${race.start.map((v) => show(v, 4)).join(", ")})${race.schedule ? `, schedule ${schedules[race.schedule].title}` : ""}: loss above the minimum, and where`),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "step"),
          ...race.racers.map((one) => h("th", { scope: "col" }, `${titled(one)} (${told(one)})`)))),
        h("tbody", {}, ...at.map((t) => h("tr", {}, h("th", { scope: "row" }, String(t)), ...tracks.map((track) => h("td", {}, cell(track, t))))))));
    }
    function say(text) { status.textContent = text; }
    let later = 0;
    /** What waits until the reader, or the race, rests: the summary, the table, the address. */
    function settle() {
      clearTimeout(later);
      later = setTimeout(() => {
        if (waiting) refresh(); // nobody looks: there are no frames
        if (full) fillTable();
        remember();
        if (touched) say(`Step ${step}. ${race.racers.map((one, k) => `${titled(one)}: ${standing(k)}`).join(". ")}.`);
      }, 300);
    }
    const address = () => `${full ? location.href.split("#")[0] : PAGE}#race/${format(race)}`;
    function remember() {
      away.href = `${PAGE}#race/${format({ ...race, at: null })}`;
      if (!full || !touched) return;
      try { history.replaceState(null, "", address()); } catch { /* some browsers refuse it for a file */ }
    }

    // Changes

    function changed(lists = false, newGround = false) {
      touched = true;
      if (lists) relist();
      if (newGround) ground();
      soon(true);
      settle();
      if (sought.size) seek();
    }
    const SLICE = 8; // milliseconds at a time: between them there is a frame, and something else can be moved
    let seeking = 0, sought = new Map(), rated; // who is to have the best rate, with the rate until then; what follows
    /** Gives these racers their best rates. Whatever the reader changes meanwhile counts: a rate of his own stays. */
    function tune(racers, then) {
      rated = then;
      sought = new Map(racers.map((one) => [one, one.settings.lr]));
      seek();
    }
    function seek() {
      const left = [...sought].filter(([one, lr]) => race.racers.includes(one) && one.settings.lr === lr);
      const work = left.map(([one]) => [one, tuning(race, one)]), found = new Map();
      const go = () => {
        const begun = performance.now();
        while (found.size < work.length && performance.now() - begun < SLICE) {
          const [one, trials] = work[found.size], { done, value } = trials.next();
          if (done) found.set(one, value);
        }
        if (found.size < work.length) { seeking = setTimeout(go); return; }
        sought.clear();
        list.removeAttribute("aria-busy");
        for (const [one, lr] of found) {
          one.settings.lr = lr;
          rates.get(one).put(lr);
        }
        changed();
        if (found.size) rated();
      };
      clearTimeout(seeking);
      seeking = setTimeout(go);
      list.setAttribute("aria-busy", "true");
    }
    function replace(next) {
      pause();
      race = next;
      chosen = 0;
      open = new Set();
      step = position = race.at ?? 0;
      touched = true;
      fill();
      paint();
      if (race.at === null) start();
    }
    function fill() {
      clearTimeout(seeking);
      sought.clear();
      list.removeAttribute("aria-busy");
      tracks = runAll(race);
      scrub.max = race.steps;
      refill();
      buttons();
      settle();
    }
    function paint() {
      if (!stage.clientWidth) return;
      ground();
      stale = true;
      refresh();
      root.classList.add("race-ready"); // not before there is something to see
    }
    /** The list of racers, and what depends on how many they are. */
    function relist() {
      palette();
      chosen = clamp(chosen, 0, Math.max(race.racers.length - 1, 0));
      list.replaceChildren(...race.racers.map(full ? racerItem : legendItem));
      add.value = "";
      add.disabled = race.racers.length >= MOST_RACERS;
      best.disabled = !race.racers.length;
    }
    function refill() {
      if (!full) return relist();
      choice.replaceChildren(...options(Object.entries(courses).map(([k, c]) => [k, c.title]), race.course));
      const speed = transport.querySelector("select");
      speed.replaceChildren(...options([...new Set([...SPEEDS, race.speed])].sort((a, b) => a - b).map((s) => [s, `${s} steps/s`]), race.speed));
      note.textContent = course().note;
      add.replaceChildren(h("option", { value: "" }, "add an optimizer …"), ...options(Object.entries(entrants).map(([k, e]) => [k, e.title]), ""),
        ...Object.entries(absent).map(([why, names]) => h("optgroup", { label: `Not here, ${why}`, disabled: true }, ...options(names.map((name) => [name, name])))));
      schedule.replaceChildren(...options([["", "Schedule: constant"],
        ...Object.entries(schedules).map(([k, s]) => [k, `Schedule: ${s.title}`])], race.schedule));
      relist();
      courseSettings.replaceChildren(...course().settings.map((s) =>
        setting(s, race.settings[s.name], (v) => { race.settings[s.name] = v; changed(false, true); }, false)));
      const axis = (k) => setting({ label: `start ${"xy"[k]}`, scale: "linear", low: frame()[2 * k], high: frame()[2 * k + 1], value: race.start[k] },
        race.start[k], (v) => { moveTo(...(k ? [race.start[0], v] : [v, race.start[1]])); }, false);
      generalSettings.replaceChildren(axis(0), axis(1), ...Object.values(GENERAL).map((s) => setting(s, race[s.name], (v) => {
        race[s.name] = v;
        if (s.name === "steps") { scrub.max = v; step = position = Math.min(step, v); }
        changed();
      }, false)));
    }
    function legendItem(one, k) {
      return h("li", {}, h("span", { innerHTML: swatch(looks[k]), style: "flex:none" }), h("span.race-what", {}, h("strong", {}, titled(one)), " ",
        h("span.race-small", {}, told(one))), h("span.race-loss"));
    }
    function racerItem(one, k) {
      const entrant = entrants[one.key], [rate, ...others] = entrant.settings;
      const adjust = (s) => setting(s, one.settings[s.name], (v) => { one.settings[s.name] = v; changed(); });
      rates.set(one, adjust(rate));
      const more = h("div.race-more", { hidden: !open.has(one) }, ...others.map(adjust));
      const toggleMore = others.length ? h("button.race-icon.race-quiet", {
        type: "button", innerHTML: icon("more"), title: "more settings", "aria-label": `more settings of ${entrant.title}`, "aria-expanded": String(open.has(one)),
        onclick: (e) => {
          more.hidden = !more.hidden;
          if (more.hidden) open.delete(one); else open.add(one);
          e.currentTarget.setAttribute("aria-expanded", String(!more.hidden));
        },
      }) : null;
      return h("li", {}, h("div.race-head", {},
        h("button.race-name.race-quiet", {
          type: "button", "aria-pressed": String(k === chosen), innerHTML: `${swatch(looks[k])}<span>${entrant.title}</span>`, title: "show its numbers",
          onclick: () => {
            chosen = k;
            list.querySelectorAll(".race-name").forEach((b, i) => b.setAttribute("aria-pressed", String(i === k)));
            soon();
          },
        }), h("span.race-loss"), toggleMore,
        h("button.race-icon.race-quiet", {
          type: "button", innerHTML: icon("remove"), "aria-label": `remove ${entrant.title}`, title: "remove",
          onclick: () => {
            race.racers.splice(k, 1);
            if (chosen > k) chosen--;
            changed(true);
            (list.querySelectorAll(".race-name")[Math.min(k, race.racers.length - 1)] ?? add).focus();
            say(`${entrant.title} removed.`);
          },
        })), rates.get(one), more);
    }

    // The beginning

    build();
    step = position = race.at ?? (still.matches ? race.steps : 0);
    fill();
    new ResizeObserver(paint).observe(stage); // paints at once, as soon as the stage has its size
    const repaint = () => { refill(); paint(); };
    new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    if (full) window.addEventListener("hashchange", () => { const next = parse(location.hash); if (location.hash.startsWith("#race/") && next) replace(next); });
    if (race.at === null && !still.matches) {
      // It starts by itself once, when it is first seen.
      const seen = new IntersectionObserver(([entry]) => {
        if (!entry.isIntersecting) return;
        seen.disconnect();
        if (!touched) start();
      }, { threshold: 0.4 });
      seen.observe(stage);
    }
  }

  document.querySelectorAll(".optedu-race").forEach(mount);
})();
