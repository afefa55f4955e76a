// Starts the drills or the quiz where a page has one, and says what both of them use.
// What is inside of <div class="optedu-drill"> or <div class="optedu-quiz"> is for those without scripts.

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

  document.addEventListener("DOMContentLoaded", async () => {
    for (const name of ["drill", "quiz"]) {
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

  return { BOOK, h, options, script, style, need, data, store };
})();
