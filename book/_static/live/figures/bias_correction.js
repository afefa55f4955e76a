// Written by `make generated` from optedu/lab/live_figures/bias_correction.py. Do not edit.
(() => {
function bias_correction_time(t, settings) {
  const x8 = (1 - Math.pow(settings.b1, t)) / Math.sqrt((1 - Math.pow(settings.b2, t)));
  return [x8];
}
function bias_correction_now(settings) {
  const x7 = (1 - Math.pow(settings.b1, 1)) / Math.sqrt((1 - Math.pow(settings.b2, 1)));
  return [x7, ((x7 > 1.0005) ? 0 : ((x7 < 0.9995) ? 1 : 2))];
}
function bias_correction_run(t, p, m, v, q, n, w, settings) {
  const x7 = settings.b1;
  const x8 = settings.b2;
  const x9 = 1 - x7;
  const x12 = m + (x9 * (1.0 - m));
  const x16 = ((1 - x8) * 1.0) * 1.0;
  const x17 = (x8 * v) + x16;
  const x27 = (1.0 * (x12 / (1 - Math.pow(x7, Infinity)))) / (Math.sqrt((x17 / (1 - Math.pow(x8, Infinity)))) + 0.0);
  const x28 = p - x27;
  const x31 = n + (x9 * (1.0 - n));
  const x33 = (x8 * w) + x16;
  const x43 = (1.0 * (x31 / (1 - Math.pow(x7, t)))) / (Math.sqrt((x33 / (1 - Math.pow(x8, t)))) + 0.0);
  const x44 = q - x43;
  return [x28, x12, x17, x44, x31, x33, ((x28 - p) / (x44 - q))];
}
function bias_correction_snap0(settings) {
  const x0 = settings.b1;
  const x2 = 1 - x0;
  return [x0, (1 - (x2 * x2))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { bias_correction_time, bias_correction_now, bias_correction_run, bias_correction_snap0 });
})();
