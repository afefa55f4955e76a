// Written by `make generated` from optedu/lab/live_figures/adapter.py. Do not edit.
(() => {
function adapter_run(t, w, m, v, b, mb, vb, a, ma, va, settings) {
  const x10 = settings.lr;
  const x12 = settings.r;
  const x15 = 16.0 / Math.pow(x12, settings.power);
  const x18 = m + (0.09999999999999998 * ((-1.0) - m));
  const x20 = (0.999 * v) + 0.0010000000000000009;
  const x22 = 1 - Math.pow(0.9, t);
  const x25 = 1 - Math.pow(0.999, t);
  const x32 = (-x15);
  const x34 = x32 * (0.00011246554344770038 + a);
  const x35 = x32 * b;
  const x39 = mb + (0.09999999999999998 * (x34 - mb));
  const x43 = (0.999 * vb) + ((0.0010000000000000009 * x34) * x34);
  const x49 = ((settings.ratio * x10) * (x39 / x22)) / (Math.sqrt((x43 / x25)) + 1e-30);
  const x50 = b - x49;
  const x53 = ma + (0.09999999999999998 * (x35 - ma));
  const x57 = (0.999 * va) + ((0.0010000000000000009 * x35) * x35);
  const x64 = a - ((x10 * (x53 / x22)) / (Math.sqrt((x57 / x25)) + 1e-30));
  const x66 = (x15 * x12) * x50;
  return [(w - ((2e-05 * (x18 / x22)) / (Math.sqrt((x20 / x25)) + 1e-30))), x18, x20, x50, x39, x43, x64, x53, x57, (x66 * (0.00011246554344770038 + x64)), (x66 * 0.00011246554344770038)];
}
function adapter_over(rank, settings) {
  const x1 = settings.lr;
  const x2 = settings.ratio;
  const x5 = 16.0 / Math.pow(rank, settings.power);
  return [((((x5 * Math.sqrt(rank)) * 0.009021097956087904) * x2) * x1), ((((x5 * rank) * 0.00011246554344770038) * x2) * x1)];
}
function adapter_now(settings) {
  const x0 = settings.lr;
  const x1 = settings.ratio;
  const x2 = settings.r;
  const x5 = 16.0 / Math.pow(x2, settings.power);
  const x10 = (((x5 * Math.sqrt(x2)) * 0.009021097956087904) * x1) * x0;
  return [x10, (x10 / 2e-05), (2e-05 / ((((x5 * x2) * 0.00011246554344770038) * x1) * x0))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { adapter_run, adapter_over, adapter_now });
})();
