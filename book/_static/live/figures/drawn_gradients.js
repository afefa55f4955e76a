// Written by `make generated` from optedu/lab/live_figures/drawn_gradients.py. Do not edit.
(() => {
function drawn_gradients_run(t, draw, x, v, y, w, settings) {
  const x6 = settings.b2;
  const x7 = settings.N;
  const x11 = ((draw < (1 / x7)) ? (2 * x7) : (-1.0));
  const x13 = 0.2 / Math.sqrt(t);
  const x20 = ((1 - x6) * x11) * x11;
  const x21 = (x6 * v) + x20;
  const x31 = (x13 * ((0.0 + (1.0 * (x11 - 0.0))) / (1 - Math.pow(0.0, t)))) / (Math.sqrt((x21 / (1 - Math.pow(x6, t)))) + 1e-08);
  const x33 = t === 1;
  const x40 = Math.pow((t - 1), 0.25);
  const x47 = Math.min(Math.max((x11 / Math.max(Math.sqrt(w), 1e-06)), (-x40)), x40) - 0.0;
  const x60 = Math.max((x33 ? y : ((y - ((x13 * 0) * y)) - (x13 * (0.0 + (1.0 * x47))))), (-1.0));
  return [Math.min(Math.max((x - x31), (-1.0)), 1.0), x21, Math.min(x60, 1.0), (x33 ? (x11 * x11) : ((x6 * w) + x20))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { drawn_gradients_run });
})();
