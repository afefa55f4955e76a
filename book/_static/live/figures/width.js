// Written by `make generated` from optedu/lab/live_figures/width.py. Do not edit.
(() => {
function width_usual(t, total, a, am, av, b, bm, bv, c, cm, cv, d, dm, dv, settings) {
  const x14 = settings.gamma;
  const x15 = settings.n;
  const x16 = t === 1;
  const x17 = Math.sqrt(x15);
  const x19 = (x16 ? (1 / x17) : b);
  const x21 = (x16 ? ((-1) / x17) : d);
  const x22 = x15 / 2;
  const x27 = (x22 * ((a * x19) + (c * x21))) - 1;
  const x30 = total + ((x27 * x27) / 2);
  const x31 = x27 * x19;
  const x32 = x27 * a;
  const x33 = x27 * x21;
  const x34 = x27 * c;
  const x37 = am + (0.09999999999999998 * (x31 - am));
  const x41 = (0.95 * av) + ((0.050000000000000044 * x31) * x31);
  const x43 = 1 - Math.pow(0.9, t);
  const x46 = 1 - Math.pow(0.95, t);
  const x52 = a - ((x14 * (x37 / x43)) / (Math.sqrt((x41 / x46)) + 0.0));
  const x55 = bm + (0.09999999999999998 * (x32 - bm));
  const x59 = (0.95 * bv) + ((0.050000000000000044 * x32) * x32);
  const x66 = x19 - ((x14 * (x55 / x43)) / (Math.sqrt((x59 / x46)) + 0.0));
  const x69 = cm + (0.09999999999999998 * (x33 - cm));
  const x73 = (0.95 * cv) + ((0.050000000000000044 * x33) * x33);
  const x80 = c - ((x14 * (x69 / x43)) / (Math.sqrt((x73 / x46)) + 0.0));
  const x83 = dm + (0.09999999999999998 * (x34 - dm));
  const x87 = (0.95 * dv) + ((0.050000000000000044 * x34) * x34);
  const x94 = x21 - ((x14 * (x83 / x43)) / (Math.sqrt((x87 / x46)) + 0.0));
  return [x30, x52, x37, x41, x66, x55, x59, x80, x69, x73, x94, x83, x87, (x22 * ((x52 * x66) + (x80 * x94))), Math.min((x30 / 20), 3.0)];
}
function width_scaled(t, total, a, am, av, b, bm, bv, c, cm, cv, d, dm, dv, settings) {
  const x14 = settings.gamma;
  const x15 = settings.n;
  const x16 = x15 / 16;
  const x17 = t === 1;
  const x18 = 4.0 * x16;
  const x20 = (x17 ? (1 / x18) : b);
  const x22 = (x17 ? ((-1) / x18) : d);
  const x23 = x14 / x16;
  const x24 = x15 / 2;
  const x29 = (x24 * ((a * x20) + (c * x22))) - 1;
  const x32 = total + ((x29 * x29) / 2);
  const x33 = x29 * x20;
  const x34 = x29 * a;
  const x35 = x29 * x22;
  const x36 = x29 * c;
  const x39 = am + (0.09999999999999998 * (x33 - am));
  const x43 = (0.95 * av) + ((0.050000000000000044 * x33) * x33);
  const x45 = 1 - Math.pow(0.9, t);
  const x48 = 1 - Math.pow(0.95, t);
  const x54 = a - ((x14 * (x39 / x45)) / (Math.sqrt((x43 / x48)) + 0.0));
  const x57 = bm + (0.09999999999999998 * (x34 - bm));
  const x61 = (0.95 * bv) + ((0.050000000000000044 * x34) * x34);
  const x68 = x20 - ((x23 * (x57 / x45)) / (Math.sqrt((x61 / x48)) + 0.0));
  const x71 = cm + (0.09999999999999998 * (x35 - cm));
  const x75 = (0.95 * cv) + ((0.050000000000000044 * x35) * x35);
  const x82 = c - ((x14 * (x71 / x45)) / (Math.sqrt((x75 / x48)) + 0.0));
  const x85 = dm + (0.09999999999999998 * (x36 - dm));
  const x89 = (0.95 * dv) + ((0.050000000000000044 * x36) * x36);
  const x96 = x22 - ((x23 * (x85 / x45)) / (Math.sqrt((x89 / x48)) + 0.0));
  return [x32, x54, x39, x43, x68, x57, x61, x82, x71, x75, x96, x85, x89, (x24 * ((x54 * x68) + (x82 * x96))), Math.min((x32 / 20), 3.0)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { width_usual, width_scaled });
})();
