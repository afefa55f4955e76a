// Written by `make generated` from optedu/lab/live_figures/checkpoint.py. Do not edit.
(() => {
function checkpoint_run(t, steep, flat, sharp, wide, seen, found, settings) {
  const x13 = Math.min(1, ((201 - t) / (settings.cool * 200)));
  const x14 = 0.1 * x13;
  const x15 = settings.gamma * x13;
  const x17 = 1 - (x14 * 1.0);
  const x20 = x14 * x14;
  const x23 = ((x17 * x17) * steep) + ((x20 * 0.3) * 0.3);
  const x25 = 1 - (x14 * 0.05);
  const x30 = ((x25 * x25) * flat) + ((x20 * 0.06708203932499368) * 0.06708203932499368);
  const x32 = 1 - (x15 * 1.0);
  const x35 = x15 * x15;
  const x38 = ((x32 * x32) * sharp) + ((x35 * 0.3) * 0.3);
  const x40 = 1 - (x15 * 0.05);
  const x45 = ((x40 * x40) * wide) + ((x35 * 0.06708203932499368) * 0.06708203932499368);
  const x48 = (x23 + (0.05 * x30)) / 2;
  const x51 = (x38 + (0.05 * x45)) / 2;
  const x52 = t > settings.look;
  return [x23, x30, x38, x45, (x52 ? seen : x48), (x52 ? found : x51), x48, x51, x14, x15];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { checkpoint_run });
})();
