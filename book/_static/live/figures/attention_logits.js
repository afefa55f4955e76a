// Written by `make generated` from optedu/lab/live_figures/attention_logits.py. Do not edit.
(() => {
function attention_logits_run(t, p, m, v, c, mc, vc, settings) {
  const x7 = settings.lr;
  const x11 = m + (0.09999999999999998 * ((-1.0) - m));
  const x13 = (0.95 * v) + 0.050000000000000044;
  const x15 = 1 - Math.pow(0.9, t);
  const x18 = 1 - Math.pow(0.95, t);
  const x24 = p - ((x7 * (x11 / x15)) / (Math.sqrt((x13 / x18)) + 0.0));
  const x27 = mc + (0.09999999999999998 * ((-1.0) - mc));
  const x29 = (0.95 * vc) + 0.050000000000000044;
  const x36 = c - ((x7 * (x27 / x15)) / (Math.sqrt((x29 / x18)) + 0.0));
  const x37 = Math.sqrt(settings.d);
  const x43 = x36 * Math.sqrt(Math.min(1.0, (100.0 / ((x37 * x36) * x36))));
  const x45 = (x37 * x24) * x24;
  const x47 = (x37 * x43) * x43;
  return [x24, x11, x13, x43, x27, x29, x45, x47, Math.max((1 / (1 + Math.exp(x45))), 1e-10), Math.max((1 / (1 + Math.exp(x47))), 1e-10)];
}
function attention_logits_now(settings) {
  const x1 = Math.sqrt(settings.d);
  return [x1, (1 / (1 + Math.exp(x1)))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { attention_logits_run, attention_logits_now });
})();
