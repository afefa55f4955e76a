// Written by `make generated` from optedu/lab/live_figures/rare_word.py. Do not edit.
(() => {
function rare_word_run(t, s, u, p, m, v, q, n, w, often, seldom, first, second, settings) {
  const x13 = settings.r;
  const x14 = settings.gamma;
  const x18 = 1 / (1 + Math.exp((-s)));
  const x24 = 1 / (1 + Math.exp((-u)));
  const x30 = 1 / (1 + Math.exp((-p)));
  const x36 = 1 / (1 + Math.exp((-q)));
  const x39 = x30 - 0.9;
  const x42 = m + (0.09999999999999998 * (x39 - m));
  const x46 = (0.999 * v) + ((0.0010000000000000009 * x39) * x39);
  const x48 = 1 - Math.pow(0.9, t);
  const x51 = 1 - Math.pow(0.999, t);
  const x59 = (x36 - 0.9) / x13;
  const x62 = n + (0.09999999999999998 * (x59 - n));
  const x66 = (0.999 * w) + ((0.0010000000000000009 * x59) * x59);
  const x73 = q - ((0.1 * (x62 / x48)) / (Math.sqrt((x66 / x51)) + 0.0));
  const x76 = s - (x14 * (x18 - 0.9));
  const x80 = u - (x14 * ((x24 - 0.9) / x13));
  return [x76, x80, (p - ((0.1 * (x42 / x48)) / (Math.sqrt((x46 / x51)) + 0.0))), x42, x46, x73, x62, x66, ((x18 < 0.8) ? t : often), ((x24 < 0.8) ? t : seldom), ((x30 < 0.8) ? t : first), ((x36 < 0.8) ? t : second), (1 / (1 + Math.exp((-x76)))), (1 / (1 + Math.exp((-x80)))), (1 / (1 + Math.exp((-x73))))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { rare_word_run });
})();
