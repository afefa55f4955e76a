// Written by `make generated` from optedu/lab/live_figures/gradient_stream.py. Do not edit.
(() => {
function gradient_stream_run(t, g, p, total, q, v, r, m, w, settings) {
  const x9 = settings.alpha;
  const x11 = total + (g * g);
  const x18 = Math.sqrt(x11) + 1e-10;
  const x20 = p - (((1.0 / (1 + ((t - 1) * 0))) * g) / x18);
  const x24 = ((1 - x9) * g) * g;
  const x25 = (x9 * v) + x24;
  const x27 = Math.sqrt(x25) + 1e-08;
  const x30 = q - (1.0 * (g / x27));
  const x33 = m + (0.09999999999999998 * (g - m));
  const x35 = (x9 * w) + x24;
  const x45 = (1.0 * (x33 / (1 - Math.pow(0.9, t)))) / (Math.sqrt((x35 / (1 - Math.pow(x9, t)))) + 1e-08);
  const x46 = r - x45;
  return [x20, x11, x30, x25, x46, x33, x35, (p - x20), (q - x30), (r - x46), (1 / x18), (1 / x27)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { gradient_stream_run });
})();
