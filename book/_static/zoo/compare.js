// Two optimizers of the zoo side by side: their lines aligned, and what differs marked. rows.js hands over the data.
// What shows a pair writes text and needs no page: it also made the pair that stands there before a choice
// (tools/site/generated/zoo.py). A formula is [tag, ...children], its leaves are text.

globalThis.OpteduZoo = (() => {
  const escape = (text) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);

  /** A longest common subsequence of two lists of keys: pairs of places, in order. */
  function common(x, y) {
    const best = Array.from({ length: x.length + 1 }, () => new Array(y.length + 1).fill(0));
    for (let i = x.length; i-- > 0;) {
      for (let j = y.length; j-- > 0;) {
        best[i][j] = x[i] === y[j] ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
      }
    }
    const pairs = [];
    for (let i = 0, j = 0; i < x.length && j < y.length;) {
      if (x[i] === y[j]) pairs.push([i++, j++]);
      else if (best[i + 1][j] >= best[i][j + 1]) i += 1;
      else j += 1;
    }
    return pairs;
  }

  /** Rows [how, left, right]: what agrees by the first key is the same, by the next one changed; the rest is alone. */
  function align(a, b, [key, ...looser], how = "same") {
    if (!key) return Array.from({ length: Math.max(a.length, b.length) }, (_, n) => ["alone", a[n], b[n]]);
    const rows = [];
    let [i, j] = [0, 0];
    for (const [k, l] of [...common(a.map(key), b.map(key)), [a.length, b.length]]) {
      rows.push(...align(a.slice(i, k), b.slice(j, l), looser, "changed"));
      if (k < a.length) rows.push([how, a[k], b[l]]);
      [i, j] = [k + 1, l + 1];
    }
    return rows;
  }

  // Formulas

  const PLACED = ["mfrac", "msup", "msub", "msubsup", "mover"]; // their children mean something by their place
  const write = (tree) => (Array.isArray(tree)
    ? `<${tree[0]}>${tree.slice(1).map(write).join("")}</${tree[0].split(" ")[0]}>` : tree);
  const marked = (tree) => write(tree).replace(/^<([a-z]+)/, '<$1 class="zoo-part"');
  const kind = (tree) => (Array.isArray(tree) ? tree[0] : Symbol("leaf"));

  /** A formula in which is marked what another one does not have. */
  function against(tree, other) {
    if (write(tree) === write(other)) return write(tree);
    if (!Array.isArray(tree) || !Array.isArray(other) || tree[0] !== other[0]) return marked(tree);
    return `<${tree[0]}>${parts(tree, other).join("")}</${tree[0].split(" ")[0]}>`;
  }

  function parts([tag, ...own], other) {
    if (PLACED.includes(tag)) return own.map((part, k) => against(part, other[k + 1]));
    return align(own, other.slice(1), [write, kind]).filter(([, part]) => part !== undefined)
      .map(([how, part, twin]) => (how === "alone" ? marked(part) : against(part, twin)));
  }

  /** In pieces, since a browser breaks no line within a formula: after an arrow or a
   *  comma, before a sum's next term and a condition, and between words of code. */
  function formula([, tree], other) {
    const all = (other ? parts(tree, other[1]) : tree.slice(1).map(write)).flatMap(apart);
    const signs = all.map((part) => part.match(/^<m(?:o|text)\b[^>]*>([^<]*)</)?.[1] ?? "");
    const high = all.map(() => false); // parentheses have to see what they hold, where that is a fraction or cases
    for (let [k, depth, opened] = [0, 0, 0]; k < all.length; k += 1) {
      if (signs[k] === "(" && (depth += 1) === 1) opened = k;
      if (signs[k] === ")" && (depth -= 1) === 0) high.fill(/<m(frac|table)/.test(all.slice(opened, k).join("")), opened, k);
    }
    const pieces = [[]];
    let [depth, before] = [0, ""];
    for (const [k, part] of all.entries()) {
      const sign = signs[k];
      if (sign === ")") depth -= 1;
      const term = depth === 0 && !["", "←"].includes(before) && /^([+−]|\s(if|otherwise|and|or)\b.*)$/.test(sign);
      const after = before === "←" || (before === "," && !high[k]) || (/\s$/.test(before) && /^<mtext/.test(part));
      if (term || after) pieces.push([]);
      if (sign === "(") depth += 1;
      before = sign || "letter";
      const between = sign === "←" || sign === "," || (term && sign.length === 1); // also where a line begins or ends
      pieces.at(-1).push(between ? part.replace("<mo", '<mo form="infix"') : part);
    }
    const written = pieces.map((piece) => `<math displaystyle="true"><mrow>${piece.join("")}</mrow></math>`);
    return `<span class="zoo-formula">${written.join("<wbr>")}</span>`;
  }

  /** Many words in a row, one by one. */
  function apart(part) {
    const [, start, words] = part.match(/^(<mtext[^>]*>)([^<]{20,})<\/mtext>$/) ?? [];
    return words ? words.match(/\s*\S+\s*/g).map((word) => `${start}${word}</mtext>`) : [part];
  }

  // Code

  const bare = (line) => line.replace(/\s+#.*$/, "").trim();
  const target = (line) => line.match(/^\s*([\w, ]+?) [-+*/]?= |^\s*(def|return|if|for)\b/)?.slice(1).find(Boolean) ?? Symbol("none");
  const tokens = (line) => line.match(/\w+|\s+|[^\w\s]/g) ?? [];
  const same = (token) => token;

  function code(line, other) {
    const found = other === undefined ? tokens(line).map((token) => ["same", token])
      : align(tokens(line), tokens(other), [same]).filter(([, token]) => token !== undefined);
    return `<code>${found.map(([how, token]) => (how === "same" ? escape(token) : `<mark>${escape(token)}</mark>`)).join("")}</code>`;
  }

  // A pair

  const said = (words) => `<span class="zoo-whose">${words}</span> `;

  /** One side of an item: a line that was changed, or all lines in a row that only this side has. */
  function side(draw, how, mine, other, name) {
    const [sign, words] = how === "changed" ? ["≠", `${name}, differs:`] : ["+", `${name} only:`];
    const shown = mine.map((line, k) => `<div class="zoo-line"><span class="zoo-sign" aria-hidden="true">${sign}</span>${
      how === "changed" ? draw(line, other[k]) : draw(line)}</div>`);
    return `<div class="zoo-side">${shown.length ? said(words) : ""}${shown.join("")}</div>`;
  }

  function lines(found, draw, a, b, label) {
    const groups = [];
    for (const [how, ...both] of found) {
      if (how !== "alone" || groups.at(-1)?.how !== how) groups.push({ how, sides: [[], []] });
      both.forEach((line, k) => { if (line !== undefined) groups.at(-1).sides[k].push(line); });
    }
    const items = groups.map(({ how, sides: [left, right] }) => (how === "same"
      ? `<li class="zoo-same"><div class="zoo-line">${said("Both:")}${draw(left[0])}</div><div class="zoo-line zoo-twin" aria-hidden="true">${draw(left[0])}</div></li>`
      : `<li>${side(draw, how, left, right, a.name)}${side(draw, how, right, left, b.name)}</li>`));
    return `<div class="zoo-names" aria-hidden="true"><b>${a.name}</b><b>${b.name}</b></div>
      <ol class="zoo-lines" aria-label="${label}">${items.join("")}</ol>`;
  }

  function table(a, b) {
    const names = [...new Set([...Object.keys(a.defaults), ...Object.keys(b.defaults)])];
    const [agree, differ] = [true, false].map((is) => names.filter((name) => (a.defaults[name] === b.defaults[name]) === is));
    const broken = (text) => escape(text).replace(/_/g, "_<wbr>"); // where there is no room: between words
    const cell = (value) => `<td>${value === undefined ? "no such setting" : broken(value)}</td>`;
    const row = (head, x, y) => `<tr><th scope="row">${x === y ? "" : '<span class="zoo-sign" aria-hidden="true">≠</span><span class="visually-hidden">differs: </span>'}${head}</th>${cell(x)}${cell(y)}</tr>`;
    const rows = [...differ.map((name) => row(`<code>${broken(name)}</code>`, a.defaults[name], b.defaults[name])),
      ...Object.keys(a.facts).map((name) => row(name, a.facts[name], b.facts[name]))];
    const rest = agree.map((name) => `<code>${name}=${escape(a.defaults[name])}</code>`).join(", ");
    return `<div class="pst-scrollable-table-container"><table class="table"><thead><tr><th scope="col">default or state</th>
      <th scope="col">${a.name}</th><th scope="col">${b.name}</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>
      <p class="zoo-rest">${rest ? `The same defaults: ${rest}.` : "No default is the same."}</p>`;
  }

  /** All that stands below the choice, as HTML. */
  function show(a, b) {
    const found = align(a.formulas, b.formulas, [([, tree]) => write(tree), ([left]) => left]);
    const count = (place) => found.filter((row) => row[0] !== "same" && row[place] !== undefined).length;
    const many = (n) => `${n} ${n === 1 ? "line" : "lines"}`;
    const equal = many(found.filter(([how]) => how === "same").length);
    return `<p class="zoo-status" role="status">${equal} in common; ${many(count(1))} of ${a.name} and ${many(count(2))} of ${b.name} differ.</p>
      ${lines(found, formula, a, b, "Update rules as formulas")}
      <details class="zoo-code"><summary>The same as code of the package</summary>
      ${lines(align(a.code, b.code, [bare, target]), code, a, b, "Update rules as code")}</details>
      ${table(a, b)}`;
  }

  // The page

  function start(rows) {
    const { h } = OpteduPage;
    const root = document.querySelector(".zoo-compare");
    const form = root.querySelector(".zoo-form");
    const select = (label, chosen) => h("select.form-select", { "aria-label": label, onchange: choose },
      rows.map(({ key, name }) => h("option", { value: key, selected: key === chosen }, name)));
    const selects = [select("First optimizer", "adam"), select("Second optimizer", "adamw")];
    form.append(selects[0], h("span", {}, "compared with"), selects[1]);
    addEventListener("hashchange", follow);
    addEventListener("resize", reach);
    reach();
    follow();

    function choose() {
      const pair = selects.map(({ value }) => rows.find(({ key }) => key === value));
      const open = root.querySelector(".zoo-code").open;
      [...root.children].slice(1).forEach((old) => old.remove());
      form.insertAdjacentHTML("afterend", show(...pair));
      root.querySelector(".zoo-code").open = open;
      reach();
      history.replaceState(null, "", `#compare=${pair.map(({ key }) => key)}`);
    }

    function reach() { // what scrolls sideways, by the keyboard, too
      for (const line of root.querySelectorAll(".zoo-line")) {
        if (line.scrollWidth > line.clientWidth + 1) line.tabIndex = 0;
        else line.removeAttribute("tabindex");
      }
    }

    // #compare=adam,adamw, or one name: then what stands beside it is chosen here.
    function follow() {
      const [first, second] = location.hash.replace(/^#compare=/, "").split(/,|%2C/i);
      const one = rows.find(({ key }) => key === first);
      const other = rows.find(({ key }) => key === (second ?? one?.beside));
      if (!one || !other) return;
      const order = second === undefined ? rows.filter((row) => row === one || row === other) : [one, other];
      order.forEach(({ key }, n) => { selects[n].value = key; });
      choose();
      root.scrollIntoView();
    }
  }

  return Object.assign(start, { align, show });
})();
