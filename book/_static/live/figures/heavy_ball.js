// Written by `make generated` from optedu/lab/live_figures/heavy_ball.py. Do not edit.
(() => {
function heavy_ball_now(settings) {
  const x0 = settings.x;
  const x1 = settings.mu;
  const x2 = (1) + x1;
  const x3 = x2 - x0;
  const x4 = x3 / (2);
  const x5 = x4 * x4;
  const x6 = x5 - x1;
  const x7 = Math.max(x6, (0));
  const x8 = Math.sqrt(x7);
  const x9 = (-x6);
  const x10 = Math.max(x9, (0));
  const x11 = Math.sqrt(x10);
  const x12 = x4 + x8;
  const x13 = x4 - x8;
  const x14 = (-x11);
  const x15 = x12 * x12;
  const x16 = x11 * x11;
  const x17 = x15 + x16;
  const x18 = x13 * x13;
  const x19 = x14 * x14;
  const x20 = x18 + x19;
  const x21 = Math.max(x17, x20);
  const x22 = Math.sqrt(x21);
  const x23 = x3 * x3;
  const x24 = (4) * x1;
  const x25 = x23 - x24;
  const x26 = x25 < (0);
  const x27 = x0 < x2;
  const x28 = (x27 ? (0) : (3));
  const x29 = (x26 ? (2) : x28);
  const x30 = Math.abs(x25);
  const x31 = x30 < (1e-09);
  const x32 = (x31 ? (1) : x29);
  const x33 = x22 >= (1);
  const x34 = (x33 ? (4) : x32);
  const x35 = x22 < (1);
  const x36 = Math.log(x22);
  const x37 = (-x36);
  const x38 = (2.302585092994046) / x37;
  const x39 = (x35 ? x38 : Infinity);
  const x40 = Math.sqrt(x1);
  return [x12, x11, x13, x14, x22, x39, x34, x40];
}
function heavy_ball_along(at, settings) {
  const x0 = at;
  const x1 = settings.mu;
  const x2 = (1) + x1;
  const x3 = x2 - x0;
  const x4 = x3 / (2);
  const x5 = x4 * x4;
  const x6 = x5 - x1;
  const x7 = Math.max(x6, (0));
  const x8 = Math.sqrt(x7);
  const x9 = (-x6);
  const x10 = Math.max(x9, (0));
  const x11 = Math.sqrt(x10);
  const x12 = x4 + x8;
  const x13 = x4 - x8;
  const x14 = (-x11);
  const x15 = x12 * x12;
  const x16 = x11 * x11;
  const x17 = x15 + x16;
  const x18 = x13 * x13;
  const x19 = x14 * x14;
  const x20 = x18 + x19;
  const x21 = Math.max(x17, x20);
  const x22 = Math.sqrt(x21);
  const x23 = (1) - x0;
  const x24 = Math.abs(x23);
  return [x22, x24];
}
function heavy_ball_circle(turn, settings) {
  const x0 = turn;
  const x1 = settings.mu;
  const x2 = Math.sqrt(x1);
  const x3 = Math.cos(x0);
  const x4 = x2 * x3;
  const x5 = Math.sin(x0);
  const x6 = x2 * x5;
  return [x4, x6];
}
function heavy_ball_run(t, theta, buf, plain, settings) {
  const x1 = theta;
  const x2 = buf;
  const x3 = plain;
  const x4 = settings.x;
  const x5 = settings.mu;
  const x6 = x4 * x1;
  if (x5) {
    const x7 = x5 * x2;
    const x8 = (1) * x6;
    const x9 = x7 + x8;
    const x10 = (1.0) * x9;
    const x11 = x1 - x10;
    const x12 = x4 * x3;
    const x13 = (1.0) * x12;
    const x14 = x3 - x13;
    return [x11, x9, x14];
  } else {
    const x7 = (1.0) * x6;
    const x8 = x1 - x7;
    const x9 = x4 * x3;
    const x10 = (1.0) * x9;
    const x11 = x3 - x10;
    return [x8, x2, x11];
  }
}
function heavy_ball_snap0(settings) {
  const x0 = settings.x;
  const x2 = Math.sqrt(x0);
  const x3 = (1) - x2;
  const x4 = x3 * x3;
  return [x0, x4];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { heavy_ball_now, heavy_ball_along, heavy_ball_circle, heavy_ball_run, heavy_ball_snap0 });
})();
