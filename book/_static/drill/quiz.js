// The quiz: questions of the bank, one at a time, and what the reader thinks of the answer.

OpteduPractice.quiz = async (root) => {
  const { h, options, need, store } = OpteduPractice;
  const { levels, ratings, topics } = await need("quizzes");
  const ORDERS = { weak: "weak and new ones first", book: "in the order of the book", chance: "by chance" };
  const all = Object.entries(topics).flatMap(([topic, { questions }]) => questions.map(([id, level]) => ({ id, level, topic })));
  let history = store.get("quiz", {}); // id → { rating, times, at }
  const wanted = { topic: "", level: "", order: "weak", ...store.get("quiz.choice", {}) };
  if (!(wanted.topic in topics)) wanted.topic = ""; // topics come and go
  let queue = [], current = null, revealed = false;

  // ── What is there ──────────────────────────────────────────────────────────────────

  const field = (label, name, pairs) => {
    const select = h("select", { onchange: () => { choose({ [name]: select.value }); } }, options(pairs, wanted[name]));
    return [h("label", {}, h("span", {}, label), select), select];
  };
  const [topicField, topicSelect] = field("Topic", "topic", [["", "All topics"], ...Object.entries(topics).map(([key, { title }]) => [key, title])]);
  const [levelField, levelSelect] = field("Level", "level", [["", "All levels"], ...levels.map((level) => [level, level])]);
  const [orderField, orderSelect] = field("Order", "order", Object.entries(ORDERS));
  const meter = h("div.quiz-meter", { "aria-hidden": "true" });
  const counts = h("p.practice-quiet");
  const facts = h("p.practice-facts");
  const question = h("h2.practice-title.quiz-question", { tabindex: -1 });
  const reveal = h("button.practice-main", { type: "button", onclick: show }, "Show the answer ", h("kbd", {}, "Space"));
  const skip = h("button.quiet", { type: "button", onclick: () => next() }, "Skip ", h("kbd", {}, "S"));
  const answer = h("div.quiz-answer", { tabindex: -1, role: "region", "aria-label": "Answer", hidden: true });
  const rates = h("div.quiz-rates", { role: "group", "aria-label": "How was your answer?", hidden: true },
    ratings.map((rating, k) => h(`button.quiz-${rating}`, { type: "button", onclick: () => rate(k + 1) }, `${rating} `, h("kbd", {}, String(k + 1)))));
  const status = h("p.visually-hidden", { role: "status" });
  const forget = h("button.quiet", { type: "button", onclick: forgetAll }, "Forget my progress");
  const card = h("section.practice-panel.quiz-card", { "aria-label": "Question" }, facts, question, h("div.practice-row", {}, reveal, skip), answer, rates);
  root.replaceChildren(h("div.practice-bar", {}, topicField, levelField, orderField), meter, counts, card, status,
    h("div.practice-row.quiz-foot", {}, forget));

  // ── Which questions, and in which order ────────────────────────────────────────────

  const chosen = () => all.filter((q) => (!wanted.topic || q.topic === wanted.topic) && (!wanted.level || q.level === wanted.level));
  const rank = (q) => [2, 0, 1, 3, 4][history[q.id]?.rating ?? 0]; // again, hard, new, good, easy

  function round() {
    const found = chosen();
    if (wanted.order === "weak") found.sort((a, b) => rank(a) - rank(b)); // sort is stable
    if (wanted.order === "chance") {
      for (let k = found.length - 1; k > 0; k--) {
        const j = Math.floor(Math.random() * (k + 1));
        [found[k], found[j]] = [found[j], found[k]];
      }
    }
    return found;
  }

  function choose(change, focus = false) {
    Object.assign(wanted, change);
    store.set("quiz.choice", wanted);
    queue = round();
    next(focus);
  }

  async function next(focus = true) {
    const one = queue.shift() ?? null;
    current = one;
    revealed = false;
    answer.hidden = rates.hidden = true;
    progress();
    reveal.hidden = skip.hidden = !one;
    if (!one) {
      facts.replaceChildren();
      const none = !chosen().length;
      question.textContent = none ? "There is no such question." : "That was the last one of this choice.";
      answer.replaceChildren(none ? h("p", {}, "Choose another level.") : h("button.practice-main", { type: "button", onclick: () => choose({}, true) }, "Once more"));
      answer.hidden = false;
      if (focus) question.focus();
      return;
    }
    const texts = (await need(`quiz-${one.topic}`))[one.id];
    if (current !== one) return; // the reader was faster
    one.texts = texts;
    const before = history[one.id];
    facts.replaceChildren(h("span", {}, topics[one.topic].title), h("span", {}, one.level),
      ...(before ? [h("span", {}, `last time: ${ratings[before.rating - 1]}`)] : []));
    question.innerHTML = texts.question;
    if (focus) question.focus({ preventScroll: true });
    if (focus && card.getBoundingClientRect().top < 0) card.scrollIntoView({ block: "start" });
  }

  // ── The answer ─────────────────────────────────────────────────────────────────────

  function show() {
    if (revealed || !current?.texts) return;
    revealed = true;
    answer.replaceChildren(...OpteduPractice.answer(current.texts, current.topic, current.id));
    answer.hidden = rates.hidden = false;
    reveal.hidden = skip.hidden = true;
    answer.focus({ preventScroll: true });
  }

  function rate(value) {
    if (!revealed || !current) return;
    const { id } = current;
    // Another tab may have rated meanwhile.
    history = { ...store.get("quiz", history), [id]: { rating: value, times: (history[id]?.times ?? 0) + 1, at: new Date().toISOString() } };
    store.set("quiz", history);
    if (value === 1) queue.push(current); // not known: it comes again at the end
    status.textContent = `${ratings[value - 1]}. ${queue.length} more in this round.`;
    next();
  }

  function progress() {
    const found = chosen(), of = (k) => found.filter((q) => (history[q.id]?.rating ?? 0) === k).length;
    const numbers = [4, 3, 2, 1].map((k) => [ratings[k - 1], of(k)]);
    meter.replaceChildren(...numbers.map(([name, n]) => h(`span.quiz-${name}`, { style: `flex-grow: ${n}` })), h("span", { style: `flex-grow: ${of(0)}` }));
    const said = numbers.filter(([, n]) => n).map(([name, n]) => `${n} ${name}`);
    counts.textContent = `${found.length} questions: ${[...said, `${of(0)} new`].join(", ")}. ${queue.length + (current ? 1 : 0)} in this round.`;
    forget.hidden = !Object.keys(history).length;
  }

  function forgetAll() {
    if (!window.confirm("Forget all ratings of this quiz?")) return;
    history = {};
    store.remove("quiz");
    choose({}, true);
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
    if (!(topic in topics) && topic !== "all") return {};
    return { topic: topic === "all" ? "" : topic, level: levels.includes(level) ? level : "" };
  }
  function follow(focus) {
    choose(fromAddress(), focus);
    for (const [select, name] of [[topicSelect, "topic"], [levelSelect, "level"], [orderSelect, "order"]]) select.value = wanted[name];
  }
  window.addEventListener("hashchange", () => { if (fromAddress().topic !== undefined) follow(true); });
  follow(false);
};
