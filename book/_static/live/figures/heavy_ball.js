// Written by `make generated` from optedu/lab/live_figures/heavy_ball.py. Do not edit.
(() => {
function heavy_ball_now(settings) {
  const x0 = settings.x;
  const x1 = settings.mu;
  const x2 = 1 + x1;
  const x3 = x2 - x0;
  const x4 = x3 / 2;
  const x6 = (x4 * x4) - x1;
  const x8 = Math.sqrt(Math.max(x6, 0));
  const x11 = Math.sqrt(Math.max((-x6), 0));
  const x12 = x4 + x8;
  const x13 = x4 - x8;
  const x14 = (-x11);
  const x22 = Math.sqrt(Math.max(((x12 * x12) + (x11 * x11)), ((x13 * x13) + (x14 * x14))));
  const x25 = (x3 * x3) - (4 * x1);
  const x34 = ((x22 >= 1) ? 4 : ((Math.abs(x25) < 1e-09) ? 1 : ((x25 < 0) ? 2 : ((x0 < x2) ? 0 : 3))));
  return [x12, x11, x13, x14, x22, ((x22 < 1) ? (2.302585092994046 / (-Math.log(x22))) : Infinity), x34, Math.sqrt(x1)];
}
function heavy_ball_along(at, settings) {
  const x1 = settings.mu;
  const x4 = ((1 + x1) - at) / 2;
  const x6 = (x4 * x4) - x1;
  const x8 = Math.sqrt(Math.max(x6, 0));
  const x11 = Math.sqrt(Math.max((-x6), 0));
  const x12 = x4 + x8;
  const x13 = x4 - x8;
  const x14 = (-x11);
  const x22 = Math.sqrt(Math.max(((x12 * x12) + (x11 * x11)), ((x13 * x13) + (x14 * x14))));
  return [x22, Math.abs((1 - at))];
}
function heavy_ball_circle(turn, settings) {
  const x2 = Math.sqrt(settings.mu);
  return [(x2 * Math.cos(turn)), (x2 * Math.sin(turn))];
}
function heavy_ball_run(t, theta, buf, plain, settings) {
  const x4 = settings.x;
  const x5 = settings.mu;
  const x6 = x4 * theta;
  const x9 = (x5 * buf) + (1 * x6);
  return [(theta - (1.0 * (x5 ? x9 : x6))), (x5 ? x9 : buf), (plain - (1.0 * (x4 * plain)))];
}
function heavy_ball_snap0(settings) {
  const x0 = settings.x;
  const x3 = 1 - Math.sqrt(x0);
  return [x0, (x3 * x3)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { heavy_ball_now, heavy_ball_along, heavy_ball_circle, heavy_ball_run, heavy_ball_snap0 });
})();
