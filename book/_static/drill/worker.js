// Python, in a thread of its own: the page stays responsive whatever the reader's code does.

const plainFetch = self.fetch;
let loaded = 0;

/** The same as fetch, and the page is told how much has come. */
self.fetch = async (...request) => {
  const response = await plainFetch(...request);
  if (!response.ok || !response.body) return response;
  const counting = new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.byteLength;
      postMessage({ kind: "bytes", loaded });
      controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(counting), { status, statusText, headers });
};

// The grader, and all exercises.
const START = `
import sys
sys.path.insert(0, "/package")
from optedu.drill.grader import in_browser
in_browser.start()
in_browser.exercise("adam")
in_browser.answer
`;

async function begin() {
  const { loadPyodide } = await import("../vendor/pyodide/pyodide.mjs");
  const [python, grader] = await Promise.all([
    loadPyodide(),
    fetch(new URL("optedu.zip", self.location)).then((response) => {
      if (!response.ok) throw new Error(`the grader is not there: ${response.status}`);
      return response.arrayBuffer();
    }),
  ]);
  postMessage({ kind: "loaded" });
  python.unpackArchive(grader, "zip", { extractDir: "/package" });
  return python.runPython(START);
}

const starting = begin();
starting.then(() => postMessage({ kind: "ready" }), (error) => postMessage({ kind: "failed", message: String(error.message ?? error) }));

self.onmessage = async ({ data: { name, text } }) => {
  const answer = await starting;
  try {
    postMessage({ kind: "report", ...JSON.parse(answer(name, text)) });
  } catch (error) {
    // The grader meets whatever code does with a sentence; only Python itself can fail here.
    const last = String(error.message ?? error).trim().split("\n").pop();
    postMessage({ kind: "broken", message: last });
  }
};
