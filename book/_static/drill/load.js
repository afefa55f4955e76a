// Starts the drills, the quiz or the bank where a page has one, and says what they use.
// What is inside of <div class="optedu-drill"> and its like is for those without scripts.

globalThis.OpteduPractice = (() => {
  const { STATIC, h, script, style, store } = OpteduPage;
  const BOOK = new URL("../book/", STATIC);
  const waiting = {}, known = {};

  const options = (pairs, chosen) => pairs.map(([value, text]) => {
    const option = h("option", { value }, text);
    option.selected = value === chosen;
    return option;
  });

  /** The data of a file in data/, which calls `data` when it is there. */
  function need(key) {
    known[key] ??= new Promise((done, failed) => {
      waiting[key] = done;
      script(`drill/data/${key}.js`).catch((error) => { delete known[key]; failed(error); });
    });
    return known[key];
  }
  const data = (key, value) => waiting[key](value);

  /** What this reader knows of the cards, and when each is due. */
  async function progress() {
    const [scheduler] = await Promise.all([need("scheduler"), script("drill/fsrs.js"), script("drill/progress.js")]);
    return OpteduProgress(store, OpteduFsrs(scheduler), scheduler.ratings);
  }

  const PARTS = { short: "In 30 seconds", deep: "In depth", listens: "Listens for", trap: "Trap" };

  /** The answer to a question, as elements. */
  function answer(texts, topic, id) {
    const more = texts.more.length ? [h("h3", {}, "Follow-ups"), h("ul", {}, texts.more.map((innerHTML) => h("li", { innerHTML })))] : [];
    return [
      ...Object.entries(PARTS).map(([key, name]) => h(`div.quiz-part.quiz-${key}`, {}, h("h3", {}, name), h("div.practice-text", { innerHTML: texts[key] }))),
      h("div.quiz-part", {}, ...more),
      h("p.practice-quiet", { innerHTML: texts.sources.length ? `Source: ${texts.sources.join("; ")}` : "" }),
      h("p.practice-quiet", {}, h("a", { href: new URL(`${texts.chapter}.html`, BOOK) }, "The chapter"), " · ",
        h("a", { href: new URL(`interview/bank/${topic}.html#${id}`, BOOK) }, "The question on the page of its topic")),
    ];
  }

  /** What is wrong in the code of a mistake, as elements. */
  const mistake = ({ says, right, chapter }) => [
    h("div.quiz-part", {}, h("h3", {}, "What it does"), h("div.practice-text", { innerHTML: says })),
    h("div.quiz-part", {}, h("h3", {}, "It should be"), h("div.practice-text", { innerHTML: right })),
    h("p.practice-quiet", {}, h("a", { href: new URL(`${chapter}.html`, BOOK) }, "The chapter")),
  ];

  document.addEventListener("DOMContentLoaded", async () => {
    for (const name of ["drill", "quiz", "bank"]) {
      const root = document.querySelector(`.optedu-${name}`);
      if (!root) continue;
      try {
        await Promise.all([style("drill/practice.css"), script(`drill/${name}.js`)]);
        await OpteduPractice[name](root);
        root.style.minHeight = "";
      } catch (error) {
        root.prepend(h("p", { role: "alert" }, `This page could not be started: ${error.message}.`));
      }
    }
  });

  return { BOOK, h, options, script, style, need, data, store, answer, mistake, progress };
})();
