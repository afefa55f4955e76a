// Formulas in words, for those who listen: each box becomes one picture with them as its text, after a mark.
mark => {
  const SIGNS = {
    "=": "equals", "≠": "is not", "+": "plus", "−": "minus", "-": "minus", "±": "plus or minus", "×": "times", "⋅": "times", "⊙": "elementwise times",
    "<": "is less than", ">": "is greater than", "≤": "is at most", "≥": "is at least", "≈": "is about", "∝": "is proportional to", "≪": "is far below",
    "≫": "is far above", "∈": "in", "←": "becomes", "→": "to", "↦": "maps to", "⇒": "so", "∑": "the sum", "∏": "the product", "∫": "the integral", "∇": "the gradient of",
    "∂": "partial", "∞": "infinity", "…": "and so on", "⋯": "and so on", "‖": "norm", "∥": "norm", "⊤": "transposed", "/": "over", "∼": "distributed as",
    "\u2061": "of", "\u2062": "", "\u2063": "", "\u2064": "", "\u00a0": "",
  };
  const MARKS = { "^": "hat", "~": "tilde", "¯": "bar", "―": "bar", "‾": "bar", "→": "vector", "˙": "dot", "⏞": "braced", "⏟": "braced" };
  const POWERS = { 2: "squared", 3: "cubed", "⊤": "transposed", "′": "prime" };
  const bare = node => node.textContent.trim();
  const words = node => {
    if (!node) return "";
    const kids = [...node.children];
    const long = kid => (words(kid).includes(" ") ? `${words(kid)}, end,` : words(kid));
    const power = kid => POWERS[bare(kid)] ?? `to the power ${long(kid)}`;
    const [a, b, c] = kids;
    switch (node.localName) {
      case "mi": case "mn": case "mo": case "mtext": return SIGNS[bare(node)] ?? bare(node);
      case "mspace": case "mphantom": return "";
      case "mfrac": return `the fraction ${words(a)} over ${words(b)}, end,`;
      case "msqrt": return `the root of ${kids.length === 1 ? long(a) : `${kids.map(words).join(" ")}, end,`}`;
      case "mroot": return `the root of degree ${words(b)} of ${long(a)}`;
      case "msub": return `${words(a)} sub ${long(b)}`;
      case "msup": return `${words(a)} ${power(b)}`;
      case "msubsup": return `${words(a)} sub ${long(b)} ${power(c)}`;
      case "mover": return bare(b) in MARKS ? `${words(a)} ${MARKS[bare(b)]}` : `${words(a)} with ${long(b)} above`;
      case "munder": return bare(b) in MARKS ? `${words(a)} ${MARKS[bare(b)]}` : `${words(a)} over ${long(b)}`;
      case "munderover": return `${words(a)} from ${words(b)} to ${long(c)}`;
      case "mtable": return kids.map(words).join("; ");
      default: return kids.map(words).join(" ");
    }
  };
  const spoken = math => words(math).replace(/\s+/g, " ").replace(/ ([,;])/g, "$1").replace(/,+(?=[,;])|,$/g, "").trim();
  for (const math of document.querySelectorAll("article math")) { // set by the browser itself
    if (math.closest("mjx-container")) continue;
    const box = document.createElement(math.getAttribute("display") === "block" ? "div" : "span");
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", mark + spoken(math));
    math.replaceWith(box);
    box.append(math);
  }
  const boxes = [...document.querySelectorAll("article mjx-container")];
  for (const box of boxes) {
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", mark + spoken(box.querySelector("math")));
    box.querySelector("mjx-math").removeAttribute("aria-hidden");
  }
  // Only text has a place in the tags, so the letters that the style sheet draws become text. All are read before one
  // is changed, or the page would be laid out again for each.
  const letters = [...document.querySelectorAll("article mjx-c")].filter(e => !e.closest("mjx-stretchy-v, mjx-stretchy-h"));
  const relative = ({ padding, fontSize }) => padding.replace(/[\d.]+px/g, x => `${parseFloat(x) / parseFloat(fontSize)}em`);
  const drawn = letters.map(e => getComputedStyle(e, "::before")).map(style => [style.content, relative(style)]);
  letters.forEach((letter, k) => {
    const [content, padding] = drawn[k];
    if (!content.startsWith('"')) return;
    const text = document.createElement("mjx-letter");
    text.textContent = JSON.parse(content);
    text.style.padding = padding;
    letter.replaceChildren(text);
  });
}
