// Live figures without their page: from a specification and the state of its quantities to numbers and to paths.
// It does what optedu/lab/live_figures/tables.py and draw.py do; no formula stands here.

globalThis.OpteduLive = (() => {
  const functions = (globalThis.OpteduLiveFunctions ??= {});
  const FAR = 1e9, MARGIN = 24;
  const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

  const SCALES = { // a value as a length, and back
    linear: [(v) => v, (u) => u], sqrt: [Math.sqrt, (u) => u * u], log: [Math.log10, (u) => 10 ** u],
    decay: [(v) => -Math.log10(1 - v), (u) => 1 - 10 ** -u],
  };
  const scaled = (v, scale) => SCALES[scale][0](v);
  const unscaled = (u, scale) => SCALES[scale][1](u);

  function places(span) {
    if (typeof span[3] !== "string") return span;
    const [low, high, count, scale] = span, a = scaled(low, scale), b = scaled(high, scale);
    return Array.from({ length: count }, (_, k) => unscaled(a + ((b - a) * k) / (count - 1), scale));
  }

  /** Side by side, number by number; one alone goes with all of the others. */
  const together = (lists) => Array.from({ length: Math.max(lists.length ? 0 : 1, ...lists.map((l) => l.length)) },
    (_, k) => lists.map((l) => l[l.length > 1 ? k : 0]));

  function rows(table, state) {
    const f = functions[table.f];
    if (!table.start) {
      const over = table.over.map((o) => (typeof o === "string" ? [state[o]] : places(o)));
      return together(over).map((inputs) => [...inputs, ...f(...inputs, state)]);
    }
    let now = table.start.map((s) => (typeof s === "string" ? state[s] : s));
    const data = table.data.map((d) => (typeof d === "string" ? state[d] : d)), out = [[0, ...now]];
    for (let t = 1; t <= table.steps; t++) {
      const row = f(t, ...data.map((d) => d[t - 1]), ...now, state);
      now = row.slice(0, now.length);
      if (!now.every((x) => Math.abs(x) < FAR)) break;
      out.push([t, ...row]);
    }
    return out;
  }

  function ends(table, state) {
    return (table.span ? places(table.span) : [0]).map((value) => { // (without a span nothing is called "")
      const last = rows(table, { ...state, [table.ends]: value }).at(-1);
      return [...(table.span ? [value] : []), ...(last[0] === table.steps ? last.slice(1) : [])];
    });
  }

  /** All tables in a state: by name, then by column. What is missing in a row is no number. */
  function compute(spec, state) {
    const out = {};
    for (const [name, table] of Object.entries(spec.tables)) {
      const key = JSON.stringify(table.needs.map((n) => state[n]));
      if (table.key !== key) { // what it needs has changed
        const found = ("ends" in table ? ends : rows)(table, state);
        table.numbers = Object.fromEntries(table.columns.map((c, k) => [c, found.map((row) => row[k] ?? NaN)]));
        table.key = key;
      }
      out[name] = table.numbers;
    }
    return out;
  }

  /** The numbers that a reference stands for. */
  function lookup(reference, state, tables) {
    if (typeof reference === "string") {
      const [table, column] = reference.split(".");
      reference = column ? tables[table][column] : state[table];
    }
    return Array.isArray(reference) ? reference : [reference];
  }

  // ── Paths ──────────────────────────────────────────────────────────────────────────

  const short = (x) => String(Math.round(x * 10) / 10 || 0);
  const text = ([x, y]) => `${short(x)} ${short(y)}`;
  const finite = (p) => p.every(Number.isFinite);

  function projection({ x, y, size: [width, height] }) {
    const share = ([low, high, scale], v) =>
      (scaled(v, scale) - scaled(low, scale)) / (scaled(high, scale) - scaled(low, scale));
    const back = ([low, high, scale], u) =>
      unscaled(scaled(low, scale) + u * (scaled(high, scale) - scaled(low, scale)), scale);
    return {
      width, height, to: (a, b) => [share(x, a) * width, (1 - share(y, b)) * height].map((p) => clamp(p, -FAR, FAR)),
      x: (px) => back(x, px / width), y: (py) => back(y, 1 - py / height),
    };
  }

  /** The part of a line that is in view, by Liang and Barsky (1984): however far it goes, no path is longer. */
  function inside(a, b, at) {
    let start = 0, end = 1;
    for (const [k, size] of [at.width, at.height].entries()) {
      const low = -MARGIN - a[k], high = size + MARGIN - a[k], d = b[k] - a[k];
      if (d === 0 && (low > 0 || high < 0)) return null;
      if (d === 0) continue;
      start = Math.max(start, (d > 0 ? low : high) / d);
      end = Math.min(end, (d > 0 ? high : low) / d);
    }
    return start > end ? null : [start, end].map((s) => (s === 0 ? a : s === 1 ? b : a.map((p, k) => p + s * (b[k] - p))));
  }

  function polyline(points, at) {
    let d = "", before = null, last = "";
    for (const point of points) {
      const part = before && finite(point) && inside(before, point, at);
      if (part) {
        const [a, b] = part.map(text);
        d += (a === last ? "" : `M${a}`) + (a === b && d ? "" : `L${b}`);
        last = b;
      }
      before = finite(point) ? point : null;
    }
    return d;
  }

  function arrow(a, b, at) {
    const part = finite([...a, ...b]) && inside(a, b, at), length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    if (!part) return "";
    const d = `M${text(part[0])}L${text(part[1])}`;
    if (part[1] !== b || length < 2) return d;
    const [u, v] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length], size = Math.min(6, length);
    const left = [b[0] - size * (u + 0.6 * v), b[1] - size * (v - 0.6 * u)];
    const right = [b[0] - size * (u - 0.6 * v), b[1] - size * (v + 0.6 * u)];
    return `${d}M${text(left)}L${text(b)}L${text(right)}`;
  }

  /** Attributes of a mark. */
  function drawn(mark, at, state, tables) {
    const pairs = (x, y) => together([x, y].map((name) => lookup(name, state, tables))).map((p) => at.to(...p));
    let points = pairs(mark.x, mark.y);
    if (mark.kind === "label") return { x: short(points[0][0] + (mark.dx ?? 0)), y: short(points[0][1] + (mark.dy ?? 0)) };
    if (mark.kind === "dots") {
      const seen = ([x, y]) => x >= -1 && x <= at.width + 1 && y >= -1 && y <= at.height + 1;
      return { d: points.filter(seen).map((p) => `M${text(p)}h0`).join("") };
    }
    if (mark.x1 !== undefined) {
      const to = pairs(mark.x1, mark.y1), draw = mark.tip ? arrow : (a, b) => polyline([a, b], at);
      return { d: points.map((p, k) => draw(p, to[k], at)).join("") };
    }
    if (mark.base !== undefined) points = [...points, ...pairs(mark.x, mark.base).reverse()];
    if (!mark.fill) return { d: polyline(points, at) };
    const kept = points.filter(finite).map(([x, y]) =>
      text([clamp(x, -MARGIN, at.width + MARGIN), clamp(y, -MARGIN, at.height + MARGIN)]));
    return { d: kept.length ? `M${kept.join("L")}Z` : "" };
  }

  /** Where a handle is, kept in its panel. */
  function place(handle, at, state, tables) {
    const [x, y] = at.to(lookup(handle.x, state, tables)[0], lookup(handle.y, state, tables)[0]);
    return [clamp(x || 0, 0, at.width), clamp(y || 0, 0, at.height)];
  }

  // ── Words ──────────────────────────────────────────────────────────────────────────

  const rounded = (x, digits) => (Math.round(x * 10 ** digits) / 10 ** digits).toFixed(digits);

  /** A number for the eye. */
  function number(x, digits) {
    if (isNaN(x)) return "–";
    const size = Math.abs(x), sign = x < 0 ? "−" : "";
    if (size === Infinity) return `${sign}∞`;
    if (size >= 1e5 || digits > 6 && size && size < 1e-3) {
      const power = Math.floor(Math.log10(size) + 1e-9);
      return `${sign}${rounded(size / 10 ** power, 1)}·10${`${power}`.replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻")}`;
    }
    const shown = rounded(size, digits);
    return (+shown ? sign : "") + shown;
  }

  /** What stands for "now.rate:3" or "now.regime|rings|creeps". */
  function value(token, state, tables) {
    const [shown, ...words] = token.split("|");
    const [reference, digits] = shown.split(":");
    const x = lookup(reference, state, tables)[0];
    if (words.length && !(digits && x)) return words[x] ?? "–";
    return number(x, Number(digits ?? 2));
  }

  return { clamp, compute, drawn, functions, lookup, number, place, projection, scaled, text, unscaled, value };
})();
