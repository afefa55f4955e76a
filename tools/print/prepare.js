// A page of the site as a chapter of a book: what proves, draws or runs is on the site; solutions come last.
// What a line can say stands at the end of the paragraph before it, not in one of its own.
([name, address]) => {
  const article = document.querySelector("article");
  article.dataset.page = name;
  const all = selector => [...article.querySelectorAll(selector)];
  const made = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  // Whoever links to a part of what is left out comes to what stands in its place.
  const instead = (element, line) => {
    for (const { id } of element.querySelectorAll("[id]:not(mjx-container *, svg *)")) line.append(made("span", { id }));
    if (element.id) line.id = element.id;
    element.replaceWith(line);
  };
  // The same at the end of the paragraph before, if there is one.
  const beside = (element, ...children) => {
    const before = element.previousElementSibling;
    instead(element, made(before?.matches("p:not(.elsewhere)") ? "span" : "p", { className: "elsewhere" }, ...children));
    const line = before?.nextElementSibling;
    if (line?.matches("span.elsewhere")) before.append(" ", line);
  };
  const site = (what, id) => made("a", { href: id ? `${address}#${id}` : address }, what);
  all("script, style, button, .run, .headerlink, .live-predict, #jb-print-docs-body, summary .expanded").forEach(e => e.remove());
  for (const widget of all(".optedu-race, .optedu-drill, .optedu-quiz, .zoo-compare"))
    instead(widget, made("p", { className: "elsewhere" }, "This runs in the page: ", site(address)));
  for (const chip of all("details.evidence")) beside(chip, site(chip.querySelector("summary").textContent.trim(), chip.id), " on the site.");
  for (const figure of all("figure.live > figcaption")) figure.append(" ", made("span", { className: "elsewhere" }, site("To move it"), ", see the site."));
  // A recipe is a table; the same recipe as code, once for each choice, is for those who copy it.
  for (const recipe of all(".optedu-choosing details")) {
    const [, table, ...code] = recipe.children;
    code.forEach(e => e.remove());
    table.after(made("p", { className: "elsewhere" }, "As code, for each choice: ", site(address)));
  }
  // Puzzles repeat what was asked, which its exercise says.
  for (const fold of all("details")) if (fold.querySelector("summary")?.textContent.trim() === "What was asked") beside(fold, site("What was asked"), " is on the site.");
  // Formulas read from the source of every optimizer: each chapter prints its rule, the site shows any two.
  if (name === "book/reference/zoo") {
    const formulas = document.getElementById("the-formulas-of-each");
    if (formulas) instead(formulas, made("p", { className: "elsewhere" }, "The formulas of each: ", site(address, formulas.id)));
  }
  // A number has its derivation in words next to it; the code that computes it, and all of them once more, stay away.
  if (name === "book/interview/numbers") {
    all("details div.highlight-python").forEach(e => e.remove());
    const table = document.getElementById("all-of-them")?.querySelector(".cell");
    if (table) instead(table, made("p", { className: "elsewhere" }, "The table of all: ", site(address, "all-of-them")));
  }
  // The bank is looked up: a question, the answer for 30 seconds, the one in depth, and the trap.
  if (name.startsWith("book/interview/bank/")) {
    for (const answer of all("section section details")) {
      for (const part of answer.querySelectorAll(":scope > p")) {
        const lead = part.firstElementChild?.textContent ?? "";
        if (lead === "Follow-ups." && part.nextElementSibling?.matches("ul")) part.nextElementSibling.remove();
        if (/^(Listens for|Follow-ups|Source)[.:]$/.test(lead) || part.textContent.trim() === "The chapter") part.remove();
      }
    }
    const [first, quiz] = article.querySelectorAll("section > h1 ~ p");
    const count = all("h3").length;
    first.replaceChildren(`${count} question${count > 1 ? "s" : ""} with short and deep answers; every number in an answer is computed by code that runs as a test. What an interviewer listens for, follow-up questions and sources are `, site("on the site"), ".");
    quiz.remove();
  }
  // A chapter asks, and the part "Interview" answers, or every answer would stand in the book twice.
  if (!name.startsWith("book/interview/")) {
    const asked = all("#interview-questions details");
    for (const fold of asked) instead(fold, made("p", { className: "asked" }, ...fold.querySelector("summary").childNodes));
    if (asked.length) document.getElementById("interview-questions").append(made("p", {}, "The answers stand in the part Interview, by topic."));
  }
  const exercises = document.getElementById("exercises");
  const solutions = made("section", { id: "solutions" }, made("h2", {}, "Solutions"));
  for (const fold of exercises?.querySelectorAll("details") ?? []) {
    if (fold.querySelector("summary")?.textContent.trim() !== "Solution") continue;
    let asked = fold.previousElementSibling;
    while (asked && !/^\d/.test(asked.querySelector(":scope > strong:first-child")?.textContent)) asked = asked.previousElementSibling;
    const [id, back] = ["", "-asked"].map(what => `solution-${solutions.children.length}${what}`);
    const code = [];
    for (let next = fold.nextElementSibling; next?.matches(".cell.tag_hide-cell"); next = next.nextElementSibling) code.push(next);
    const label = asked?.querySelector("strong").textContent ?? `${solutions.children.length}.`;
    // What was computed or derived is said in words; the code that confirms it is evidence.
    if (/compute|derive|explain/.test(label) && fold.querySelector("p")) code.splice(0).forEach(e => e.remove());
    const one = made("div", { id, className: "solution" }, made("p", {}, made("a", { href: `#${back}` }, made("strong", {}, label))));
    const kept = [...fold.childNodes].filter(e => !e.matches?.("summary"));
    one.append(...kept, ...code);
    beside(fold, made("a", { id: back, href: `#${id}` }, "Solution"));
    for (const cell of one.querySelectorAll("details.above-input")) {
      cell.querySelector("summary").remove();
      cell.replaceWith(...cell.childNodes);
    }
    solutions.append(one);
  }
  if (solutions.children.length > 1) exercises.parentElement.append(solutions);
  for (const code of all("details.above-input")) instead(code, made("span", {}));
  for (const panel of all("svg.live-panel")) panel.setAttribute("role", "img");
  for (const image of document.images) image.loading = "eager";
}
