// Written by `make generated` from optedu/lab/live_figures/shards.py. Do not edit.
(() => {
function shards_over(k, settings) {
  const x0 = k;
  const x1 = settings.s;
  const x2 = x0 - (1);
  const x3 = x2 / x0;
  const x4 = x3 * (2);
  const x5 = x4 * (14);
  const x7 = x3 * (42);
  const x8 = x1 * (7);
  const x9 = (28) + x8;
  const x10 = x8 / x0;
  const x11 = (28) + x10;
  const x12 = (14) + x8;
  const x13 = x12 / x0;
  const x14 = (14) + x13;
  const x15 = x9 / x0;
  return [x9, x11, x14, x15, x5, x7];
}
function shards_now(settings) {
  const x0 = settings.n;
  const x1 = settings.s;
  const x2 = x0 - (1);
  const x3 = x2 / x0;
  const x4 = x3 * (2);
  const x5 = x4 * (14);
  const x7 = x3 * (42);
  const x8 = x1 * (7);
  const x9 = (28) + x8;
  const x10 = x8 / x0;
  const x11 = (28) + x10;
  const x12 = (14) + x8;
  const x13 = x12 / x0;
  const x14 = (14) + x13;
  const x15 = x9 / x0;
  return [x9, x11, x14, x15, x5, x7];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { shards_over, shards_now });
})();
