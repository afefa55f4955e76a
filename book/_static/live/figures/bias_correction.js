// Written by `make generated` from optedu/lab/live_figures/bias_correction.py. Do not edit.
(() => {
function bias_correction_time(t, settings) {
  const x0 = t;
  const x1 = settings.b1;
  const x2 = settings.b2;
  const x3 = Math.pow(x1, x0);
  const x4 = (1) - x3;
  const x5 = Math.pow(x2, x0);
  const x6 = (1) - x5;
  const x7 = Math.sqrt(x6);
  const x8 = x4 / x7;
  return [x8];
}
function bias_correction_now(settings) {
  const x0 = settings.b1;
  const x1 = settings.b2;
  const x2 = Math.pow(x0, (1));
  const x3 = (1) - x2;
  const x4 = Math.pow(x1, (1));
  const x5 = (1) - x4;
  const x6 = Math.sqrt(x5);
  const x7 = x3 / x6;
  const x8 = x7 > (1.0005);
  const x9 = x7 < (0.9995);
  const x10 = (x9 ? (1) : (2));
  const x11 = (x8 ? (0) : x10);
  return [x7, x11];
}
function bias_correction_run(t, p, m, v, q, n, w, settings) {
  const x0 = t;
  const x1 = p;
  const x2 = m;
  const x3 = v;
  const x4 = q;
  const x5 = n;
  const x6 = w;
  const x7 = settings.b1;
  const x8 = settings.b2;
  const x9 = (1) - x7;
  const x10 = (1.0) - x2;
  const x11 = x9 * x10;
  const x12 = x2 + x11;
  const x13 = x8 * x3;
  const x14 = (1) - x8;
  const x15 = x14 * (1.0);
  const x16 = x15 * (1.0);
  const x17 = x13 + x16;
  const x18 = Math.pow(x7, Infinity);
  const x19 = (1) - x18;
  const x20 = x12 / x19;
  const x21 = Math.pow(x8, Infinity);
  const x22 = (1) - x21;
  const x23 = x17 / x22;
  const x24 = (1.0) * x20;
  const x25 = Math.sqrt(x23);
  const x26 = x25 + (0.0);
  const x27 = x24 / x26;
  const x28 = x1 - x27;
  const x29 = (1.0) - x5;
  const x30 = x9 * x29;
  const x31 = x5 + x30;
  const x32 = x8 * x6;
  const x33 = x32 + x16;
  const x34 = Math.pow(x7, x0);
  const x35 = (1) - x34;
  const x36 = x31 / x35;
  const x37 = Math.pow(x8, x0);
  const x38 = (1) - x37;
  const x39 = x33 / x38;
  const x40 = (1.0) * x36;
  const x41 = Math.sqrt(x39);
  const x42 = x41 + (0.0);
  const x43 = x40 / x42;
  const x44 = x4 - x43;
  const x45 = x28 - x1;
  const x46 = x44 - x4;
  const x47 = x45 / x46;
  return [x28, x12, x17, x44, x31, x33, x47];
}
function bias_correction_snap0(settings) {
  const x0 = settings.b1;
  const x2 = (1) - x0;
  const x3 = x2 * x2;
  const x4 = (1) - x3;
  return [x0, x4];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { bias_correction_time, bias_correction_now, bias_correction_run, bias_correction_snap0 });
})();
