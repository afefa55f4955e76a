// Written by `make generated` from optedu/lab/live_figures/old_basis.py. Do not edit.
(() => {
function old_basis_run(t, x, y, m, v, px, py, age, settings) {
  const x9 = settings.gamma;
  const x10 = 0.1 * x;
  const x15 = Math.sqrt(((x10 * x10) + (y * y))) + 1e-30;
  const x21 = ((((Math.abs(x10) < Math.abs(y)) ? y : x10) < 0) ? (-1.0) : 1.0);
  const x23 = age > (settings.gap - 0.5);
  const x26 = (x23 ? ((x21 * x10) / x15) : px);
  const x29 = (x23 ? ((x21 * y) / x15) : py);
  const x34 = (x10 * x26) + (y * x29);
  const x37 = m + (0.09999999999999998 * (x34 - m));
  const x41 = (0.999 * v) + ((0.0010000000000000009 * x34) * x34);
  const x51 = (x9 * Math.pow((1 - Math.pow(0.999, t)), 0.5)) / (1 - Math.pow(0.9, t));
  const x53 = 0.0 - (x51 * (x37 / (Math.sqrt(x41) + 1e-06)));
  const x56 = x53 - ((x9 * 0) * x53);
  const x58 = x + (x56 * x26);
  const x60 = y + (x56 * x29);
  return [x58, x60, x37, x41, x26, x29, (x23 ? 1.0 : (age + 1)), (0.5 * (((0.1 * x58) * x58) + (x60 * x60)))];
}
function old_basis_adam(t, x, y, m, v, n, w, settings) {
  const x7 = settings.gamma;
  const x8 = 0.1 * x;
  const x11 = m + (0.09999999999999998 * (x8 - m));
  const x15 = (0.999 * v) + ((0.0010000000000000009 * x8) * x8);
  const x17 = 1 - Math.pow(0.9, t);
  const x20 = 1 - Math.pow(0.999, t);
  const x26 = x - ((x7 * (x11 / x17)) / (Math.sqrt((x15 / x20)) + 1e-08));
  const x29 = n + (0.09999999999999998 * (y - n));
  const x33 = (0.999 * w) + ((0.0010000000000000009 * y) * y);
  const x40 = y - ((x7 * (x29 / x17)) / (Math.sqrt((x33 / x20)) + 1e-08));
  return [x26, x40, x11, x15, x29, x33, (0.5 * (((0.1 * x26) * x26) + (x40 * x40)))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { old_basis_run, old_basis_adam });
})();
