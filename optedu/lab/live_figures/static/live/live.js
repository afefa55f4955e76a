// Brings live figures to life: what is in the page already is moved, nothing is built.

document.addEventListener("DOMContentLoaded", () => {
  const { clamp, compute, drawn, functions, lookup, number, place, projection, scaled, text, unscaled, value } = OpteduLive;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const NEAR = 8; // pixels within which a point falls onto its curve
  const figures = [];
  const on = (node, kinds, then, how) => kinds.split(" ").forEach((kind) => node.addEventListener(kind, then, how));

  /** A quantity moved by so much, in units of its scale. */
  const shifted = (q, now, by) =>
    clamp(unscaled(clamp(scaled(now, q.scale) + by, scaled(q.low, q.scale), scaled(q.high, q.scale)), q.scale), q.low, q.high);
  /** Never as 1e-9: an attribute of ARIA is a plain number. */
  const plain = (x) => x.toFixed(12).replace(/\.?0+$/, "");
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

  function mount(root) {
    const spec = JSON.parse(root.querySelector("script").textContent);
    const { quantities } = spec, first = Object.fromEntries(Object.entries(quantities).map(([name, q]) => [name, q.value]));
    const all = (selector, inside = root) => [...inside.querySelectorAll(selector)];
    let state = { ...first }, tables, waiting = 0, moving = 0;

    const set = (node, name, now) => node.getAttribute(name) === now || node.setAttribute(name, now);
    // (Within the text that is there: a new one would have the style of the whole page computed again.)
    const write = (node, now) => { node.firstChild.data = now; };
    const values = all("[data-value]");
    const sliders = all("input").map((input) => [input, quantities[input.dataset.quantity], input.nextElementSibling]);
    const panels = all(".live-panel").map((svg, k) => ({
      svg, plot: svg.querySelector(".live-plot"), at: projection(spec.panels[k]), spec: spec.panels[k],
      marks: all("[data-mark]", svg), handles: all("[data-handle]", svg),
    }));

    function draw() {
      waiting = 0;
      tables = compute(spec, state);
      for (const { at, spec: panel, marks, handles } of panels) {
        panel.marks.forEach((mark, k) => {
          const given = drawn(mark, at, state, tables);
          for (const name in given) set(marks[k], name, given[name]);
        });
        panel.handles.forEach((handle, k) => {
          if (handle.stream) return;
          const names = [handle.x, handle.y].filter((name) => quantities[name]);
          set(handles[k], "transform", `translate(${text(place(handle, at, state, tables))})`);
          set(handles[k], "aria-valuenow", plain(state[names[0]]));
          set(handles[k], "aria-valuetext", names.map((n) => `${quantities[n].label} ${number(state[n], quantities[n].digits)}`).join(", "));
        });
      }
      for (const one of values) write(one, value(one.dataset.value, state, tables));
      for (const [input, q, output] of sliders) {
        const now = state[input.dataset.quantity], shown = number(now, q.digits);
        if (Number(input.value) !== scaled(now, q.scale)) input.value = scaled(now, q.scale);
        set(input, "aria-valuetext", shown);
        write(output, shown);
      }
      root.dispatchEvent(new Event("live"));
    }

    function change(given) {
      cancelAnimationFrame(moving);
      Object.assign(state, given);
      waiting ||= requestAnimationFrame(draw);
    }

    /** To another state, in less than a second; at once for those who want no motion. */
    function travel(target) {
      const from = { ...state }, begun = performance.now();
      if (still.matches) return change(target);
      const step = (now) => {
        const u = clamp((now - begun) / 900, 0, 1), eased = u * u * (3 - 2 * u);
        for (const name in target) {
          const { scale } = quantities[name], [a, b] = scale && u < 1 ? [from, target].map((s) => scaled(s[name], scale)) : [];
          state[name] = a === undefined ? target[name] : unscaled(a + eased * (b - a), scale);
        }
        draw();
        if (u < 1) moving = requestAnimationFrame(step);
      };
      cancelAnimationFrame(moving);
      moving = requestAnimationFrame(step);
    }

    const live = {
      root, spec, change, press, get: (name) => state[name],
      light: (name, lit) => all(`[data-quantity="${name}"]`).forEach((i) => i.parentElement.classList.toggle("live-lit", lit)),
    };

    // ── Points ───────────────────────────────────────────────────────────────────────

    for (const { svg, plot, at, spec: panel, handles } of panels) {
      const to = (e) => {
        const m = plot.getScreenCTM();
        return [(e.clientX - m.e) / m.a, (e.clientY - m.f) / m.d];
      };
      const move = (handle, [px, py]) => {
        const given = {}, put = (...there) => [handle.x, handle.y].forEach((name, k) => {
          const q = quantities[name];
          if (q) given[name] = clamp(there[k], q.low, q.high);
        });
        put(at.x(px), at.y(py));
        if (handle.snap) {
          const near = functions[handle.snap]({ ...state, ...given }), [x, y] = at.to(...near);
          if (Math.hypot(x - px, y - py) < NEAR) put(...near);
        }
        change(given);
      };
      let before = null;
      const paint = (handle, [px, py]) => { // every place between two events is drawn, too
        const q = quantities[handle.y], stream = [...state[handle.y]], n = stream.length;
        const k = clamp(Math.floor((px / at.width) * n), 0, n - 1), v = clamp(at.y(py), q.low, q.high), [j, w] = before ?? [k, v];
        for (let i = Math.min(j, k); i <= Math.max(j, k); i++) stream[i] = j === k ? v : w + ((v - w) * (i - j)) / (k - j);
        before = [k, v];
        change({ [handle.y]: stream });
      };
      panel.handles.forEach((handle, k) => {
        const node = handles[k], act = handle.stream ? paint : move;
        node.tabIndex = 0;
        // (touch-action does nothing for a part of a drawing: the finger would scroll the page.)
        on(node, "touchstart", (e) => e.preventDefault(), { passive: false });
        // Alone in its panel, it comes to wherever one points; with a finger the page must still scroll.
        const area = panel.handles.length === 1 ? svg : node;
        let held = null;
        on(area, "pointerdown", (e) => {
          if (e.button) return;
          const near = node.contains(e.target), point = to(e);
          const where = near && !handle.stream ? place(handle, at, state, (tables ??= compute(spec, state))) : point;
          // A finger that comes down beside the point may want to scroll: it has to move across, or to tap.
          held = { by: [point[0] - where[0], point[1] - where[1]], x: e.clientX, waits: !near && e.pointerType === "touch" };
          before = null;
          area.setPointerCapture(e.pointerId);
          node.focus({ preventScroll: true });
          if (handle.stream || !(near || held.waits)) act(handle, point);
        });
        on(area, "pointermove", (e) => {
          if (!held || (held.waits &&= Math.abs(e.clientX - held.x) < 8)) return;
          act(handle, to(e).map((v, i) => v - held.by[i]));
        });
        on(area, "pointerup", (e) => held?.waits && act(handle, to(e)));
        on(area, "pointerup pointercancel lostpointercapture", () => { held = null; });
        if (area === svg) svg.classList.add(quantities[handle.x] && quantities[handle.y] ? "live-tap" : "live-sweep");
        if (!handle.stream) on(node, "keydown", (e) => press(e, handle.x, handle.y));
        else on(node, "keydown", (e) => pressStream(e, handle, node));
      });
    }

    /** Arrow keys move the quantity of their direction, or the only one there is. */
    function press(e, x, y) {
      const far = e.shiftKey ? 10 : 1, both = quantities[x] && quantities[y];
      const way = KEYS[e.key] ?? { PageDown: [0, -10], PageUp: [0, 10] }[e.key];
      const only = quantities[x] ? x : y, name = way && (both ? (way[0] ? x : y) : only);
      if (way) change({ [name]: shifted(quantities[name], state[name], far * (way[0] + way[1]) * quantities[name].step) });
      else if (e.key === "Home" || e.key === "End") change({ [only]: quantities[only][e.key === "Home" ? "low" : "high"] });
      else return;
      e.preventDefault();
    }

    /** In a stream: left and right choose one number, up and down change it. */
    function pressStream(e, handle, node) {
      const way = KEYS[e.key], q = quantities[handle.y], stream = [...state[handle.y]];
      if (!way) return;
      const k = clamp(Number(node.dataset.chosen ?? 0) + way[0], 0, stream.length - 1);
      stream[k] = clamp(stream[k] + way[1] * (q.high - q.low) / 20, q.low, q.high);
      node.dataset.chosen = k;
      set(node, "aria-valuenow", String(stream[k]));
      set(node, "aria-valuetext", `number ${k + 1}: ${number(stream[k], 2)}`);
      change({ [handle.y]: stream });
      e.preventDefault();
    }

    // ── Sliders, and the question ────────────────────────────────────────────────────

    for (const [input, q] of sliders) {
      input.disabled = false;
      on(input, "input", () => change({ [input.dataset.quantity]: clamp(unscaled(Number(input.value), q.scale), q.low, q.high) }));
      on(input, "keydown", (e) => press(e, input.dataset.quantity));
    }
    const reset = root.querySelector(".live-reset");
    reset.disabled = false;
    on(reset, "click", () => travel(first));

    const asked = root.querySelector(".live-predict");
    if (asked) {
      const key = `live-${location.pathname}-${root.dataset.live}`, buttons = all("button", asked);
      const reveal = (k) => {
        const right = k === spec.predict.answer;
        asked.classList.add("live-answered");
        asked.querySelector(".live-because b").textContent = right ? "So it is." : `Not “${buttons[k].textContent}”, but “${buttons[spec.predict.answer].textContent}”.`;
        asked.querySelector(".live-because span").hidden = false;
        buttons.forEach((b, j) => {
          b.disabled = true;
          b.setAttribute("aria-pressed", String(j === k));
          b.classList.toggle("live-right", j === spec.predict.answer);
        });
      };
      const memory = (() => { try { return sessionStorage; } catch { return {}; } })(); // a folder may have none
      buttons.forEach((button, k) => {
        button.disabled = false;
        on(button, "click", () => {
          memory[key] = k;
          reveal(k);
          travel({ ...first, ...spec.predict.then });
        });
      });
      if (buttons[memory[key]]) reveal(Number(memory[key]));
    }
    root.classList.add("live-ready");
    return live;
  }

  // ── Symbols ────────────────────────────────────────────────────────────────────────

  const letters = (node) => [...node.querySelectorAll("mjx-c")].map((c) =>
    String.fromCodePoint(parseInt(c.className.match(/mjx-c([0-9A-F]+)/)?.[1] ?? "20", 16)).normalize("NFKC")).join("");

  /** An element moves a quantity: by dragging it sideways, and with the keys if it is one to reach. */
  function bind(node, live, name, reached) {
    const q = live.spec.quantities[name];
    let from = null;
    node.classList.add("live-symbol", `live-${q.color}`);
    const say = () => {
      node.dataset.now = `= ${number(live.get(name), q.digits)}`;
      if (reached) node.setAttribute("aria-valuenow", plain(live.get(name)));
    };
    const tell = (lit) => { live.light(name, lit); say(); };
    on(node, "pointerenter", () => tell(true));
    on(node, "pointerleave", () => from || tell(false));
    on(node, "pointerdown", (e) => {
      if (e.button) return;
      from = [e.clientX, live.get(name)];
      node.setPointerCapture(e.pointerId);
      e.preventDefault();
      e.stopPropagation();
      tell(true);
    });
    on(node, "pointermove", (e) => {
      if (from) live.change({ [name]: shifted(q, from[1], ((e.clientX - from[0]) / 240) * (scaled(q.high, q.scale) - scaled(q.low, q.scale))) });
    });
    on(node, "pointerup pointercancel", () => {
      from = null;
      tell(false);
    });
    on(live.root, "live", say);
    if (!reached) return;
    const told = { role: "slider", tabindex: 0, "aria-label": q.label, "aria-valuemin": plain(q.low), "aria-valuemax": plain(q.high) };
    for (const key in told) node.setAttribute(key, told[key]);
    say();
    on(node, "focus", () => tell(true));
    on(node, "blur", () => tell(false));
    on(node, "keydown", (e) => live.press(e, name));
  }

  /** In the section of a figure the symbols of its equations move it; elsewhere [$\mu$]{.live-mu} does. */
  function bindAll(live) {
    const section = live.root.closest("section") ?? document.body;
    for (const name in live.spec.quantities) {
      for (const node of section.querySelectorAll("mjx-mi, mjx-msub, mjx-msup, mjx-msubsup")) {
        if (node.closest("section, body") === section && !node.closest("a, [class*='live-']") &&
          live.spec.quantities[name].symbols?.includes(letters(node))) bind(node, live, name, false);
      }
      for (const node of document.querySelectorAll(`span.live-${name}`)) {
        const nearest = figures.find((f) => f.root.closest("section") === node.closest("section") && f.spec.quantities[name]);
        if (!node.classList.contains("live-symbol") && (nearest ?? live) === live) bind(node, live, name, true);
      }
    }
  }

  const near = new IntersectionObserver((seen) => {
    for (const { target } of seen.filter((one) => one.isIntersecting)) {
      near.unobserve(target);
      figures.push(mount(target));
      bindAll(figures.at(-1));
    }
  }, { rootMargin: "100%" });
  document.querySelectorAll("[data-live]").forEach((figure) => near.observe(figure));
});
