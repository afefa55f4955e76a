// A page of the site as a chapter of a book: what proves, draws or runs is on the site; solutions come last.
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
  all("script, style, button, .run, .headerlink, .live-predict, #jb-print-docs-body, summary .expanded").forEach(e => e.remove());
  for (const widget of all(".optedu-race, .optedu-drill, .optedu-quiz"))
    instead(widget, made("p", { className: "elsewhere" }, "This runs in the page: ", made("a", { href: address }, address)));
  for (const chip of all("details.evidence")) {
    const link = made("a", { href: `${address}#${chip.id}` }, chip.querySelector("summary").textContent.trim());
    instead(chip, made("p", { className: "elsewhere" }, link, " on the site"));
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
    const one = made("div", { id, className: "solution" }, made("p", {}, made("a", { href: `#${back}` }, made("strong", {}, label))));
    fold.replaceWith(made("p", { id: back, className: "elsewhere" }, made("a", { href: `#${id}` }, "Solution")));
    fold.querySelector("summary").remove();
    one.append(...fold.childNodes, ...code);
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
