// Written by `make generated` from optedu/lab/live_figures/forgetting.py. Do not edit.
(() => {
function forgetting_run(t, g, x, v, y, w, most, settings) {
  const x0 = t;
  const x1 = g;
  const x2 = x;
  const x3 = v;
  const x4 = y;
  const x5 = w;
  const x6 = most;
  const x7 = settings.b2;
  const x8 = settings.lr;
  const x9 = Math.sqrt(x0);
  const x10 = x8 / x9;
  const x11 = x1 - (0.0);
  const x12 = (1.0) * x11;
  const x13 = (0.0) + x12;
  const x14 = x7 * x3;
  const x15 = (1) - x7;
  const x16 = x15 * x1;
  const x17 = x16 * x1;
  const x18 = x14 + x17;
  const x19 = Math.pow((0.0), x0);
  const x20 = (1) - x19;
  const x21 = x13 / x20;
  const x22 = Math.pow(x7, x0);
  const x23 = (1) - x22;
  const x24 = x18 / x23;
  const x25 = x10 * x21;
  const x26 = Math.sqrt(x24);
  const x27 = x26 + (1e-08);
  const x28 = x25 / x27;
  const x29 = x2 - x28;
  const x30 = x7 * x5;
  const x31 = x30 + x17;
  const x32 = Math.max(x6, x31);
  const x33 = x32 / x23;
  const x34 = Math.sqrt(x33);
  const x35 = x34 + (1e-08);
  const x36 = x25 / x35;
  const x37 = x4 - x36;
  const x38 = Math.max(x29, (-1.0));
  const x39 = Math.min(x38, (1.0));
  const x40 = Math.max(x37, (-1.0));
  const x41 = Math.min(x40, (1.0));
  return [x39, x18, x41, x31, x32];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { forgetting_run });
})();
