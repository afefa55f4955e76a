// What a cell shows, put in the place of what the book shows there.

globalThis.OpteduOutputs = (() => {
  const { h, script } = OpteduPage;
  const FIGURE = "img, .drawing, svg";
  let figures = 0; // drawn in this page, each with names of its own

  const kindOf = ({ output_type: type, name, data }) => {
    if (type === "stream") return name;
    if (type === "error") return "error";
    return ["image/svg+xml", "text/html", "text/markdown"].find((kind) => kind in data) ?? "text/plain";
  };
  const textOf = (output) => output.text ?? output.data?.[kindOf(output)] ?? "";

  /** Outputs with printed text in one piece, as a notebook keeps them. */
  function merged(outputs) {
    const all = [];
    for (const output of outputs) {
      const last = all.at(-1);
      if (last && output.output_type === "stream" && last.name === output.name) last.text += output.text;
      else all.push({ ...output });
    }
    return all;
  }

  /** Whether a run shows what the book shows; figures are not compared. */
  function agree(outputs, shown) {
    const all = merged(outputs);
    return all.length === shown.length && all.every((output, k) => {
      const [kind, text] = shown[k];
      return kind === "figure" ? kindOf(output) === "image/svg+xml" : kind === kindOf(output) && text === textOf(output);
    });
  }

  const pre = (kind, text) => h(`div.output.${kind}`, {}, h("div.highlight", {}, h("pre", {}, text)));

  /** A figure as part of the page; the names inside of it are its own. */
  function drawing(text, alt) {
    const svg = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
    const prefix = `run-${++figures}-`;
    for (const element of svg.querySelectorAll("[id]")) element.id = prefix + element.id;
    for (const element of svg.querySelectorAll("*")) {
      for (const { name, value } of [...element.attributes]) {
        if (/href$/.test(name) && value.startsWith("#")) element.setAttribute(name, `#${prefix}${value.slice(1)}`);
        else if (value.includes("url(#")) element.setAttribute(name, value.replaceAll("url(#", `url(#${prefix}`));
      }
    }
    const figure = svg.classList.contains("drawing") ? panels(svg) : svg;
    figure.classList.add("run-figure");
    figure.setAttribute("role", "img");
    figure.setAttribute("aria-label", alt || "A figure that you drew");
    return figure;
  }

  /** The panels of a drawing one by one, as the site has them (tools/site/drawings.py). */
  function panels(svg) {
    const parts = [...svg.querySelectorAll(":scope > svg.panel")];
    for (const part of parts) {
      for (const name of ["x", "y", "width", "height"]) part.removeAttribute(name);
      for (const name of ["font-size", "stroke-linejoin"]) part.setAttribute(name, svg.getAttribute(name));
      if (part.dataset.span !== "1") part.style.gridColumn = `span ${part.dataset.span}`;
    }
    return h("div.drawing", { style: `--columns: ${svg.dataset.columns}` }, parts);
  }

  /** Formulas in what was rendered here; what the book shows was typeset when it was built. */
  async function typeset(element) {
    const formulas = [...element.querySelectorAll(".run-math")];
    if (formulas.length === 0) return;
    if (!globalThis.MathJax?.tex2chtmlPromise) {
      globalThis.MathJax = { startup: { typeset: false }, options: { enableMenu: false } };
      await script("vendor/mathjax/tex-chtml.js");
      await MathJax.startup.promise;
    }
    for (const formula of formulas) {
      formula.replaceChildren(await MathJax.tex2chtmlPromise(formula.textContent, { display: formula.dataset.display === "1" }));
    }
    MathJax.startup.document.updateDocument();
  }

  /** Markdown is rendered by Python, when it has time; until then, or without it, its text is shown. */
  function markdown(text) {
    const element = h("div.output.text_markdown", {}, h("pre", {}, text));
    OpteduPython.call("markdown", { text }).then((html) => {
      element.innerHTML = html;
      for (const one of element.querySelectorAll("table")) {
        one.className = "table";
        const box = h("div.pst-scrollable-table-container");
        one.replaceWith(box);
        box.append(one);
      }
      return typeset(element);
    }).catch(() => { /* Python was stopped */ });
    return element;
  }

  function html(text) {
    const element = h("div.output.text_html", { innerHTML: text });
    element.dispatchEvent(new CustomEvent("optedu:shown", { bubbles: true })); // for what comes alive by a script
    return element;
  }

  const draw = {
    stdout: (output) => pre("stream", output.text),
    stderr: (output) => pre("stream.stderr", output.text),
    error: (output) => pre("traceback", output.traceback.join("\n").trimEnd()),
    "text/plain": (output) => pre("text_plain", output.data["text/plain"]),
    "text/markdown": (output) => markdown(output.data["text/markdown"]),
    "text/html": (output) => html(output.data["text/html"]),
  };

  /** The place of a cell's outputs: what the book shows there, and what a run shows instead. */
  function place(cell) {
    let box = cell.querySelector(".cell_output");
    const own = box === null;
    if (own) box = h("div.cell_output.docutils.container");
    const home = cell.classList.contains("tag_hide-cell") ? cell.querySelector("details") : cell; // a fold hides both, or the code
    const book = [...box.childNodes];
    const frames = book.filter((node) => node.querySelector?.(FIGURE) || node.matches?.(FIGURE));
    let drawn = 0, last = null;

    /** A figure with the caption that the book gives the one in its place. */
    function framed(svg) {
      const frame = frames[drawn++]?.cloneNode(true);
      const old = frame?.matches(FIGURE) ? frame : frame?.querySelector(FIGURE);
      const figure = drawing(svg, old?.getAttribute("alt") ?? old?.getAttribute("aria-label"));
      if (!frame || frame === old) return h("div.output", {}, figure);
      old.replaceWith(figure);
      return frame;
    }

    return {
      /** Before the first output of a run. */
      clear() { box.replaceChildren(); drawn = 0; last = null; if (own) home.append(box); },
      add(output) {
        const kind = kindOf(output);
        if (last?.kind === kind && output.output_type === "stream") last.element.querySelector("pre").append(output.text);
        else {
          const element = kind === "image/svg+xml" ? framed(output.data[kind]) : draw[kind](output);
          box.append(element);
          last = { kind, element };
        }
      },
      /** What the book shows; with the figures that were drawn now, if there are some. */
      restore(svgs = []) {
        drawn = 0;
        box.replaceChildren(...book.map((node) => (frames.includes(node) && svgs.length ? framed(svgs.shift()) : node)));
        if (own) box.remove();
      },
    };
  }

  return { place, agree, kindOf };
})();
