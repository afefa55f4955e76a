// The quiz: questions of the bank, one at a time, and what the reader thinks of the answer.

OpteduPractice.quiz = async (root) => {
  const { h, options, need, store } = OpteduPractice;
  const [{ levels, topics, mistakes }, { ratings, early, round: SIZE }, progress] = await Promise.all([need("quizzes"), need("scheduler"), OpteduPractice.progress()]);
  const ORDERS = { due: "due ones, then new ones", book: "in the order of the book", chance: "by chance" };
  const OWN = "mistakes", HOUR = 3_600_000;
  const bank = Object.entries(topics).flatMap(([topic, { questions }]) => questions.map(([id, level]) => ({ id, level, topic })));
  const titleOf = (topic) => (topic === OWN ? "Your mistakes" : topics[topic].title);
  let cards = progress.load(); // id → what is known of it
  const wanted = { topic: "", level: "", order: "due", ...store.get("quiz.choice", {}) };
  if (!(wanted.topic in topics) && wanted.topic !== OWN) wanted.topic = ""; // topics come and go
  if (!(wanted.order in ORDERS)) wanted.order = "due";
  let queue = [], rest = [], current = null, revealed = false, done = 0;

  // ── What is there ──────────────────────────────────────────────────────────────────

  const field = (label, name, pairs) => {
    const select = h("select", { onchange: () => { choose({ [name]: select.value }); } }, options(pairs, wanted[name]));
    return [h("label", {}, h("span", {}, label), select), select];
  };
  const [topicField, topicSelect] = field("Topic", "topic", [["", "All topics"], ...[...Object.keys(topics), OWN].map((key) => [key, titleOf(key)])]);
  const [levelField, levelSelect] = field("Level", "level", [["", "All levels"], ...levels.map((level) => [level, level])]);
  const [orderField, orderSelect] = field("Order", "order", Object.entries(ORDERS));
  const meter = h("div.quiz-meter", { "aria-hidden": "true" });
  const counts = h("p.practice-quiet");
  const facts = h("p.practice-facts");
  const question = h("h2.practice-title.quiz-question", { tabindex: -1 });
  const code = h("div.practice-text");
  const reveal = h("button.practice-main", { type: "button", onclick: show }, "Show the answer ", h("kbd", {}, "Space"));
  const skip = h("button.quiet", { type: "button", onclick: () => next() }, "Skip ", h("kbd", {}, "S"));
  const answer = h("div.quiz-answer", { tabindex: -1, role: "region", "aria-label": "Answer", hidden: true });
  const rates = h("div.quiz-rates", { role: "group", "aria-label": "How was your answer?", hidden: true },
    ratings.map((rating, k) => h(`button.quiz-${rating}`, { type: "button", onclick: () => rate(k + 1) }, `${rating} `, h("kbd", {}, String(k + 1)))));
  const status = h("p.visually-hidden", { role: "status" });
  const told = h("p.practice-quiet", { role: "status" });
  const file = h("input", { type: "file", accept: ".json,application/json", hidden: true, onchange: take });
  const save = h("button.quiet", { type: "button", onclick: give }, "Save my progress to a file");
  const open = h("button.quiet", { type: "button", onclick: () => file.click() }, "Read progress from a file");
  const forget = h("button.quiet", { type: "button", onclick: forgetAll }, "Forget my progress");
  const card = h("section.practice-panel.quiz-card", { "aria-label": "Question" }, facts, question, code, h("div.practice-row", {}, reveal, skip), answer, rates);
  root.replaceChildren(h("div.practice-bar", {}, topicField, levelField, orderField), meter, counts, card, status,
    told, h("div.practice-row.quiz-foot", {}, save, open, file, forget));

  // ── Which questions, and in which order ────────────────────────────────────────────

  /** The questions, and those mistakes of the reader that the catalogue still has. */
  function all() {
    const own = [...cards.keys()].map((id) => id.split("/")).filter(([kind, of, bug]) => kind === "bug" && mistakes[of]?.bugs.includes(bug));
    return [...bank, ...own.map((parts) => ({ id: parts.join("/"), level: mistakes[parts[1]].level, topic: OWN }))];
  }
  const chosen = () => all().filter((q) => (!wanted.topic || q.topic === wanted.topic) && (!wanted.level || q.level === wanted.level));
  const dueAt = ({ id }) => Date.parse(cards.get(id).due);
  const seen = ({ id }) => cards.has(id);
  /** A daily session may come a little earlier, as in the terminal. */
  const isDue = (q) => seen(q) && dueAt(q) - Date.now() <= early * HOUR;

  function inOrder() {
    const found = chosen();
    if (wanted.order === "due") {
      const byLevel = (a, b) => levels.indexOf(a.level) - levels.indexOf(b.level); // sort is stable
      return [...found.filter(isDue).sort((a, b) => dueAt(a) - dueAt(b)), ...found.filter((q) => !seen(q)).sort(byLevel)];
    }
    if (wanted.order === "chance") {
      for (let k = found.length - 1; k > 0; k--) {
        const j = Math.floor(Math.random() * (k + 1));
        [found[k], found[j]] = [found[j], found[k]];
      }
    }
    return found;
  }
  function round(from) {
    rest = from;
    queue = rest.splice(0, SIZE);
    done = 0;
  }

  function choose(change, focus = false) {
    Object.assign(wanted, change);
    store.set("quiz.choice", wanted);
    round(inOrder());
    next(focus);
  }
  function goOn() {
    round(wanted.order === "due" ? inOrder() : rest); // what was skipped is still due
    next();
  }

  async function next(focus = true) {
    const one = queue.shift() ?? null;
    current = one;
    revealed = false;
    answer.hidden = rates.hidden = true;
    tally();
    reveal.hidden = skip.hidden = !one;
    code.replaceChildren();
    if (!one) return atTheEnd(focus);
    const [, of, bug] = one.id.split("/");
    const texts = one.topic === OWN ? (await need(`mistakes-${of}`))[bug] : (await need(`quiz-${one.topic}`))[one.id];
    if (current !== one) return; // the reader was faster
    one.texts = texts;
    const before = cards.get(one.id)?.rating;
    facts.replaceChildren(h("span", {}, titleOf(one.topic)), h("span", {}, one.level), ...(before ? [h("span", {}, `last time: ${before}`)] : []));
    question.innerHTML = texts.question;
    code.innerHTML = texts.code ?? "";
    if (focus) question.focus({ preventScroll: true });
    if (focus && card.getBoundingClientRect().top < 0) card.scrollIntoView({ block: "start" });
  }

  function atTheEnd(focus) {
    const found = chosen(), more = wanted.order === "due" ? inOrder() : rest;
    const later = found.filter(seen).map(dueAt).sort((a, b) => a - b)[0];
    const button = (text, onclick) => h("button.practice-main", { type: "button", onclick }, text);
    facts.replaceChildren();
    question.textContent = done ? "That was the last one of this round." : found.length ? "Nothing is due." : wanted.topic === OWN ? "There is no mistake of yours here." : "There is no such question.";
    answer.replaceChildren(...!found.length ? [h("p", {}, wanted.topic === OWN ? "A mistake that the drills find becomes a card." : "Choose another level.")]
      : more.length ? [button(`The next ${Math.min(SIZE, more.length)}`, goOn)]
        : wanted.order === "due" ? [h("p", {}, `The next card is due on ${new Date(later).toLocaleDateString("en-CA")}.`), button("Ten by chance", () => { orderSelect.value = "chance"; choose({ order: "chance" }, true); })]
          : [button("Once more", () => choose({}, true))]);
    answer.hidden = false;
    if (focus) question.focus();
  }

  // ── The answer ─────────────────────────────────────────────────────────────────────

  function show() {
    if (revealed || !current?.texts) return;
    revealed = true;
    answer.replaceChildren(...(current.topic === OWN ? OpteduPractice.mistake(current.texts) : OpteduPractice.answer(current.texts, current.topic, current.id)));
    answer.hidden = rates.hidden = false;
    reveal.hidden = skip.hidden = true;
    answer.focus({ preventScroll: true });
  }

  function rate(value) {
    if (!revealed || !current) return;
    const { id } = current;
    const result = progress.rate(id, value); // reads anew: another tab may have rated meanwhile
    cards = result.cards;
    if (!result.kept) told.textContent = "This browser keeps nothing for this page: save your progress to a file before you leave.";
    done += 1;
    if (value === 1) queue.push(current); // not known: it comes again at the end
    status.textContent = `${ratings[value - 1]}. ${queue.length} more in this round.`;
    next();
  }

  function tally() {
    const found = chosen(), fresh = found.filter((q) => !cards.get(q.id)?.last_review).length;
    // Of cards from before ratings were written down it is only known that they were seen.
    const numbers = [...ratings].reverse().map((name) => [name, found.filter((q) => cards.get(q.id)?.rating === name).length]);
    numbers.push(["seen", found.length - fresh - numbers.reduce((sum, [, n]) => sum + n, 0)]);
    const due = found.filter(isDue).length;
    meter.replaceChildren(...numbers.map(([name, n]) => h(`span.quiz-${name}`, { style: `flex-grow: ${n}` })), h("span", { style: `flex-grow: ${fresh}` }));
    const said = numbers.filter(([, n]) => n).map(([name, n]) => `${n} ${name}`);
    counts.textContent = `${found.length} questions: ${[...said, `${fresh} new`].join(", ")}. ${due} due. ${queue.length + (current ? 1 : 0)} in this round.`;
    save.hidden = forget.hidden = !cards.size;
  }

  function forgetAll() {
    if (!window.confirm("Forget all ratings of this quiz?")) return;
    progress.forget();
    cards = progress.load();
    told.textContent = "Forgotten.";
    choose({}, true);
  }

  // ── Progress as a file, which the terminal reads and writes, too ───────────────────

  function give() {
    const address = URL.createObjectURL(new Blob([progress.export()], { type: "application/json" }));
    h("a", { href: address, download: "optedu-progress.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    told.textContent = `Saved: ${cards.size} cards.`;
  }
  async function take() {
    const [one] = file.files;
    if (!one) return;
    try {
      const { cards: now, count, damaged, kept } = progress.import(await one.text());
      cards = now;
      told.textContent = `Read: ${count} cards.${damaged.length ? ` Skipped, for they are damaged: ${damaged.join(", ")}.` : ""}${kept ? "" : " This browser keeps nothing for this page."}`;
      choose({});
    } catch (error) {
      told.textContent = `${one.name} was not read: ${error.message}. Nothing was changed.`;
    }
    file.value = "";
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable]")) return;
    const onControl = event.target.closest("button, a, summary");
    if (event.key === " " && !revealed && current && !onControl) show();
    else if (revealed && /^[1-4]$/.test(event.key)) rate(Number(event.key));
    else if (event.key.toLowerCase() === "s" && current && !revealed) next();
    else return;
    event.preventDefault();
  });

  // An address may name a topic, and a level: quiz.html#adam/senior
  function fromAddress() {
    const [topic, level] = decodeURIComponent(location.hash.slice(1)).split("/");
    if (!(topic in topics) && topic !== "all" && topic !== OWN) return {};
    return { topic: topic === "all" ? "" : topic, level: levels.includes(level) ? level : "" };
  }
  function follow(focus) {
    choose(fromAddress(), focus);
    for (const [select, name] of [[topicSelect, "topic"], [levelSelect, "level"], [orderSelect, "order"]]) select.value = wanted[name];
  }
  window.addEventListener("hashchange", () => { if (fromAddress().topic !== undefined) follow(true); });
  follow(false);
};
