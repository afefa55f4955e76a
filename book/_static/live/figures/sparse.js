// Written by `make generated` from optedu/lab/live_figures/sparse.py. Do not edit.
(() => {
function sparse_run(t, wait, count, p, m, v, q, u, w, settings) {
  const x10 = settings.b1;
  const x11 = settings.b2;
  const x12 = wait - 1;
  const x13 = x12 < 1e-09;
  const x17 = (x13 ? (count + 1) : count);
  const x18 = (x13 ? 1 : 0);
  const x19 = 1 - x10;
  const x22 = m + (x19 * (x18 - m));
  const x24 = 1 - x11;
  const x27 = (x11 * v) + ((x24 * x18) * x18);
  const x29 = 1 - Math.pow(x10, t);
  const x32 = 1 - Math.pow(x11, t);
  const x38 = p - ((1.0 * (x22 / x29)) / (Math.sqrt((x27 / x32)) + 1e-08));
  const x41 = u + (x19 * (1.0 - u));
  const x44 = w + (x24 * (1.0 - w));
  const x51 = (((1.0 * Math.pow(x32, 0.5)) / x29) * x41) / (Math.sqrt(x44) + 1e-08);
  const x53 = (x13 ? (q - x51) : q);
  const x56 = (-x38);
  const x57 = (-x53);
  return [(x13 ? (x12 + settings.n) : x12), x17, x38, x22, x27, x53, (x13 ? x41 : u), (x13 ? x44 : w), x56, x57, (x56 / x17), (x57 / x17), (x13 ? 0.7 : NaN)];
}
function sparse_roots(n, settings) {
  return [Math.sqrt(n)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { sparse_run, sparse_roots });
})();
