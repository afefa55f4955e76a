// Written by `make generated` from optedu/lab/live_figures/fading.py. Do not edit.
(() => {
function fading_run(t, p, m, v, first, settings) {
  const x5 = settings.beta2;
  const x6 = settings.eps;
  const x12 = m + (0.09999999999999998 * (p - m));
  const x17 = (x5 * v) + (((1 - x5) * p) * p);
  const x22 = 1 - Math.pow(x5, t);
  const x27 = (0.1 * (x12 / (1 - Math.pow(0.9, t)))) / (Math.sqrt((x17 / x22)) + x6);
  const x28 = p - x27;
  const x30 = 4503599627370497.0 * Math.abs(x28);
  const x34 = Math.max(((x30 - (0.9999999999999999 * x30)) * 1.1920928955078125e-07), 1.401298464324817e-45);
  const x35 = 6755399441055744.0 * x34;
  const x39 = Math.min(Math.max(((x28 + x35) - x35), (-3.4028234663852886e+38)), 3.4028234663852886e+38);
  const x41 = 4503599627370497.0 * Math.abs(x12);
  const x45 = Math.max(((x41 - (0.9999999999999999 * x41)) * 1.1920928955078125e-07), 1.401298464324817e-45);
  const x46 = 6755399441055744.0 * x45;
  const x50 = Math.min(Math.max(((x12 + x46) - x46), (-3.4028234663852886e+38)), 3.4028234663852886e+38);
  const x52 = 4503599627370497.0 * Math.abs(x17);
  const x56 = Math.max(((x52 - (0.9999999999999999 * x52)) * 1.1920928955078125e-07), 1.401298464324817e-45);
  const x57 = 6755399441055744.0 * x56;
  const x61 = Math.min(Math.max(((x17 + x57) - x57), (-3.4028234663852886e+38)), 3.4028234663852886e+38);
  const x65 = 0.1 / (Math.sqrt((x61 / x22)) + x6);
  return [x39, x50, x61, ((first > 0) ? first : ((x65 > 38.00000000000001) ? t : 0.0)), x65, Math.max(((p * p) / 2), 1e-18)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { fading_run });
})();
