// The bank: all questions in one list, by topic, level and chapter, and whether they were seen. An answer opens in place.

OpteduPractice.bank = async (root) => {
  const { h, options, need, store, answer, progress } = OpteduPractice;
  const { load } = await progress();
  const topics = [...root.querySelectorAll("section")], all = [...root.querySelectorAll("details")];
  const topicOf = (one) => one.parentElement.dataset.topic;
  const seen = new Set([...store.get("bank.seen", []), ...load().keys()]); // opened here, or answered in the quiz
  const wanted = { topic: "", level: "", chapter: "", seen: "" };

  const field = (label, name, pairs) => {
    const select = h("select", { onchange: () => { wanted[name] = select.value; show(); } }, options(pairs, ""));
    return [h("label", {}, h("span", {}, label), select), select];
  };
  const [topic, topicSelect] = field("Topic", "topic", [["", "All topics"], ...topics.map((one) => [one.dataset.topic, one.querySelector("h2").textContent])]);
  const [level] = field("Level", "level", [["", "All levels"], ...[...new Set(all.map((one) => one.dataset.level))].map((name) => [name, name])]);
  const [chapter, chapterSelect] = field("Chapter", "chapter", []);
  const [known] = field("Seen", "seen", [["", "Seen or not"], ["no", "Not yet seen"], ["yes", "Seen"]]);
  const count = h("p.practice-quiet", { role: "status" });
  const name = (path) => path.split("/")[1].replaceAll("_", " ");
  root.prepend(h("div.practice-bar", {}, topic, level, chapter, known), count);

  function show() {
    const inTopic = all.filter((one) => !wanted.topic || topicOf(one) === wanted.topic);
    const chapters = [...new Set(inTopic.map((one) => one.dataset.chapter))];
    if (!chapters.includes(wanted.chapter)) wanted.chapter = "";
    chapterSelect.replaceChildren(...options([["", "All chapters"], ...chapters.map((path) => [path, name(path)])], wanted.chapter));
    for (const one of all) {
      one.toggleAttribute("data-seen", seen.has(one.dataset.id));
      one.hidden = !(inTopic.includes(one) && [one.dataset.level, ""].includes(wanted.level) && [one.dataset.chapter, ""].includes(wanted.chapter)
        && (!wanted.seen || one.open || seen.has(one.dataset.id) === (wanted.seen === "yes")));
    }
    for (const one of topics) one.hidden = !one.querySelector("details:not([hidden])");
    const shown = all.filter((one) => !one.hidden), done = shown.filter((one) => seen.has(one.dataset.id)).length;
    count.textContent = `${shown.length} of ${all.length} questions${done ? `, ${done} of them seen` : ""}.`;
  }

  const changed = new Map();
  root.addEventListener("toggle", async ({ target }) => {
    if (!target.open || target.querySelector(".quiz-part")) return;
    const { id } = target.dataset, key = topicOf(target);
    try {
      const texts = (await need(`quiz-${key}`))[id];
      target.replaceChildren(target.querySelector("summary"), ...answer(texts, key, id));
      clearTimeout(changed.get(key)); // then, once for all that were opened, optedu.js makes wide formulas reachable
      changed.set(key, setTimeout(() => target.dispatchEvent(new Event("toggle"))));
    } catch { return; } // the way to the answer stays
    seen.add(id);
    store.set("bank.seen", [...new Set([...store.get("bank.seen", []), id])]);
    target.setAttribute("data-seen", "");
  }, true);

  // An address may name a topic: questions.html#adam
  function follow() {
    const asked = decodeURIComponent(location.hash.slice(1));
    if (topics.some((one) => one.dataset.topic === asked)) topicSelect.value = wanted.topic = asked;
    show();
  }
  addEventListener("hashchange", follow);
  follow();
};
