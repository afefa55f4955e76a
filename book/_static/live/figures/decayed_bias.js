// Written by `make generated` from optedu/lab/live_figures/decayed_bias.py. Do not edit.
(() => {
function decayed_bias_run(t, p, m, v, q, n, w, r, k, x, settings) {
  const x10 = settings.lam;
  const x11 = settings.mu;
  const x12 = p - x11;
  const x18 = m + (0.09999999999999998 * (x12 - m));
  const x22 = (0.97 * v) + ((0.030000000000000027 * x12) * x12);
  const x24 = 1 - Math.pow(0.9, t);
  const x27 = 1 - Math.pow(0.97, t);
  const x33 = (p - ((2.0 * x10) * p)) - ((2.0 * (x18 / x24)) / (Math.sqrt((x22 / x27)) + 1e-08));
  const x34 = q - x11;
  const x39 = n + (0.09999999999999998 * (x34 - n));
  const x43 = (0.97 * w) + ((0.030000000000000027 * x34) * x34);
  const x50 = (q - (0.0 * q)) - ((2.0 * (x39 / x24)) / (Math.sqrt((x43 / x27)) + 1e-08));
  const x51 = r - x11;
  const x81 = (x10 ? (x51 + (x10 * r)) : x51);
  const x84 = k + (0.09999999999999998 * (x81 - k));
  const x89 = (0.97 * x) + ((0.030000000000000027 * x81) * x81);
  return [x33, x18, x22, x50, x39, x43, (r - ((2.0 * (x84 / x24)) / (Math.sqrt((x89 / x27)) + 1e-08))), x84, x89];
}
function decayed_bias_now(settings) {
  const x0 = settings.lam;
  return [(1 / x0), (settings.mu / (1 + x0))];
}
function decayed_bias_limit(at, settings) {
  return [(1 / at)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { decayed_bias_run, decayed_bias_now, decayed_bias_limit });
})();
