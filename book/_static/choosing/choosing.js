// The tool of the chapter on choosing: a few questions, then a configuration for torch and the source of each value.
// Its page has the whole table in folds, one for each answer to the first question; what is shown is taken from there.
// answers.js hands over the questions: a node asks and has options, [text, node] each; a leaf has rows and code.

globalThis.OpteduChoosing = (tree) => {
  const { h } = OpteduPage;
  const root = document.querySelector(".optedu-choosing");
  const folds = [...root.querySelectorAll(":scope > details")];
  const form = h("form.choosing-form", { "aria-label": "Find a configuration", onsubmit: () => false });
  const status = h("p.choosing-status", { role: "status" }, "Answer the question, and the next one appears.");
  const result = h("div.choosing-result");
  root.prepend(form, status, result, h("p.choosing-all", {}, "The whole table, without questions:"));
  ask(tree, 0, []);

  /** A question below those that are answered; `taken` holds the options chosen so far, as numbers. */
  function ask(node, depth, taken) {
    const name = `choosing-${depth}`;
    const choices = node.options.map(([says, next], k) => h("label", {},
      h("input", { type: "radio", name, onchange: () => go(next, depth, [...taken, k]) }), h("span", {}, says)));
    form.append(h("fieldset", {}, h("legend", {}, node.asks), h("div.choosing-options", {}, choices)));
  }

  // What was asked below the answer goes; the field with the answer stays, and so does the keyboard's place.
  function go(next, depth, taken) {
    [...form.children].slice(depth + 1).forEach((below) => below.remove());
    result.replaceChildren();
    if (next.options) {
      ask(next, depth + 1, taken);
      status.textContent = next.asks;
    } else {
      show(next, folds[taken[0]]);
    }
    status.classList.toggle("visually-hidden", Boolean(next.options));
  }

  function show({ rows, code }, fold) {
    const lines = [...fold.querySelectorAll("tbody tr")];
    const body = h("tbody", {}, rows.map((k) => row(lines[k])));
    const head = h("thead", {}, h("tr", {}, ["value", "is", "source"].map((text) => h("th", { scope: "col" }, text))));
    const copied = h("button", { type: "button", onclick: () => copy(code, copied) }, "Copy");
    status.textContent = `${rows.length} values, each with its source, and a configuration for torch:`;
    result.append(
      h("div.choosing-values", { tabindex: 0, role: "region", "aria-label": "Values and sources" }, h("table.table", {}, head, body)),
      h("div.choosing-code", {}, copied, h("pre", { tabindex: 0, role: "region", "aria-label": "Configuration for torch" }, h("code", {}, code))),
    );
  }

  /** A row of the table, without its condition, and without what must be there only once. */
  function row(line) {
    const copy = line.cloneNode(true);
    copy.children[2].remove();
    for (const one of copy.querySelectorAll("[id]")) one.removeAttribute("id");
    return copy;
  }

  async function copy(code, button) {
    let done = true;
    try {
      await navigator.clipboard.writeText(code);
    } catch { // not allowed, or not there: the reader can still press the keys
      getSelection().selectAllChildren(result.querySelector("code"));
      done = document.execCommand("copy");
    }
    button.textContent = done ? "Copied" : "Selected";
  }
};
