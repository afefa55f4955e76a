// Written by `make generated` from optedu/lab/live_figures/cooldown.py. Do not edit.
(() => {
function cooldown_run(t, total, squares, extra, settings) {
  const x5 = settings.floor;
  const x12 = Math.min(1, (x5 + (((1 - x5) * t) / Math.max((settings.share * 400), 1))));
  const x13 = total + x12;
  const x15 = squares + (x12 * x12);
  const x22 = extra + ((((total > 0) ? (x12 / Math.max(total, 1e-09)) : 0) * x15) / x13);
  const x24 = (x15 / x13) + x22;
  return [x13, x15, x22, (400 - t), x12, Math.sqrt((x24 / x13)), (1 / Math.sqrt((x24 * x13)))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { cooldown_run });
})();
