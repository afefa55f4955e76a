// Written by `make generated` from optedu/lab/live_figures/two_sizes.py. Do not edit.
(() => {
function two_sizes_width(m, settings) {
  const x2 = settings.r * m;
  const x3 = x2 / m;
  const x5 = Math.sqrt(Math.max(1, x3));
  const x7 = Math.sqrt(Math.max(x2, m));
  const x8 = 0.2 * x7;
  const x9 = Math.sqrt(x3);
  const x11 = Math.sqrt((m / x2));
  const x12 = 1 / x7;
  return [(x8 * x11), (x5 * x11), (x9 * x11), (x8 * x12), (x5 * x12), (x9 * x12)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { two_sizes_width });
})();
