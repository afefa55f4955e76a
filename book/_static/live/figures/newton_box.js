// Written by `make generated` from optedu/lab/live_figures/newton_box.py. Do not edit.
(() => {
function newton_box_newton(t, x, y, settings) {
  const x8 = 1 + (y * y);
  const x9 = Math.sqrt(x8);
  const x17 = x - (((16 * x) * ((x * x) - 1)) / (((48 * x) * x) - 16));
  const x19 = y - ((y / x9) / (1 / (x9 * x8)));
  const x21 = Math.abs(x17) - 1;
  return [x17, x19, Math.sqrt(((x21 * x21) + (x19 * x19)))];
}
function newton_box_sophia(t, x, y, settings) {
  const x3 = settings.rho;
  const x9 = 1 + (y * y);
  const x10 = Math.sqrt(x9);
  const x23 = (0.0 + (1.0 * ((16 * x) * ((x * x) - 1)))) / Math.max((x3 * (((48 * x) * x) - 16)), 1e-12);
  const x27 = (x - (0.0 * x)) - (0.3 * Math.min(Math.max(x23, (-1)), 1));
  const x35 = Math.max(((0.0 + (1.0 * (y / x10))) / Math.max((x3 * (1 / (x10 * x9))), 1e-12)), (-1));
  const x38 = (y - (0.0 * y)) - (0.3 * Math.min(x35, 1));
  const x40 = Math.abs(x27) - 1;
  return [x27, x38, Math.sqrt(((x40 * x40) + (x38 * x38)))];
}
function newton_box_now(settings) {
  const x1 = settings.y;
  const x3 = Math.abs(settings.x) - 1;
  return [Math.sqrt(((x3 * x3) + (x1 * x1)))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { newton_box_newton, newton_box_sophia, newton_box_now });
})();
