// What the race looks like: contours, trails, heads, and the two charts below.

globalThis.OpteduRaceDrawing = (() => {
  const DASHES = { "-": [], "--": [6, 3], "-.": [8, 3, 2, 3], ":": [2, 3] };
  // matplotlib's markers as stars: corners, turn in degrees, inner radius (of 1: a polygon).
  const MARKERS = {
    o: [24, 0, 1], s: [4, 45, 1], D: [4, 0, 1], d: [4, 0, 1], "^": [3, 0, 1], v: [3, 180, 1], "<": [3, -90, 1],
    ">": [3, 90, 1], p: [5, 0, 1], h: [6, 0, 1], H: [6, 30, 1], 8: [8, 22.5, 1], P: [4, 0, 0.45], X: [4, 45, 0.45],
    "*": [5, 0, 0.45], 1: [3, 180, 0.3], 2: [3, 0, 0.3], 3: [3, -90, 0.3],
  };

  /** Corners of a marker of radius r around the origin. */
  function corners(marker, r) {
    const [n, turn, inner] = MARKERS[marker] ?? MARKERS.o;
    const many = inner === 1 ? n : 2 * n;
    return Array.from({ length: many }, (_, k) => {
      const a = (2 * Math.PI * k) / many + ((turn - 90) * Math.PI) / 180, size = inner !== 1 && k % 2 ? r * inner : r;
      return [size * Math.cos(a), size * Math.sin(a)];
    });
  }

  function mark(ctx, marker, x, y, r) {
    ctx.beginPath();
    corners(marker, r).forEach(([dx, dy]) => ctx.lineTo(x + dx, y + dy));
    ctx.closePath();
  }

  /** A canvas in step with its box and the screen: its context, drawn in CSS pixels. */
  function fitted(canvas) {
    const { clientWidth: width, clientHeight: height } = canvas, ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    const ctx = canvas.getContext("2d");
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.lineJoin = ctx.lineCap = "round";
    return { ctx, width, height, ratio };
  }

  /** From the window of a plot to pixels, and back. */
  function projection([x0, x1, y0, y1], width, height) {
    return {
      width, height, px: (x) => ((x - x0) / (x1 - x0)) * width, py: (y) => ((y1 - y) / (y1 - y0)) * height,
      x: (px) => x0 + (px / width) * (x1 - x0), y: (py) => y1 - (py / height) * (y1 - y0),
    };
  }

  const channels = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));

  const KNOTS = 5e4; // at no more places is a surface evaluated: on a fine screen it would take longer than a frame

  /** The surface: shaded by the logarithm of its height, with 14 lines, as in the book's figures. */
  function contours(canvas, gap, frame, colors) {
    const { ctx, width, height, ratio } = fitted(canvas);
    const w = canvas.width, h = canvas.height, at = projection(frame, w, h);
    if (!w || !h) return;
    // The surface itself at every other pixel or so, and between these, where it is smooth, what lies between.
    const grain = Math.ceil(Math.sqrt((w * h) / KNOTS)), m = Math.ceil(w / grain) + 1, n = Math.ceil(h / grain) + 1;
    const knots = new Float64Array(m * n);
    let low = Infinity, high = -Infinity;
    for (let j = 0, k = 0; j < n; j++) {
      const y = at.y(j * grain);
      for (let i = 0; i < m; i++, k++) {
        const v = (knots[k] = gap(at.x(i * grain), y));
        if (v < low) low = v;
        if (v > high) high = v;
      }
    }
    const lift = 1e-3 * (high - low), floor = Math.log(lift), range = Math.log(high - low + lift) - floor;
    for (let k = 0; k < knots.length; k++) knots[k] = (14 * (Math.log(knots[k] - low + lift) - floor)) / range;
    const z = new Float64Array((w + 1) * (h + 1)), row = new Float64Array(m);
    for (let j = 0, q = 0; j <= h; j++) {
      const above = Math.min(Math.floor(j / grain), n - 2), down = j / grain - above;
      for (let i = 0, k = above * m; i < m; i++, k++) row[i] = knots[k] + down * (knots[k + m] - knots[k]);
      for (let i = 0; i <= w; i++, q++) {
        const left = Math.min(Math.floor(i / grain), m - 2);
        z[q] = row[left] + (i / grain - left) * (row[left + 1] - row[left]);
      }
    }
    const image = ctx.createImageData(w, h), { data } = image, [near, away, line] = [colors.low, colors.high, colors.line].map(channels);
    for (let j = 0, k = 0; j < h; j++) {
      for (let i = 0; i < w; i++, k += 4) {
        const q = j * (w + 1) + i, level = z[q];
        // How far the nearest line is, in pixels: level over slope.
        const across = z[q + 1] - level, down = z[q + w + 1] - level;
        const slope = Math.sqrt(across * across + down * down) + 1e-9; // (hypot is several times slower)
        const distance = Math.abs(level - Math.round(level)) / slope;
        const ink = 0.55 * Math.max(0, Math.min(1, 0.9 * ratio - distance + 0.3));
        const shade = Math.min(level / 14, 1);
        for (let c = 0; c < 3; c++) {
          const paper = near[c] + shade * (away[c] - near[c]);
          data[k + c] = paper + ink * (line[c] - paper);
        }
        data[k + 3] = 255;
      }
    }
    ctx.putImageData(image, 0, 0);
    scale(ctx, projection(frame, width, height), frame, width, height, colors);
  }

  /** About n round numbers between two. */
  function ticks(low, high, n) {
    const rough = (high - low) / n, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough);
    const first = Math.ceil(low / step);
    return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(6)));
  }

  function scale(ctx, at, [x0, x1, y0, y1], width, height, colors) {
    [ctx.fillStyle, ctx.font, ctx.textAlign, ctx.textBaseline] = [colors.faint, colors.font, "center", "bottom"];
    for (const x of ticks(x0, x1, 6)) if (at.px(x) > 30 && at.px(x) < width - 14) ctx.fillText(tidy(x), at.px(x), height - 4);
    [ctx.textAlign, ctx.textBaseline] = ["left", "middle"];
    for (const y of ticks(y0, y1, 5)) if (at.py(y) > 10 && at.py(y) < height - 24) ctx.fillText(tidy(y), 6, at.py(y));
  }

  const tidy = (x) => String(x).replace("-", "−");

  const MARGIN = 20; // so far beyond the edge lines are drawn: dashes of one that leaves for ever would take seconds
  const DASHED = 6e3; // pixels: the line of who jumps to and fro goes on without dashes
  const PERIOD = 180; // after so many pixels each of the dashes begins anew

  /** Where along a piece of line its part in view begins and ends, of 1; or null. */
  function inView(x, y, dx, dy, { width, height }) {
    let from = 0, to = 1;
    for (const [at, way, end] of [[x, dx, width], [y, dy, height]]) {
      if (way === 0 && (at < -MARGIN || at > end + MARGIN)) return null;
      if (way === 0) continue;
      const sides = [(-MARGIN - at) / way, (end + MARGIN - at) / way];
      from = Math.max(from, Math.min(...sides));
      to = Math.min(to, Math.max(...sides));
    }
    return from <= to ? [from, to] : null;
  }

  const FINE = 0.2; // pixels: what lies no farther from a line is on it

  /**
   * The points of a line that can be told apart, from one step to another: those between two of them are on the
   * straight line between these, or within half a pixel of the first. One that is nowhere breaks the line.
   */
  function telling(point, from, to) {
    const out = [];
    let a = null, last = null, u = 0, v = 0, far = 0; // the last point kept, the newest left out; the way on, and how far
    for (let t = from; t <= to; t++) {
      const p = point(t);
      if (far) {
        const dx = p[0] - a[0], dy = p[1] - a[1], along = u * dx + v * dy;
        if (along >= far - FINE && Math.abs(u * dy - v * dx) <= FINE) {
          [last, far] = [p, Math.max(far, along)];
          continue;
        }
        out.push(last);
        [a, last, far] = [last, null, 0];
      }
      const dx = a ? p[0] - a[0] : NaN, dy = a ? p[1] - a[1] : NaN, way = Math.sqrt(dx * dx + dy * dy);
      if (way < Infinity) {
        last = p;
        if (way > 0.5) [u, v, far] = [dx / way, dy / way, way];
      } else {
        const seen = Number.isFinite(p[0] + p[1]);
        if (last) out.push(last);
        if (a || seen) out.push(p);
        [a, last] = [seen ? p : null, null];
      }
    }
    if (last) out.push(last);
    return out;
  }

  /**
   * The line through the points from one step to another. It keeps its dashes in step with what was drawn before
   * (`drawn`: the length so far, and how much of it was in view); returns the same, for what will be drawn.
   */
  function line(ctx, point, from, to, box, look, drawn = { length: 0, shown: 0 }) {
    let { length, shown } = drawn, open = false;
    const bare = new Path2D(), there = new Set(); // what comes when enough was dashed: each piece of it once
    const points = telling(point, from, to);
    ctx.setLineDash(DASHES[look.line]);
    ctx.strokeStyle = look.color;
    for (let k = 1; k < points.length; k++) {
      const [x, y] = points[k - 1], [x1, y1] = points[k], dx = x1 - x, dy = y1 - y, way = Math.hypot(dx, dy);
      const seen = Number.isFinite(way) ? inView(x, y, dx, dy, box) : null, dashed = seen && shown < DASHED;
      if (open && !dashed) ctx.stroke();
      if (dashed && !open) {
        ctx.beginPath();
        ctx.moveTo(x + seen[0] * dx, y + seen[0] * dy);
        ctx.lineDashOffset = (length + seen[0] * way) % PERIOD;
      }
      if (dashed) ctx.lineTo(x + seen[1] * dx, y + seen[1] * dy);
      else if (seen) {
        const piece = [x + seen[0] * dx, y + seen[0] * dy, x + seen[1] * dx, y + seen[1] * dy], key = piece.map(Math.round).join();
        if (!there.has(key)) {
          there.add(key);
          bare.moveTo(piece[0], piece[1]);
          bare.lineTo(piece[2], piece[3]);
        }
      }
      open = dashed && seen[1] === 1;
      if (dashed && !open) ctx.stroke(); // it has left
      if (seen) shown += (seen[1] - seen[0]) * way;
      if (Number.isFinite(way)) length = (length + way) % PERIOD;
    }
    if (open) ctx.stroke();
    ctx.setLineDash([]);
    ctx.stroke(bare);
    return { length, shown };
  }

  /** The lines of all racers from step `from` to step `to`, added to what is there. */
  function trails(ctx, at, tracks, looks, from, to) {
    [ctx.lineWidth, ctx.globalAlpha] = [1.8, 0.9];
    tracks.forEach((track, k) => {
      const point = (t) => [at.px(track.x[t]), at.py(track.y[t])];
      track.drawn = line(ctx, point, from, Math.min(to, track.last), at, looks[k], from ? track.drawn : undefined);
    });
    ctx.globalAlpha = 1;
  }

  function heads(ctx, at, race, tracks, looks, step, minimum, chosen, colors) {
    const ring = (x, y, r) => { ctx.beginPath(); ctx.arc(x, y, r, 0, 2 * Math.PI); ctx.stroke(); };
    ctx.setLineDash([]);
    mark(ctx, "*", at.px(minimum[0]), at.py(minimum[1]), 9);
    [ctx.fillStyle, ctx.strokeStyle, ctx.lineWidth] = [colors.ink, colors.low, 1.5];
    ctx.stroke();
    ctx.fill();
    ctx.strokeStyle = colors.ink;
    ring(at.px(race.start[0]), at.py(race.start[1]), 6);
    tracks.forEach((track, k) => {
      const t = Math.min(step, track.last), [x, y] = [at.px(track.x[t]), at.py(track.y[t])];
      mark(ctx, looks[k].marker, x, y, k === chosen ? 8 : 6.5);
      [ctx.fillStyle, ctx.strokeStyle, ctx.lineWidth] = [looks[k].color, colors.low, 1.5];
      ctx.stroke();
      ctx.globalAlpha = track.last < step ? 0.35 : 1; // who left the picture fades
      ctx.fill();
      ctx.globalAlpha = 1;
    });
  }

  const MARKED = 5; // so many markers has a line of a chart

  const power = (k) => `10${[...String(k)].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("")}`;

  /** The steps of a curve that can be told apart: where there are many to a pixel, its lowest and highest among them. */
  function columns(curve, most) {
    const n = curve.length, wide = n > most ? Math.ceil((2 * n) / most) : 1, out = [];
    for (let t = 0; t < n; t += wide) {
      let low = t, high = t;
      for (let s = t + 1; s < Math.min(t + wide, n); s++) {
        if (curve[s] < curve[low] || Number.isNaN(curve[low])) low = s;
        if (curve[s] > curve[high] || Number.isNaN(curve[high])) high = s;
      }
      out.push(Math.min(low, high));
      if (low !== high) out.push(Math.max(low, high));
    }
    return out;
  }

  /** One chart on a logarithmic scale, whole, drawn once; the page uncovers it step by step. */
  function chart(canvas, curves, looks, steps, colors) {
    const { ctx, width, height } = fitted(canvas), left = 38, bottom = 20, top = 6, right = 8;
    // The scale is that of the middle 98%, so that one who explodes does not flatten the rest.
    const all = Float64Array.from(curves.flatMap((c) => [...c.filter((v) => v > 1e-16 && v < 1e12)])).sort();
    const bound = (f) => Math.log10(all[Math.floor(f * (all.length - 1))] ?? 1);
    let [low, high] = [Math.floor(bound(0.01)), Math.ceil(bound(0.99))];
    if (high <= low) high = low + 1;
    const px = (t) => left + (t / steps) * (width - left - right);
    const py = (v) => top + ((high - Math.log10(v)) / (high - low)) * (height - top - bottom);
    [ctx.font, ctx.fillStyle, ctx.strokeStyle, ctx.lineWidth] = [colors.font, colors.faint, colors.grid, 1];
    [ctx.textAlign, ctx.textBaseline] = ["right", "middle"];
    const every = Math.ceil((high - low) / 5);
    for (let k = high; k >= low; k -= every) {
      const y = py(10 ** k);
      ctx.beginPath(); ctx.moveTo(left, y); ctx.lineTo(width - right, y); ctx.stroke();
      ctx.fillText(power(k), left - 5, y);
    }
    [ctx.textAlign, ctx.textBaseline] = ["center", "top"];
    for (const t of ticks(0, steps, 5)) ctx.fillText(t, Math.min(px(t), width - 12), height - bottom + 6);
    const lines = (canvas.lines ??= document.createElement("canvas")); // (to give it its size wipes it, too)
    [lines.width, lines.height] = [canvas.width, canvas.height];
    const pen = lines.getContext("2d");
    pen.setTransform(ctx.getTransform());
    pen.beginPath(); pen.rect(left - 1, top - 2, width - left - right + 3, height - top - bottom + 4); pen.clip();
    pen.lineJoin = "round";
    curves.forEach((curve, k) => {
      [pen.lineWidth, pen.globalAlpha] = [1.6, 0.9];
      const shown = columns(curve, 2 * width), lowest = 10 ** (low - 2);
      const point = (j) => [px(shown[j]), curve[shown[j]] >= 0 ? py(Math.max(curve[shown[j]], lowest)) : NaN];
      line(pen, point, 0, shown.length - 1, { width, height }, looks[k]);
      [pen.fillStyle, pen.strokeStyle, pen.lineWidth, pen.globalAlpha] = [looks[k].color, colors.low, 1, 1];
      for (let share = (k + 1) / (curves.length + 1); share < MARKED; share += 1) { // each at steps of its own
        const t = Math.round((share * steps) / MARKED), y = py(curve[t]);
        if (!(y >= top && y <= height - bottom)) continue;
        mark(pen, looks[k].marker, px(t), y, 4.5);
        pen.stroke();
        pen.fill();
      }
    });
    return { lines, px, top, height: height - bottom, step: (x) => ((x - left) / (width - left - right)) * steps };
  }

  /** The part of a chart up to a step, on the canvas above it, and a line at the step. */
  function uncover(canvas, drawn, step, colors) {
    const { ctx, width, height, ratio } = fitted(canvas), x = drawn.px(step);
    const upto = Math.min(Math.ceil((x + 1) * ratio), drawn.lines.width);
    if (upto > 0) ctx.drawImage(drawn.lines, 0, 0, upto, drawn.lines.height, 0, 0, upto / ratio, height);
    [ctx.strokeStyle, ctx.lineWidth] = [colors.faint, 1];
    ctx.beginPath(); ctx.moveTo(x, drawn.top); ctx.lineTo(x, drawn.height); ctx.stroke();
    return width;
  }

  /** A line and its marker, for the list of racers. */
  function swatch({ color, marker, line }) {
    const points = corners(marker, 5.5).map(([x, y]) => `${(16 + x).toFixed(1)},${(7 + y).toFixed(1)}`).join(" ");
    return `<svg class="race-swatch" viewBox="0 0 32 14" width="32" height="14" aria-hidden="true" style="color:${color}">` +
      `<line x1="1" y1="7" x2="31" y2="7" stroke-dasharray="${DASHES[line].join(" ")}"/><polygon points="${points}"/></svg>`;
  }

  return { chart, columns, contours, fitted, heads, projection, swatch, telling, trails, uncover };
})();
