// Written by `make generated` from optedu/lab/live_figures/shards.py. Do not edit.
(() => {
function shards_over(k, settings) {
  const x3 = (k - 1) / k;
  const x8 = settings.s * 7;
  const x9 = 28 + x8;
  return [x9, (28 + (x8 / k)), (14 + ((14 + x8) / k)), (x9 / k), ((x3 * 2) * 14), (x3 * 42)];
}
function shards_now(settings) {
  const x0 = settings.n;
  const x3 = (x0 - 1) / x0;
  const x8 = settings.s * 7;
  const x9 = 28 + x8;
  return [x9, (28 + (x8 / x0)), (14 + ((14 + x8) / x0)), (x9 / x0), ((x3 * 2) * 14), (x3 * 42)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { shards_over, shards_now });
})();
