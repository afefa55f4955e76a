// Written by `make generated` from optedu/lab/live_figures/sparse.py. Do not edit.
(() => {
function sparse_run(t, wait, count, p, m, v, q, u, w, settings) {
  const x10 = settings.b1;
  const x11 = settings.b2;
  const x12 = wait - 1;
  const x13 = x12 < 0.5;
  const x16 = (x13 ? (count + 1) : count);
  const x17 = (x13 ? 1 : 0);
  const x18 = 1 - x10;
  const x21 = m + (x18 * (x17 - m));
  const x23 = 1 - x11;
  const x26 = (x11 * v) + ((x23 * x17) * x17);
  const x28 = 1 - Math.pow(x10, t);
  const x31 = 1 - Math.pow(x11, t);
  const x37 = p - ((1.0 * (x21 / x28)) / (Math.sqrt((x26 / x31)) + 1e-08));
  const x40 = u + (x18 * (1.0 - u));
  const x43 = w + (x23 * (1.0 - w));
  const x50 = (((1.0 * Math.pow(x31, 0.5)) / x28) * x40) / (Math.sqrt(x43) + 1e-08);
  const x52 = (x13 ? (q - x50) : q);
  const x55 = (-x37);
  const x56 = (-x52);
  return [(x13 ? settings.n : x12), x16, x37, x21, x26, x52, (x13 ? x40 : u), (x13 ? x43 : w), x55, x56, (x55 / x16), (x56 / x16), (x13 ? 0.7 : NaN)];
}
function sparse_roots(n, settings) {
  return [Math.sqrt(n)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { sparse_run, sparse_roots });
})();
