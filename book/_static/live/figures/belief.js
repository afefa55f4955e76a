// Written by `make generated` from optedu/lab/live_figures/belief.py. Do not edit.
(() => {
function belief_run(t, z, state0, state1, state2, state3, state4, state5, state6, state7, state8, state9, state10, state11, settings) {
  const x15 = settings.sigma * z;
  const x16 = 1 + x15;
  const x19 = state1 + (0.09999999999999998 * (x16 - state1));
  const x23 = (0.999 * state2) + ((0.0010000000000000009 * x16) * x16);
  const x25 = 1 - Math.pow(0.9, t);
  const x28 = 1 - Math.pow(0.999, t);
  const x34 = state0 - ((1.0 * (x19 / x25)) / (Math.sqrt((x23 / x28)) + 1e-08));
  const x39 = state4 + (0.09999999999999998 * (x16 - state4));
  const x44 = (0.999 * state5) + (0.0010000000000000009 * Math.pow((x16 - x39), 2));
  const x45 = x44 + 1e-16;
  const x52 = (state3 - (0.0 * state3)) - ((1.0 * (x39 / x25)) / (Math.sqrt((x45 / x28)) + 1e-16));
  const x53 = 1 - x15;
  const x56 = state7 + (0.09999999999999998 * (x53 - state7));
  const x60 = (0.999 * state8) + ((0.0010000000000000009 * x53) * x53);
  const x67 = state6 - ((1.0 * (x56 / x25)) / (Math.sqrt((x60 / x28)) + 1e-08));
  const x72 = state10 + (0.09999999999999998 * (x53 - state10));
  const x77 = (0.999 * state11) + (0.0010000000000000009 * Math.pow((x53 - x72), 2));
  const x78 = x77 + 1e-16;
  const x85 = (state9 - (0.0 * state9)) - ((1.0 * (x72 / x25)) / (Math.sqrt((x78 / x28)) + 1e-16));
  const x88 = (-(x34 + x67)) / 2;
  const x91 = (-(x52 + x85)) / 2;
  return [x34, x19, x23, x52, x39, x45, x67, x56, x60, x85, x72, x78, x88, x91, (x91 / x88)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { belief_run });
})();
