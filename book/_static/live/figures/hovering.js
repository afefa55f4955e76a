// Written by `make generated` from optedu/lab/live_figures/hovering.py. Do not edit.
(() => {
function hovering_run(t, p, v, q, total, settings) {
  const x0 = t;
  const x1 = p;
  const x2 = v;
  const x3 = q;
  const x4 = total;
  const x5 = settings.gamma;
  const x6 = settings.alpha;
  const x7 = settings.a;
  const x8 = x7 * x1;
  const x9 = x6 * x2;
  const x10 = (1) - x6;
  const x11 = x10 * x8;
  const x12 = x11 * x8;
  const x13 = x9 + x12;
  const x14 = Math.sqrt(x13);
  const x15 = x14 + (0.0);
  const x16 = x8 / x15;
  const x17 = x5 * x16;
  const x18 = x1 - x17;
  const x19 = x7 * x3;
  const x20 = x19 * x19;
  const x21 = x4 + x20;
  const x22 = x0 - (1);
  const x23 = x22 * (0);
  const x24 = (1) + x23;
  const x25 = (0.5) / x24;
  const x26 = x25 * x19;
  const x27 = Math.sqrt(x21);
  const x28 = x27 + (0.0);
  const x29 = x26 / x28;
  const x30 = x3 - x29;
  const x31 = Math.abs(x18);
  const x32 = Math.max(x31, (1e-05));
  const x33 = Math.abs(x30);
  const x34 = Math.max(x33, (1e-05));
  const x35 = x5 * x7;
  const x36 = x35 / x14;
  const x37 = (0.5) * x7;
  const x38 = x37 / x27;
  return [x18, x13, x30, x21, x32, x34, x36, x38];
}
function hovering_now(settings) {
  const x0 = settings.gamma;
  const x1 = x0 / (2);
  const x2 = (-x0);
  const x3 = x2 / (2);
  return [x1, x3];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { hovering_run, hovering_now });
})();
