// Written by `make generated` from optedu/lab/live_figures/quadratic.py. Do not edit.
(() => {
function quadratic_curve(a, settings) {
  return [Math.abs((1.0 - (settings.gamma * (a * 1.0))))];
}
function quadratic_directions(k, settings) {
  const x7 = Math.exp((((-Math.log(settings.kappa)) * k) / 6));
  return [x7, Math.abs((1.0 - (settings.gamma * (x7 * 1.0))))];
}
function quadratic_now(settings) {
  const x0 = settings.gamma;
  const x1 = settings.kappa;
  const x4 = Math.abs((1.0 - (x0 * 1.0)));
  const x9 = Math.abs((1.0 - (x0 * ((1 / x1) * 1.0))));
  const x10 = Math.max(x4, x9);
  const x12 = x1 + 1;
  const x13 = (2 * x1) / x12;
  const x21 = ((x10 >= 1) ? 2 : ((Math.abs((x0 - x13)) < 0.004) ? 3 : ((x4 < x9) ? 0 : 1)));
  const x28 = (x1 - 1) / x12;
  return [x10, ((x10 < 1) ? (2.302585092994046 / (-Math.log(x10))) : Infinity), x21, x13, ((x28 < 1) ? (2.302585092994046 / (-Math.log(x28))) : Infinity)];
}
function quadratic_every(rate, settings) {
  const x10 = Math.max(Math.abs((1.0 - (rate * 1.0))), Math.abs((1.0 - (rate * ((1 / settings.kappa) * 1.0)))));
  return [((x10 < 1) ? (2.302585092994046 / (-Math.log(x10))) : Infinity)];
}
function quadratic_run(t, state0, state1, state2, state3, state4, state5, state6, settings) {
  const x8 = settings.gamma;
  const x11 = (-Math.log(settings.kappa));
  const x15 = Math.exp(((x11 * 0) / 6)) * state0;
  const x17 = (x15 * state0) / 2;
  const x21 = Math.exp(((x11 * 1) / 6)) * state1;
  const x27 = Math.exp(((x11 * 2) / 6)) * state2;
  const x33 = Math.exp(((x11 * 3) / 6)) * state3;
  const x39 = Math.exp(((x11 * 4) / 6)) * state4;
  const x45 = Math.exp(((x11 * 5) / 6)) * state5;
  const x51 = Math.exp(((x11 * 6) / 6)) * state6;
  const x53 = (x51 * state6) / 2;
  const x72 = (((0 + x17) + ((x21 * state1) / 2)) + ((x27 * state2) / 2)) + ((x33 * state3) / 2);
  return [(state0 - (x8 * x15)), (state1 - (x8 * x21)), (state2 - (x8 * x27)), (state3 - (x8 * x33)), (state4 - (x8 * x39)), (state5 - (x8 * x45)), (state6 - (x8 * x51)), (t - 1), (((x72 + ((x39 * state4) / 2)) + ((x45 * state5) / 2)) + x53), x17, x53];
}
function quadratic_snap0(settings) {
  const x0 = settings.kappa;
  const x2 = x0 + 1;
  const x5 = (x0 - 1) / x2;
  return [((2 * x0) / x2), ((x5 < 1) ? (2.302585092994046 / (-Math.log(x5))) : Infinity)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { quadratic_curve, quadratic_directions, quadratic_now, quadratic_every, quadratic_run, quadratic_snap0 });
})();
