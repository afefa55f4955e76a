// Written by `make generated` from optedu/lab/live_figures/new_batch.py. Do not edit.
(() => {
function new_batch_run(n, z, state0, state1, state2, state3, state4, state5, state6, state7, state8, state9, state10, state11, state12, state13, state14, state15, state16, state17, settings) {
  const x20 = settings.k;
  const x21 = settings.b2;
  const x24 = Math.pow(0.9, x20);
  const x25 = Math.pow(x21, x20);
  const x29 = (state4 + (0.1 * state0)) + z;
  const x30 = state5 + 1;
  const x31 = x30 > 3.5;
  const x32 = x29 / x30;
  const x33 = state3 + 1;
  const x36 = state1 + (0.09999999999999998 * (x32 - state1));
  const x38 = 1 - x21;
  const x41 = (x21 * state2) + ((x38 * x32) * x32);
  const x51 = (0.05 * (x36 / (1 - Math.pow(0.9, x33)))) / (Math.sqrt((x41 / (1 - Math.pow(x21, x33)))) + 0.0);
  const x62 = (state10 + (0.1 * state6)) + z;
  const x63 = state11 + 1;
  const x64 = (4 * x20) - 0.5;
  const x65 = x63 > x64;
  const x66 = x62 / x63;
  const x67 = state9 + 1;
  const x71 = state7 + ((1 - x24) * (x66 - state7));
  const x76 = (x25 * state8) + (((1 - x25) * x66) * x66);
  const x86 = ((0.05 * Math.sqrt(x20)) * (x71 / (1 - Math.pow(x24, x67)))) / (Math.sqrt((x76 / (1 - Math.pow(x25, x67)))) + 0.0);
  const x96 = (state16 + (0.1 * state12)) + z;
  const x97 = state17 + 1;
  const x98 = x97 > x64;
  const x99 = x96 / x97;
  const x100 = state15 + 1;
  const x103 = state13 + (0.09999999999999998 * (x99 - state13));
  const x107 = (x21 * state14) + ((x38 * x99) * x99);
  const x117 = (0.05 * (x103 / (1 - Math.pow(0.9, x100)))) / (Math.sqrt((x107 / (1 - Math.pow(x21, x100)))) + 0.0);
  return [(x31 ? (state0 - x51) : state0), (x31 ? x36 : state1), (x31 ? x41 : state2), (x31 ? x33 : state3), (x31 ? 0.0 : x29), (x31 ? 0.0 : x30), (x65 ? (state6 - x86) : state6), (x65 ? x71 : state7), (x65 ? x76 : state8), (x65 ? x67 : state9), (x65 ? 0.0 : x62), (x65 ? 0.0 : x63), (x98 ? (state12 - x117) : state12), (x98 ? x103 : state13), (x98 ? x107 : state14), (x98 ? x100 : state15), (x98 ? 0.0 : x96), (x98 ? 0.0 : x97)];
}
function new_batch_past(age, settings) {
  const x2 = settings.b2;
  return [Math.pow(x2, (age / 4)), Math.pow(x2, (age / (4 * settings.k)))];
}
function new_batch_now(settings) {
  const x0 = settings.k;
  const x1 = settings.b2;
  const x2 = Math.sqrt(x0);
  const x8 = (-0.6931471805599453) / Math.log(x1);
  const x12 = 4 * x0;
  return [((0.05 * x2) / 0.05), Math.pow(0.9, x0), Math.pow(x1, x0), (1 / x2), x8, (x8 / x0), (4 * x8), (x12 * x8), x12];
}
function new_batch_by(factor, settings) {
  const x1 = Math.sqrt(factor);
  return [((0.05 * x1) / 0.05), (1 / x1), (1 / factor)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { new_batch_run, new_batch_past, new_batch_now, new_batch_by });
})();
