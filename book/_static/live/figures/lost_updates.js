// Written by `make generated` from optedu/lab/live_figures/lost_updates.py. Do not edit.
(() => {
function lost_updates_run(t, r, near, lucky, kahan, lost, settings) {
  const x6 = settings.delta;
  const x7 = lucky + x6;
  const x8 = x6 + lost;
  const x9 = kahan + x8;
  const x11 = 4503599627370497.0 * Math.abs(x9);
  const x15 = Math.max(((x11 - (0.9999999999999999 * x11)) * 0.0078125), 9.183549615799121e-41);
  const x16 = 6755399441055744.0 * x15;
  const x20 = Math.min(Math.max(((x9 + x16) - x16), (-3.3895313892515355e+38)), 3.3895313892515355e+38);
  const x22 = x8 - (x20 - kahan);
  const x24 = 4503599627370497.0 * Math.abs(x22);
  const x28 = Math.max(((x24 - (0.9999999999999999 * x24)) * 0.0078125), 9.183549615799121e-41);
  const x29 = 6755399441055744.0 * x28;
  const x33 = Math.min(Math.max(((x22 + x29) - x29), (-3.3895313892515355e+38)), 3.3895313892515355e+38);
  const x34 = near + x6;
  const x36 = 4503599627370497.0 * Math.abs(x34);
  const x40 = Math.max(((x36 - (0.9999999999999999 * x36)) * 0.0078125), 9.183549615799121e-41);
  const x41 = 6755399441055744.0 * x40;
  const x45 = Math.min(Math.max(((x34 + x41) - x41), (-3.3895313892515355e+38)), 3.3895313892515355e+38);
  const x48 = 4503599627370497.0 * Math.abs(x7);
  const x53 = x7 + ((r - 0.5) * ((x48 - (0.9999999999999999 * x48)) * 0.0078125));
  const x55 = 4503599627370497.0 * Math.abs(x53);
  const x59 = Math.max(((x55 - (0.9999999999999999 * x55)) * 0.0078125), 9.183549615799121e-41);
  const x60 = 6755399441055744.0 * x59;
  const x64 = Math.min(Math.max(((x53 + x60) - x60), (-3.3895313892515355e+38)), 3.3895313892515355e+38);
  return [x45, x64, x20, x33, (1.0 + (t * x6))];
}
function lost_updates_stairs(asked, settings) {
  const x1 = 1.0 + asked;
  const x3 = 4503599627370497.0 * Math.abs(x1);
  const x7 = Math.max(((x3 - (0.9999999999999999 * x3)) * 0.0078125), 9.183549615799121e-41);
  const x8 = 6755399441055744.0 * x7;
  const x12 = Math.min(Math.max(((x1 + x8) - x8), (-3.3895313892515355e+38)), 3.3895313892515355e+38);
  return [(x12 - 1.0)];
}
function lost_updates_now(settings) {
  const x0 = settings.delta;
  const x1 = 1.0 + x0;
  const x3 = 4503599627370497.0 * Math.abs(x1);
  const x7 = Math.max(((x3 - (0.9999999999999999 * x3)) * 0.0078125), 9.183549615799121e-41);
  const x8 = 6755399441055744.0 * x7;
  const x12 = Math.min(Math.max(((x1 + x8) - x8), (-3.3895313892515355e+38)), 3.3895313892515355e+38);
  return [(x12 - 1.0), ((100 * x0) / 1.0)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { lost_updates_run, lost_updates_stairs, lost_updates_now });
})();
