// Written by `make generated` from optedu/lab/live_figures/cooldown.py. Do not edit.
(() => {
function cooldown_run(t, total, squares, extra, settings) {
  const x0 = t;
  const x1 = total;
  const x2 = squares;
  const x3 = extra;
  const x4 = settings.share;
  const x5 = settings.floor;
  const x6 = (1) - x5;
  const x7 = x6 * x0;
  const x8 = x4 * (400);
  const x9 = Math.max(x8, (1));
  const x10 = x7 / x9;
  const x11 = x5 + x10;
  const x12 = Math.min((1), x11);
  const x13 = x1 + x12;
  const x14 = x12 * x12;
  const x15 = x2 + x14;
  const x16 = x1 > (0);
  const x17 = Math.max(x1, (1e-09));
  const x18 = x12 / x17;
  const x19 = (x16 ? x18 : (0));
  const x20 = x19 * x15;
  const x21 = x20 / x13;
  const x22 = x3 + x21;
  const x23 = x15 / x13;
  const x24 = x23 + x22;
  const x25 = (400) - x0;
  const x26 = x24 / x13;
  const x27 = Math.sqrt(x26);
  const x28 = x24 * x13;
  const x29 = Math.sqrt(x28);
  const x30 = (1) / x29;
  return [x13, x15, x22, x25, x12, x27, x30];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { cooldown_run });
})();
