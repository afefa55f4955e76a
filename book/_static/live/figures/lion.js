// Written by `make generated` from optedu/lab/live_figures/lion.py. Do not edit.
(() => {
function lion_now(settings) {
  const x0 = settings.g1;
  const x1 = settings.g2;
  const x4 = settings.b1;
  const x6 = 1 - x4;
  const x8 = (x4 * settings.m1) + (x6 * x0);
  const x11 = 0.0 - (1.0 * Math.sign(x8));
  const x14 = (x4 * settings.m2) + (x6 * x1);
  const x17 = 0.0 - (1.0 * Math.sign(x14));
  const x32 = Math.sqrt(((x0 * x0) + (x1 * x1))) * Math.sqrt(((x11 * x11) + (x17 * x17)));
  const x38 = (-((x0 * x11) + (x1 * x17))) / (x32 + 1e-12);
  return [x8, x14, x11, x17, x38, ((x38 > 1e-09) ? 0 : ((x38 < (-1e-09)) ? 2 : 1))];
}
function lion_vote(t, g, p, m, q, settings) {
  const x5 = settings.b1;
  return [((p - (0.0 * p)) - (1.0 * Math.sign(((x5 * m) + ((1 - x5) * g))))), ((0.99 * m) + (0.010000000000000009 * g)), ((q - (0.0 * q)) - (1.0 * Math.sign((0.0 + (1.0 * g)))))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { lion_now, lion_vote });
})();
