// What a reader knows: read, merged and kept in the format that the terminal has, too (optedu/drill/questions/progress.py).
// { format: 2, cards: { id: { due, last_review, stability, difficulty, rating, times, mistake } } }

globalThis.OpteduProgress = (store, review, ratings) => {
  const FORMAT = 2, READ = [1, 2], KEY = "progress", OLD = "quiz"; // the quiz of 0.2.0 kept { id: { rating, times, at } }
  const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
  const STABLE = 1e9;
  const iso = (time) => new Date(time).toISOString();
  const time = (date) => (date === null ? -Infinity : Date.parse(date));

  function date(text) {
    if (text === null || text === undefined) return null;
    if (!DATE.test(text) || typeof text !== "string") throw new TypeError("not a date");
    return iso(text);
  }
  function number(value) {
    if (value === null || value === undefined) return null;
    if (typeof value !== "number" || !Number.isFinite(value)) throw new TypeError("not a number");
    return value;
  }

  /** What an entry says, or null if it is damaged. */
  function record(entry) {
    try {
      const [due, last, mistake] = [date(entry.due), date(entry.last_review), date(entry.mistake)];
      const [stability, difficulty] = [number(entry.stability), number(entry.difficulty)];
      const rating = entry.rating ?? null, times = entry.times === undefined ? Number(last !== null) : entry.times;
      if (due === null || (rating !== null && !ratings.includes(rating)) || !Number.isInteger(times) || times < 0) return null;
      if (last === null) return { due, last_review: null, stability: null, difficulty: null, rating: null, times: 0, mistake };
      if (stability === null || difficulty === null || !(stability > 0 && stability <= STABLE && difficulty >= 1 && difficulty <= 10)) return null;
      return { due, last_review: last, stability, difficulty, rating, times, mistake };
    } catch { return null; }
  }

  /** Cards by id, and the ids of damaged ones. */
  function read(text) {
    let content = null;
    try { content = JSON.parse(text); } catch { /* told below */ }
    const { format, cards } = content ?? {};
    if (!Number.isInteger(format) || cards === null || typeof cards !== "object" || Array.isArray(cards)) {
      throw new Error("it holds no progress of optedu, or is damaged");
    }
    if (!READ.includes(format)) throw new Error(`it has format ${format}, this page reads ${FORMAT}`);
    const found = Object.entries(cards).map(([id, entry]) => [id, record(entry)]);
    return { cards: new Map(found.filter(([, one]) => one)), damaged: found.filter(([, one]) => !one).map(([id]) => id) };
  }
  const written = (cards) => `${JSON.stringify({ format: FORMAT, cards: Object.fromEntries(cards) }, null, 1)}\n`;

  // ── Two become one ─────────────────────────────────────────────────────────────────

  /** By the last review; of two at one time any will do, if only it is always the same. */
  function isLater(one, other) {
    const age = (r) => [time(r.last_review), r.stability ?? 0, r.difficulty ?? 0, r.times, r.rating ?? ""];
    const [a, b] = [age(one), age(other)], k = a.findIndex((x, i) => x !== b[i]);
    return k < 0 || a[k] > b[k];
  }
  /** The newer review counts; a mistake made since then makes the card due. */
  function newer(one, other) {
    const [late, early] = isLater(one, other) ? [one, other] : [other, one];
    const made = [late.mistake, early.mistake].filter((m) => m && time(m) > time(late.last_review)).sort().at(-1) ?? null;
    const due = [late.due, ...(made ? [made] : []), ...(late.last_review === early.last_review ? [early.due] : [])];
    return { ...late, due: iso(Math.min(...due.map(time))), times: Math.max(late.times, early.times), mistake: made };
  }
  function merged(one, other) {
    const both = new Map(one);
    for (const [id, card] of other) both.set(id, both.has(id) ? newer(both.get(id), card) : card);
    return both;
  }

  // ── One card ───────────────────────────────────────────────────────────────────────

  const fresh = (now) => ({ due: iso(now), last_review: null, stability: null, difficulty: null, rating: null, times: 0, mistake: null });
  function rated(card, rating, now) {
    const { stability, difficulty, last_review: last } = card;
    const { due, ...state } = review({ stability, difficulty, last: last && time(last) }, rating, now);
    return { due: iso(due), last_review: iso(now), ...state, rating: ratings[rating - 1], times: card.times + 1, mistake: null };
  }
  function mistaken(card, now) {
    return { ...(card ?? fresh(now)), due: iso(Math.min(card ? time(card.due) : now, now)), mistake: iso(now) };
  }

  /** The ratings of 0.2.0: each is a first review at its time. */
  function ofOld(entries) {
    const found = new Map();
    for (const [id, one] of Object.entries(entries ?? {})) {
      try {
        if ([1, 2, 3, 4].includes(one.rating)) found.set(id, { ...rated(fresh(0), one.rating, time(date(one.at))), times: Number(one.times) || 1 });
      } catch { /* it had no date */ }
    }
    return found;
  }

  // ── What this browser keeps ────────────────────────────────────────────────────────

  /** Read anew each time: another page may have changed it. */
  function load() {
    const text = store.text(KEY);
    if (text === null) return new Map();
    try {
      const { cards, damaged } = read(text);
      if (damaged.length) store.put(`${KEY}.damaged`, text);
      return cards;
    } catch (error) {
      if (/format/.test(error.message)) throw new Error(`your progress was written by a newer page; load this one anew (${error.message})`);
      store.put(`${KEY}.damaged`, text);
      return new Map();
    }
  }
  function change(how) {
    const cards = how(load());
    return { cards, kept: store.put(KEY, written(cards)) };
  }

  const old = store.get(OLD, null);
  if (old && change((cards) => merged(cards, ofOld(old))).kept) store.remove(OLD);

  return {
    read, written, merged, newer, record, load,
    rate: (id, rating, now = Date.now()) => change((cards) => cards.set(id, rated(cards.get(id) ?? fresh(now), rating, now))),
    mistake: (ids, now = Date.now()) => change((cards) => { ids.forEach((id) => cards.set(id, mistaken(cards.get(id), now))); return cards; }),
    export: () => written(load()),
    import(text) {
      const { cards, damaged } = read(text);
      return { ...change((mine) => merged(mine, cards)), count: cards.size, damaged };
    },
    forget() { [KEY, `${KEY}.damaged`, OLD].forEach(store.remove); },
  };
};
