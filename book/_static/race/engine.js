// The race without its page: addresses, noise, trajectories. No rule is written here: all of
// them, and the surfaces, are in rules.js, which is generated from the package.

globalThis.OpteduRace = (() => {
  const { entrants, courses, schedules, functions } = OpteduRules;
  const MOST_STEPS = 2000;
  const MOST_RACERS = 8;
  const SPEED = 40; // steps a second

  // ── What a race is ─────────────────────────────────────────────────────────────────

  const clamp = (x, low, high) => Math.min(Math.max(x, low), high);
  const defaults = (settings) => Object.fromEntries(settings.map((s) => [s.name, s.value]));

  /** A value that a slider can have, or the one it has when nothing is said. */
  function allowed(slider, value) {
    if (slider.scale === "flag") return value === true || value === "true" || value === 1 || value === "1";
    const x = Number(value);
    if (value === "" || !Number.isFinite(x)) return slider.value;
    if (slider.scale === "whole") return clamp(Math.round(x), slider.low, slider.high);
    return slider.scale === "zero" ? (x <= 0 ? 0 : clamp(x, slider.low, slider.high)) : clamp(x, slider.low, slider.high);
  }

  const settled = (settings, given) =>
    Object.fromEntries(settings.map((s) => [s.name, s.name in given ? allowed(s, given[s.name]) : s.value]));

  function racer(key, given = {}) {
    return { key, settings: settled(entrants[key].settings, given), tuned: !("lr" in given) };
  }

  /** The race on a course that has just been chosen: its line-up, each with its best rate. */
  function fresh(key) {
    const course = courses[key];
    const race = {
      course: key, settings: defaults(course.settings), start: [...course.start], noise: course.noise, seed: 1,
      steps: course.steps, schedule: "", speed: SPEED, at: null, racers: course.lineUp.split("/").map(parseRacer).filter(Boolean),
    };
    tune(race, race.racers.filter((r) => r.tuned));
    return race;
  }

  // ── Addresses: "quadratic;kappa=30;start=10,1;at=40/Adam;lr=0.3/momentum" ───────────

  function fields(text) {
    const [key, ...pairs] = text.split(";").map(decodeURIComponent);
    return [key, Object.fromEntries(pairs.map((pair) => [pair.split("=")[0], pair.split("=").slice(1).join("=")]))];
  }

  function parseRacer(text) {
    const [key, given] = fields(text);
    return Object.hasOwn(entrants, key) ? racer(key, given) : null;
  }

  /** The race that a text describes, or null. What it does not say, or says wrongly, is as on the course. */
  function parse(text) {
    try {
      const [first, ...rest] = text.replace(/^#?(race\/)?/, "").split("/");
      const [key, given] = fields(first);
      if (!Object.hasOwn(courses, key)) return null;
      const race = fresh(key);
      const number = (name, low, high) => {
        const x = Number(given[name]);
        if (given[name] && Number.isFinite(x)) race[name] = clamp(x, low, high);
      };
      race.settings = settled(courses[key].settings, given);
      const start = (given.start ?? "").split(",").map(Number);
      if (start.length === 2 && start.every(Number.isFinite)) race.start = start;
      number("noise", 0, 100);
      number("seed", 1, 99);
      number("steps", 10, MOST_STEPS);
      number("speed", 1, 1000);
      number("at", 0, race.steps);
      if (Object.hasOwn(schedules, given.schedule ?? "")) race.schedule = given.schedule;
      for (const name of ["seed", "steps", "at"]) race[name] &&= Math.round(race[name]);
      if (rest.length) race.racers = rest.map(parseRacer).filter(Boolean).slice(0, MOST_RACERS);
      tune(race, race.racers.filter((r) => r.tuned));
      return race;
    } catch {
      return null; // an address that was cut, or is not one of ours
    }
  }

  /** The text from which `parse` makes the same race. */
  function format(race) {
    const course = courses[race.course];
    const changed = (settings, now) =>
      settings.filter((s) => s.name === "lr" || now[s.name] !== s.value).map((s) => `${s.name}=${now[s.name]}`);
    const first = [race.course, ...changed(course.settings, race.settings), `start=${race.start.join(",")}`];
    if (race.noise !== course.noise) first.push(`noise=${race.noise}`);
    if (race.seed !== 1) first.push(`seed=${race.seed}`);
    if (race.steps !== course.steps) first.push(`steps=${race.steps}`);
    if (race.schedule) first.push(`schedule=${race.schedule}`);
    if (race.speed !== SPEED) first.push(`speed=${race.speed}`);
    if (race.at) first.push(`at=${race.at}`);
    const racers = race.racers.map((r) => [r.key, ...changed(entrants[r.key].settings, r.settings)].join(";"));
    return [first.join(";"), ...racers].join("/");
  }

  // ── Noise: the same for everyone, and for everyone who opens the address ────────────

  function normals(seed, count) {
    let state = seed >>> 0;
    const uniform = () => { // mulberry32
      state = (state + 0x6d2b79f5) | 0;
      let z = Math.imul(state ^ (state >>> 15), 1 | state);
      z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
      return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
    };
    return Float64Array.from({ length: count }, () =>
      Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()));
  }

  // ── Trajectories ───────────────────────────────────────────────────────────────────

  /** Settings as a rule takes them: "betas.0" and "betas.1" become one pair. */
  function nested(settings, fixed = {}) {
    const out = { ...fixed };
    for (const [name, value] of Object.entries(settings)) {
      const [key, k] = name.split(".");
      if (k === undefined) out[key] = value;
      else (out[key] ??= [])[k] = value;
    }
    return out;
  }

  /** Value and gradient of the race's surface, as functions of (x, y) and (x, y, t). */
  function surface(race) {
    const course = courses[race.course];
    const settings = { ...course.fixed, ...race.settings, third: 0 };
    const value = functions[course.value], gradient = functions[course.gradient];
    const lowest = value(...course.minimum, settings)[0];
    return {
      gap: (x, y) => value(x, y, settings)[0] - lowest, // above the minimum
      gradient: (x, y, t) => {
        settings.third = t % 3 === 1 ? 1 : 0;
        return gradient(x, y, settings);
      },
    };
  }

  /** By what the race's schedule multiplies the learning rate of step t = 1, 2, …: schedules count from 0. */
  function factor(race) {
    if (!race.schedule) return () => 1;
    const one = schedules[race.schedule], whole = (share) => Math.max(Math.round(share * race.steps), share ? 1 : 0);
    const settings = { warmup_steps: whole(one.warmup), decay_steps: whole(one.decay), total_steps: race.steps };
    return (t) => functions[one.factor](t - 1, settings)[0];
  }

  /** The rule of a racer for one number: (gradient, parameter, state, t) to [parameter, ...state]. */
  function stepper(one, times = () => 1) {
    const entrant = entrants[one.key];
    const settings = nested(one.settings, entrant.fixed);
    const usual = functions[Object.values(entrant.rule).at(-1)]; // with every state in being
    return (g, p, state, t) => {
      settings.t = entrant.fixed.t ?? t;
      settings.lr = one.settings.lr * times(t);
      if (!state.includes(null)) return usual(g, p, ...state, settings);
      const rule = functions[entrant.rule[state.map((s) => (s === null ? 0 : 1)).join("")]];
      return rule(g, p, ...state.filter((s) => s !== null), settings);
    };
  }

  function begin(one, p) {
    return Object.values(entrants[one.key].initial).map((v) =>
      v === "p" ? p : typeof v === "string" ? one.settings[v] : v);
  }

  let noised = {};
  /** The noise of a race, made once for all who meet it. */
  function noiseOf({ seed, steps }) {
    if (noised.seed !== seed || noised.steps !== steps) noised = { seed, steps, noise: normals(seed, 2 * steps) };
    return noised.noise;
  }

  /** Takes one racer through the race, and calls `told` after each step; returns the last that is a number. */
  function run(race, one, { gradient }, told) {
    const { box, window: w } = courses[race.course], far = 1e6 * Math.max(...w.map(Math.abs));
    const step = stepper(one, factor(race)), noise = noiseOf(race);
    let [x, y] = race.start, sx = begin(one, x), sy = begin(one, y);
    for (let t = 1; t <= race.steps; t++) {
      const g = gradient(x, y, t), [wasX, wasY] = [x, y];
      g[0] += race.noise * noise[2 * t - 2];
      g[1] += race.noise * noise[2 * t - 1];
      sx = step(g[0], x, sx, t);
      x = sx.shift(); // (what is left is the state; to take it apart by a pattern costs as much as the rule)
      sy = step(g[1], y, sy, t);
      y = sy.shift();
      if (box) [x, y] = [clamp(x, box[0], box[1]), clamp(y, box[2], box[3])];
      if (!(Math.abs(x) + Math.abs(y) < far)) return t - 1;
      told(t, x, y, g, sx, sy, wasX, wasY);
    }
    return race.steps;
  }

  /** Everything that happens to one racer, step by step. `last` is its last point that is a number. */
  function track(race, one) {
    const n = race.steps, ground = surface(race), [x0, y0] = race.start;
    const out = {
      x: new Float64Array(n + 1), y: new Float64Array(n + 1), gap: new Float64Array(n + 1).fill(NaN),
      rate: new Float64Array(n + 1).fill(NaN), gradients: [null], states: [[begin(one, x0), begin(one, y0)]], last: 0,
    };
    [out.x[0], out.y[0], out.gap[0]] = [x0, y0, ground.gap(x0, y0)];
    out.last = run(race, one, ground, (t, x, y, g, sx, sy, wasX, wasY) => {
      [out.x[t], out.y[t], out.gap[t]] = [x, y, ground.gap(x, y)];
      out.rate[t] = Math.hypot(x - wasX, y - wasY) / Math.hypot(g[0], g[1]);
      out.gradients.push(g);
      out.states.push([sx, sy]);
    });
    return out;
  }

  const known = new WeakMap();
  /** The tracks of all racers; of who meets the same race with the same settings, that of before. */
  function tracks(race) {
    const { course, settings, start, noise, seed, steps, schedule } = race;
    return race.racers.map((one) => {
      const key = JSON.stringify([course, settings, start, noise, seed, steps, schedule, one]);
      if (known.get(one)?.key !== key) known.set(one, { key, track: track(race, one) });
      return known.get(one).track;
    });
  }

  // ── The best rate, by trying ───────────────────────────────────────────────────────

  const RATES = Array.from({ length: 29 }, (_, k) => Number((10 ** (k / 4 - 5)).toPrecision(2)));

  /** How well it went: mean logarithm of the gap over the last fifth; lower is better. */
  function score(race, one) {
    const ground = surface(race), from = Math.floor(0.8 * race.steps);
    let sum = 0;
    const last = run(race, one, ground, (t, x, y) => { if (t >= from) sum += Math.log(ground.gap(x, y) + 1e-14); });
    return last < race.steps ? Infinity : sum / (race.steps + 1 - from);
  }

  /** The rate, of a grid with four to a decade, with which a racer ends lowest; waits after each to be gone on with. */
  function* tuning(race, one) {
    const scores = [];
    for (const lr of RATES) {
      scores.push(score(race, { ...one, settings: { ...one.settings, lr } }));
      yield;
    }
    const best = Math.min(...scores);
    return best < Infinity ? RATES[scores.findIndex((s) => s <= best + 1e-9)] : one.settings.lr;
  }

  /** Gives each of these racers that rate, at once. */
  function tune(race, racers = race.racers) {
    for (const one of racers) {
      const trials = tuning(race, one);
      let trial;
      do trial = trials.next(); while (!trial.done);
      one.settings.lr = trial.value;
    }
  }

  return { MOST_RACERS, MOST_STEPS, allowed, begin, clamp, factor, format, fresh, normals, parse, racer, stepper, surface, tracks, tune, tuning };
})();
