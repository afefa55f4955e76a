// Written by `make generated` from optedu/lab/live_figures/units.py. Do not edit.
(() => {
function units_run(t, x, y, v, z, w, u, settings) {
  const x7 = settings.c;
  const x9 = Math.pow(x7, 2);
  const x12 = x - (0.01 * (x / x9));
  const x13 = y / x9;
  const x17 = (0.9 * v) + ((0.09999999999999998 * x13) * x13);
  const x22 = y - (0.01 * (x13 / (Math.sqrt(x17) + 1e-08)));
  const x23 = z / x9;
  const x24 = Math.pow(settings.root, 2);
  const x28 = (0.9 * w) + ((0.09999999999999998 * x23) * x23);
  const x34 = (Math.sqrt((u + x24)) / Math.sqrt((x28 + x24))) * x23;
  const x40 = z - (1.0 * x34);
  return [x12, x22, x17, x40, x28, ((0.9 * u) + ((0.09999999999999998 * x34) * x34)), (x12 / x7), (x22 / x7), (x40 / x7), (Math.abs((z - x40)) / x7)];
}
function units_now(settings) {
  return [((settings.root / 0.31622776601683794) / settings.c)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { units_run, units_now });
})();
