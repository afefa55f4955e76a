// Written by `make generated` from optedu/lab/live_figures/local_steps.py. Do not edit.
(() => {
function local_steps_run(t, x, y, w, k, settings) {
  const x10 = x - (0.05 * (settings.h * (x - 1.0)));
  const x13 = y - (0.05 * (y - (-1.0)));
  const x19 = k + 1;
  const x21 = x19 > (settings.H - 0.5);
  const x22 = (x21 ? (w - (1.0 * (w - ((x10 + x13) / 2)))) : w);
  return [(x21 ? x22 : x10), (x21 ? x22 : x13), x22, (x21 ? 0.0 : x19), x10, x13];
}
function local_steps_over(H, settings) {
  const x1 = settings.h;
  const x5 = 1 - Math.pow((1 - (0.05 * x1)), H);
  const x7 = 1 - Math.pow(0.95, H);
  return [(((x5 * 1.0) + (x7 * (-1.0))) / (x5 + x7)), (1 / H), (((x1 * 1.0) + (-1.0)) / (x1 + 1))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { local_steps_run, local_steps_over });
})();
