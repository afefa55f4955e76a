// Written by `make generated` from optedu/lab/live_figures/outlier.py. Do not edit.
(() => {
function outlier_run(t, x, most, first, zero, zeros, gone, settings) {
  const x7 = settings.A;
  const x8 = Math.max(x7, 2.253);
  const x9 = x8 / 2688.0;
  const x14 = (((first > 0) ? Math.max(x7, most) : most) / 6.0) / x9;
  const x16 = 4503599627370497.0 * Math.abs(x14);
  const x21 = 6755399441055744.0 * Math.max(((x16 - (0.9999999999999999 * x16)) * 0.125), 0.001953125);
  const x26 = Math.min(Math.max(((x14 + x21) - x21), (-448.0)), 448.0) * x9;
  const x27 = x8 / 6.0;
  const x28 = x / x27;
  const x30 = 4503599627370497.0 * Math.abs(x28);
  const x35 = 6755399441055744.0 * Math.max(((x30 - (0.9999999999999999 * x30)) * 0.5), 0.5);
  const x40 = Math.min(Math.max(((x28 + x35) - x35), (-6.0)), 6.0) * x27;
  const x41 = x / x26;
  const x43 = 4503599627370497.0 * Math.abs(x41);
  const x48 = 6755399441055744.0 * Math.max(((x43 - (0.9999999999999999 * x43)) * 0.5), 0.5);
  const x53 = Math.min(Math.max(((x41 + x48) - x48), (-6.0)), 6.0) * x26;
  const x54 = x8 / 448.0;
  const x55 = x / x54;
  const x57 = 4503599627370497.0 * Math.abs(x55);
  const x62 = 6755399441055744.0 * Math.max(((x57 - (0.9999999999999999 * x57)) * 0.125), 0.001953125);
  const x68 = t > 1;
  const x69 = (x68 ? 1.0 : 0.0);
  const x78 = (Math.min(Math.max(((x55 + x62) - x62), (-448.0)), 448.0) * x54) === 0;
  const x82 = (x68 ? 0.0 : NaN);
  return [(zero + (((x40 === 0) ? 1.5873015873015872 : 0) * x69)), (zeros + (((x53 === 0) ? 1.5873015873015872 : 0) * x69)), (gone + ((x78 ? 1.5873015873015872 : 0) * x69)), (x + x82), (x40 + x82), (x53 + x82)];
}
function outlier_now(settings) {
  return [(Math.max(settings.A, 2.253) / 24.0)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { outlier_run, outlier_now });
})();
