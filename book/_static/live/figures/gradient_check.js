// Written by `make generated` from optedu/lab/live_figures/gradient_check.py. Do not edit.
(() => {
function gradient_check_over(step, settings) {
  const x1 = 0.7 + step;
  const x2 = 0.7 - step;
  const x5 = 1 / (1 + (x1 * x1));
  const x10 = Math.abs(((((x5 - 0.6711409395973155) / step) / (-0.6306022251249943)) - 1));
  const x14 = 1 / (1 + (x2 * x2));
  const x16 = x1 - x2;
  const x21 = Math.max(Math.abs(((((x5 - x14) / x16) / (-0.6306022251249943)) - 1)), 1e-15);
  const x23 = 4503599627370497.0 * Math.abs(x5);
  const x27 = Math.max(((x23 - (0.9999999999999999 * x23)) * 1.1920928955078125e-07), 1.401298464324817e-45);
  const x28 = 6755399441055744.0 * x27;
  const x32 = Math.min(Math.max(((x5 + x28) - x28), (-3.4028234663852886e+38)), 3.4028234663852886e+38);
  const x34 = 4503599627370497.0 * Math.abs(x14);
  const x38 = Math.max(((x34 - (0.9999999999999999 * x34)) * 1.1920928955078125e-07), 1.401298464324817e-45);
  const x39 = 6755399441055744.0 * x38;
  const x43 = Math.min(Math.max(((x14 + x39) - x39), (-3.4028234663852886e+38)), 3.4028234663852886e+38);
  const x49 = Math.max(Math.abs(((((x32 - x43) / x16) / (-0.6306022251249943)) - 1)), 1e-15);
  return [Math.max(x10, 1e-15), x21, x49];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { gradient_check_over });
})();
