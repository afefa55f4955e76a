// Written by `make generated` from optedu/lab/live_figures/never_zeroed.py. Do not edit.
(() => {
function never_zeroed_now(settings) {
  const x0 = settings.gamma;
  const x1 = (1) - x0;
  const x2 = Math.abs(x1);
  const x3 = x0 / (4);
  const x4 = (1) - x3;
  const x5 = Math.sqrt(x4);
  const x6 = (1.0) / x5;
  return [x2, x6];
}
function never_zeroed_run(t, z, p, h, total, settings) {
  const x0 = t;
  const x1 = z;
  const x2 = p;
  const x3 = h;
  const x4 = total;
  const x5 = settings.gamma;
  const x6 = settings.sigma;
  const x7 = x6 * x1;
  const x8 = x2 + x7;
  const x9 = x5 * x8;
  const x10 = x2 - x9;
  const x11 = x0 < (1.5);
  const x12 = (x11 ? (1.0) : (0.0));
  const x13 = x3 + x12;
  const x14 = x5 * x13;
  const x15 = x3 - x14;
  const x16 = x15 * x15;
  const x17 = x4 + x16;
  const x18 = Math.sqrt(x17);
  const x19 = x6 * x18;
  return [x10, x15, x17, x19];
}
function never_zeroed_sum(t, z, p, b, h, k, total, settings) {
  const x0 = t;
  const x1 = z;
  const x2 = p;
  const x3 = b;
  const x4 = h;
  const x5 = k;
  const x6 = total;
  const x7 = settings.gamma;
  const x8 = settings.sigma;
  const x9 = x8 * x1;
  const x10 = x2 + x9;
  const x11 = (1) * x3;
  const x12 = (1) * x10;
  const x13 = x11 + x12;
  const x14 = x7 * x13;
  const x15 = x2 - x14;
  const x16 = x0 < (1.5);
  const x17 = (x16 ? (1.0) : (0.0));
  const x18 = x4 + x17;
  const x19 = (1) * x5;
  const x20 = (1) * x18;
  const x21 = x19 + x20;
  const x22 = x7 * x21;
  const x23 = x4 - x22;
  const x24 = x23 * x23;
  const x25 = x6 + x24;
  const x26 = Math.sqrt(x25);
  const x27 = x8 * x26;
  return [x15, x13, x23, x21, x25, x27];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { never_zeroed_now, never_zeroed_run, never_zeroed_sum });
})();
