// Python, in a thread of its own: the page stays responsive whatever a reader's code does.
// Before these lines the page puts Pyodide's own (see python.js); all files come from it, too, none from an address.

const files = new Map(); // name: its content, gzip

self.fetch = async (address) => {
  const name = String(address.url ?? address).split("/").pop();
  if (!files.has(name)) return new Response(null, { status: 404 });
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(files.get(name).stream().pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": type } });
};

let python = null, ours = null;

/** Code of ours, whose names are not among the reader's. */
const our = (code) => python.runPython(code, { globals: ours });

const does = {
  /** Take what the page has loaded: parts of a blob by their names. */
  take({ blob, parts }) {
    for (const { name, at, bytes } of parts) files.set(name, blob.slice(at, at + bytes));
  },

  async begin() {
    python = await loadPyodide({ indexURL: "file:///python/", env: { MPLBACKEND: "svg", HOME: "/home" } });
    await python.loadPackage("numpy", { messageCallback: () => {} });
    python.unpackArchive(await (await fetch("site.zip")).arrayBuffer(), "zip", { extractDir: "/site" });
    ours = python.toPy({});
    python.FS.mkdirTree("/site/book/chapter"); // where a notebook lies, for the files that its cells read
    python.FS.chdir("/site/book/chapter");
    our("import sys; sys.path.insert(0, '/site'); from in_page import kernel");
    our("kernel.begin")((output) => postMessage({ kind: "output", id: current, output: JSON.parse(output) }));
  },

  async draw() {
    await python.loadPackage("matplotlib", { messageCallback: () => {} });
    our("from in_page import figures; figures.begin()");
  },

  /** Run a cell. What it shows is told while it runs; the answer is what it lacked, or "error", or "". */
  run: ({ source, name }) => our("kernel.run")(source, name),

  markdown: ({ text }) => our("from in_page import markdown; markdown.rendered")(text),

  grade: ({ name, text }) => JSON.parse(our("from in_page import grader; grader.answer")(name, text)),

  heap: () => python._module.HEAPU8.length,
};

let last = Promise.resolve(), current = 0; // one call after the other: that which runs now
self.onmessage = ({ data: { id, what, given } }) => {
  last = last.then(async () => {
    current = id;
    try {
      postMessage({ kind: "done", id, value: await does[what](given) });
    } catch (error) {
      postMessage({ kind: "failed", id, message: String(error?.message ?? error) });
    }
  });
};
