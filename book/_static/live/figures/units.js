// Written by `make generated` from optedu/lab/live_figures/units.py. Do not edit.
(() => {
function units_run(t, x, y, v, z, w, u, settings) {
  const x1 = x;
  const x2 = y;
  const x3 = v;
  const x4 = z;
  const x5 = w;
  const x6 = u;
  const x7 = settings.c;
  const x8 = settings.root;
  const x9 = Math.pow(x7, (2));
  const x10 = x1 / x9;
  const x11 = (0.01) * x10;
  const x12 = x1 - x11;
  const x13 = x2 / x9;
  const x14 = (0.9) * x3;
  const x15 = (0.09999999999999998) * x13;
  const x16 = x15 * x13;
  const x17 = x14 + x16;
  const x18 = Math.sqrt(x17);
  const x19 = x18 + (1e-08);
  const x20 = x13 / x19;
  const x21 = (0.01) * x20;
  const x22 = x2 - x21;
  const x23 = x4 / x9;
  const x24 = Math.pow(x8, (2));
  const x25 = (0.9) * x5;
  const x26 = (0.09999999999999998) * x23;
  const x27 = x26 * x23;
  const x28 = x25 + x27;
  const x29 = x6 + x24;
  const x30 = Math.sqrt(x29);
  const x31 = x28 + x24;
  const x32 = Math.sqrt(x31);
  const x33 = x30 / x32;
  const x34 = x33 * x23;
  const x35 = (0.9) * x6;
  const x36 = (0.09999999999999998) * x34;
  const x37 = x36 * x34;
  const x38 = x35 + x37;
  const x39 = (1.0) * x34;
  const x40 = x4 - x39;
  const x41 = x12 / x7;
  const x42 = x22 / x7;
  const x43 = x40 / x7;
  const x44 = x4 - x40;
  const x45 = Math.abs(x44);
  const x46 = x45 / x7;
  return [x12, x22, x17, x40, x28, x38, x41, x42, x43, x46];
}
function units_now(settings) {
  const x0 = settings.c;
  const x1 = settings.root;
  const x2 = x1 / (0.31622776601683794);
  const x3 = x2 / x0;
  return [x3];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { units_run, units_now });
})();
