// Written by `make generated` from the rules of optedu. Do not edit.
globalThis.OpteduRules = (() => {
function adabelief(g, p, m, s, settings) {
  const x4 = settings.lr;
  const x5 = settings.betas[0];
  const x6 = settings.betas[1];
  const x7 = settings.eps;
  const x9 = settings.t;
  const x16 = m + ((1 - x5) * (g - m));
  const x23 = ((x6 * s) + ((1 - x6) * Math.pow((g - x16), 2))) + x7;
  const x33 = (x4 * (x16 / (1 - Math.pow(x5, x9)))) / (Math.sqrt((x23 / (1 - Math.pow(x6, x9)))) + x7);
  return [((p - ((x4 * settings.weight_decay) * p)) - x33), x16, x23];
}
function adadelta(g, p, v, u, settings) {
  const x5 = settings.rho;
  const x6 = settings.eps;
  const x7 = settings.weight_decay;
  const x11 = 1 - x5;
  const x39 = (x7 ? (g + (x7 * p)) : g);
  const x42 = (x5 * v) + ((x11 * x39) * x39);
  const x46 = (Math.sqrt((u + x6)) / Math.sqrt((x42 + x6))) * x39;
  return [(p - (settings.lr * x46)), x42, ((x5 * u) + ((x11 * x46) * x46))];
}
function adagrad(g, p, total, settings) {
  const x5 = settings.weight_decay;
  const x28 = (x5 ? (g + (x5 * p)) : g);
  const x31 = total + (x28 * x28);
  const x34 = ((settings.lr / (1 + ((settings.t - 1) * settings.lr_decay))) * x28) / (Math.sqrt(x31) + settings.eps);
  return [(p - x34), x31];
}
function adam(g, p, m, v, v_max, settings) {
  const x6 = settings.betas[0];
  const x7 = settings.betas[1];
  const x9 = settings.weight_decay;
  const x10 = settings.t;
  const x48 = (x9 ? (g + (x9 * p)) : g);
  const x51 = m + ((1 - x6) * (x48 - m));
  const x56 = (x7 * v) + (((1 - x7) * x48) * x48);
  const x57 = Math.max(v_max, x56);
  const x61 = (settings.lr * (x51 / (1 - Math.pow(x6, x10)))) / (Math.sqrt((x57 / (1 - Math.pow(x7, x10)))) + settings.eps);
  return [(p - x61), x51, x56, x57];
}
function adam_no_v_max(g, p, m, v, settings) {
  const x5 = settings.betas[0];
  const x6 = settings.betas[1];
  const x8 = settings.weight_decay;
  const x9 = settings.t;
  const x45 = (x8 ? (g + (x8 * p)) : g);
  const x48 = m + ((1 - x5) * (x45 - m));
  const x53 = (x6 * v) + (((1 - x6) * x45) * x45);
  const x57 = (settings.lr * (x48 / (1 - Math.pow(x5, x9)))) / (Math.sqrt((x53 / (1 - Math.pow(x6, x9)))) + settings.eps);
  return [(p - x57), x48, x53, null];
}
function adamax(g, p, m, u, settings) {
  const x5 = settings.betas[0];
  const x8 = settings.weight_decay;
  const x35 = (x8 ? (g + (x8 * p)) : g);
  const x38 = m + ((1 - x5) * (x35 - m));
  const x42 = Math.max((settings.betas[1] * u), (Math.abs(x35) + settings.eps));
  return [(p - (((settings.lr / (1 - Math.pow(x5, settings.t))) * x38) / x42)), x38, x42];
}
function adamw_no_v_max(g, p, m, v, settings) {
  const x4 = settings.lr;
  const x5 = settings.betas[0];
  const x6 = settings.betas[1];
  const x9 = settings.t;
  const x16 = m + ((1 - x5) * (g - m));
  const x21 = (x6 * v) + (((1 - x6) * g) * g);
  const x31 = (x4 * (x16 / (1 - Math.pow(x5, x9)))) / (Math.sqrt((x21 / (1 - Math.pow(x6, x9)))) + settings.eps);
  return [((p - ((x4 * settings.weight_decay) * p)) - x31), x16, x21, null];
}
function adamw_schedule_free(g, y, z, v, weight_sum, lr_max, settings) {
  const x6 = settings.lr;
  const x7 = settings.betas[0];
  const x8 = settings.betas[1];
  const x11 = settings.warmup_steps;
  const x13 = settings.weight_lr_power;
  const x14 = settings.t;
  const x15 = x14 / x11;
  const x16 = x15 < 1.0;
  const x17 = x6 * x15;
  const x18 = x17 > lr_max;
  const x19 = Math.pow(x14, settings.r);
  const x21 = x19 * Math.pow(x17, x13);
  const x22 = weight_sum + x21;
  const x23 = x21 / x22;
  const x28 = (x8 * v) + (((1 - x8) * g) * g);
  const x36 = (g / (Math.sqrt((x28 / (1 - Math.pow(x8, x14)))) + settings.eps)) + (settings.weight_decay * y);
  const x38 = 1 - x7;
  const x63 = x19 * Math.pow(lr_max, x13);
  const x64 = weight_sum + x63;
  const x65 = x63 / x64;
  const x72 = (x64 ? (1 - x65) : 1.0);
  const x74 = (x64 ? x65 : 0.0);
  const x90 = x6 * 1.0;
  const x91 = x90 > lr_max;
  const x93 = x19 * Math.pow(x90, x13);
  const x94 = weight_sum + x93;
  const x95 = x93 / x94;
  const x140 = (x16 ? (x18 ? (x22 ? (1 - x23) : 1.0) : x72) : (x91 ? (x94 ? (1 - x95) : 1.0) : x72));
  const x142 = (x16 ? (x18 ? (x22 ? x23 : 0.0) : x74) : (x91 ? (x94 ? x95 : 0.0) : x74));
  const x151 = x6 > lr_max;
  const x153 = x19 * Math.pow(x6, x13);
  const x154 = weight_sum + x153;
  const x155 = x153 / x154;
  const x197 = z - ((x11 ? (x6 * (x16 ? x15 : 1.0)) : x6) * x36);
  const x200 = (x11 ? x140 : (x151 ? (x154 ? (1 - x155) : 1.0) : x72)) * ((y - (x38 * z)) / x7);
  const x204 = x7 * (x200 + ((x11 ? x142 : (x151 ? (x154 ? x155 : 0.0) : x74)) * x197));
  const x206 = (x11 ? (x16 ? (x18 ? x17 : lr_max) : (x91 ? x90 : lr_max)) : (x151 ? x6 : lr_max));
  return [((x38 * x197) + x204), x197, x28, (weight_sum + (x19 * Math.pow(x206, x13))), x206];
}
function ademamix(g, p, m, slow, v, settings) {
  const x5 = settings.lr;
  const x6 = settings.betas[0];
  const x7 = settings.betas[1];
  const x12 = settings.t;
  const x16 = m + ((1 - x6) * (g - m));
  const x20 = slow + ((1 - settings.betas[2]) * (g - slow));
  const x25 = (x7 * v) + (((1 - x7) * g) * g);
  const x36 = ((x16 / (1 - Math.pow(x6, x12))) + (settings.alpha * x20)) / (Math.sqrt((x25 / (1 - Math.pow(x7, x12)))) + settings.eps);
  return [((p - ((x5 * settings.weight_decay) * p)) - (x5 * x36)), x16, x20, x25];
}
function adopt(g, p, m, v, settings) {
  const x4 = settings.lr;
  const x6 = settings.betas[1];
  const x9 = settings.t;
  const x10 = x9 === 1;
  const x13 = Math.pow((x9 - 1), 0.25);
  const x19 = Math.min(Math.max((g / Math.max(Math.sqrt(v), settings.eps)), (-x13)), x13);
  const x23 = m + ((1 - settings.betas[0]) * (x19 - m));
  return [(x10 ? p : ((p - ((x4 * settings.weight_decay) * p)) - (x4 * x23))), (x10 ? m : x23), (x10 ? (g * g) : ((x6 * v) + (((1 - x6) * g) * g)))];
}
function asgd(g, p, eta, mu, ax, settings) {
  const x5 = settings.lr;
  const x6 = settings.lambd;
  const x9 = settings.weight_decay;
  const x10 = settings.t;
  const x26 = x10 - settings.t0;
  const x37 = ((1 - (x6 * eta)) * p) - (eta * (x9 ? (g + (x9 * p)) : g));
  return [x37, (x5 / Math.pow((1 + ((x6 * x5) * x10)), settings.alpha)), ((x26 > 1.0) ? (1 / x26) : 1.0), (ax + (mu * (x37 - ax)))];
}
function beale(x, y, settings) {
  const x13 = (0 + Math.pow(((1.5 - x) + (x * Math.pow(y, 1))), 2)) + Math.pow(((2.25 - x) + (x * Math.pow(y, 2))), 2);
  return [(x13 + Math.pow(((2.625 - x) + (x * Math.pow(y, 3))), 2))];
}
function beale_gradient(x, y, settings) {
  const x3 = Math.pow(y, 1);
  const x7 = Math.pow(y, 2);
  const x11 = Math.pow(y, 3);
  const x14 = 2 * ((1.5 - x) + (x * x3));
  const x18 = 2 * ((2.25 - x) + (x * x7));
  const x22 = 2 * ((2.625 - x) + (x * x11));
  const x38 = ((0 + (((x14 * x) * 1) * Math.pow(y, 0))) + (((x18 * x) * 2) * x3)) + (((x22 * x) * 3) * x7);
  return [(((0 + (x14 * (x3 - 1))) + (x18 * (x7 - 1))) + (x22 * (x11 - 1))), x38];
}
function lion(g, p, m, settings) {
  const x3 = settings.lr;
  const x4 = settings.betas[0];
  const x5 = settings.betas[1];
  const x20 = (p - ((x3 * settings.weight_decay) * p)) - (x3 * Math.sign(((x4 * m) + ((1 - x4) * g))));
  return [x20, ((x5 * m) + ((1 - x5) * g))];
}
function nadam(g, p, mu_product, m, v, settings) {
  const x5 = settings.lr;
  const x6 = settings.betas[0];
  const x7 = settings.betas[1];
  const x9 = settings.weight_decay;
  const x10 = settings.momentum_decay;
  const x11 = settings.decoupled_weight_decay;
  const x12 = settings.t;
  const x23 = x6 * (1 - (0.5 * Math.pow(0.96, (x12 * x10))));
  const x26 = x6 * (1 - (0.5 * Math.pow(0.96, ((x12 + 1) * x10))));
  const x27 = mu_product * x23;
  const x90 = (x9 ? (x11 ? g : (g + (x9 * p))) : g);
  const x93 = m + ((1 - x6) * (x90 - m));
  const x97 = x5 * (((x26 / (1 - (x27 * x26))) * x93) + (((1 - x23) / (1 - x27)) * x90));
  const x100 = (x7 * v) + (((1 - x7) * x90) * x90);
  const x105 = (x9 ? (x11 ? (p - ((x5 * x9) * p)) : p) : p) - (x97 / (Math.sqrt((x100 / (1 - Math.pow(x7, x12)))) + settings.eps));
  return [x105, x27, x93, x100];
}
function network(x, y, settings) {
  const x8 = 0 + (0.5 * Math.pow(((y * Math.tanh((x * 0.5))) - 0.6931757358900146), 2));
  const x15 = x8 + (0.5 * Math.pow(((y * Math.tanh((x * 1.0))) - 1.1423912339336473), 2));
  const x22 = x15 + (0.5 * Math.pow(((y * Math.tanh((x * 2.0))) - 1.4460413701137254), 2));
  return [(x22 / 3)];
}
function network_gradient(x, y, settings) {
  const x3 = Math.tanh((x * 0.5));
  const x5 = (y * x3) - 0.6931757358900146;
  const x7 = Math.tanh((x * 1.0));
  const x9 = (y * x7) - 1.1423912339336473;
  const x11 = Math.tanh((x * 2.0));
  const x13 = (y * x11) - 1.4460413701137254;
  const x25 = (0 + (((x5 * y) * 0.5) * (1 - Math.pow(x3, 2)))) + (((x9 * y) * 1.0) * (1 - Math.pow(x7, 2)));
  return [((x25 + (((x13 * y) * 2.0) * (1 - Math.pow(x11, 2)))) / 3), ((((0 + (x5 * x3)) + (x9 * x7)) + (x13 * x11)) / 3)];
}
function quadratic(x, y, settings) {
  const x2 = settings.kappa;
  const x4 = settings.angle * 0.017453292519943295;
  const x5 = Math.cos(x4);
  const x6 = Math.sin(x4);
  const x8 = x6 * x2;
  const x23 = (((x5 * x5) + (x8 * x6)) * Math.pow(x, 2)) + (((2 * ((x5 * x6) - (x8 * x5))) * x) * y);
  return [(0.5 * (x23 + (((x6 * x6) + ((x5 * x2) * x5)) * Math.pow(y, 2))))];
}
function quadratic_gradient(x, y, settings) {
  const x2 = settings.kappa;
  const x4 = settings.angle * 0.017453292519943295;
  const x5 = Math.cos(x4);
  const x6 = Math.sin(x4);
  const x8 = x6 * x2;
  const x13 = (x5 * x6) - (x8 * x5);
  return [((((x5 * x5) + (x8 * x6)) * x) + (x13 * y)), ((x13 * x) + (((x6 * x6) + ((x5 * x2) * x5)) * y))];
}
function radam(g, p, m, v, settings) {
  const x4 = settings.lr;
  const x5 = settings.betas[0];
  const x6 = settings.betas[1];
  const x8 = settings.weight_decay;
  const x9 = settings.decoupled_weight_decay;
  const x10 = settings.t;
  const x19 = 1 - x6;
  const x27 = (2 / x19) - 1;
  const x29 = Math.pow(x6, x10);
  const x31 = 1 - x29;
  const x33 = x27 - (((2 * x10) * x29) / x31);
  const x46 = Math.pow(((((x33 - 4) * (x33 - 2)) * x27) / (((x27 - 4) * (x27 - 2)) * x33)), 0.5);
  const x95 = (x8 ? (x9 ? g : (g + (x8 * p))) : g);
  const x98 = m + ((1 - x5) * (x95 - m));
  const x99 = x98 / (1 - Math.pow(x5, x10));
  const x104 = (x6 * v) + ((x19 * x95) * x95);
  const x107 = (((x4 * x46) * Math.pow(x31, 0.5)) * x99) / (Math.sqrt(x104) + settings.eps);
  const x109 = (x8 ? (x9 ? (p - ((x4 * x8) * p)) : p) : p) - ((x33 <= 5) ? (x4 * x99) : x107);
  return [x109, x98, x104];
}
function radam_schedule_free(g, y, z, v, weight_sum, lr_max, settings) {
  const x6 = settings.lr;
  const x7 = settings.betas[0];
  const x8 = settings.betas[1];
  const x12 = settings.weight_lr_power;
  const x13 = settings.silent_sgd_phase;
  const x14 = settings.t;
  const x16 = 1 - x8;
  const x19 = (x8 * v) + ((x16 * g) * g);
  const x21 = (2 / x16) - 1;
  const x23 = Math.pow(x8, x14);
  const x25 = 1 - x23;
  const x27 = x21 - (((2 * x14) * x23) / x25);
  const x28 = x27 > 4;
  const x38 = Math.pow(((((x27 - 4) * (x27 - 2)) * x21) / (((x21 - 4) * (x21 - 2)) * x27)), 0.5);
  const x39 = x6 * x38;
  const x44 = x39 > lr_max;
  const x45 = Math.pow(x14, settings.r);
  const x47 = x45 * Math.pow(x39, x12);
  const x48 = weight_sum + x47;
  const x49 = x47 / x48;
  const x53 = 1 - x7;
  const x78 = x45 * Math.pow(lr_max, x12);
  const x79 = weight_sum + x78;
  const x80 = x78 / x79;
  const x87 = (x79 ? (1 - x80) : 1.0);
  const x89 = (x79 ? x80 : 0.0);
  const x105 = lr_max < 0.0;
  const x107 = x45 * Math.pow(0.0, x12);
  const x108 = weight_sum + x107;
  const x109 = x107 / x108;
  const x150 = x6 > lr_max;
  const x152 = x45 * Math.pow(x6, x12);
  const x153 = weight_sum + x152;
  const x154 = x152 / x153;
  const x198 = (x13 ? (x105 ? (x108 ? (1 - x109) : 1.0) : x87) : (x150 ? (x153 ? (1 - x154) : 1.0) : x87));
  const x200 = (x13 ? (x105 ? (x108 ? x109 : 0.0) : x89) : (x150 ? (x153 ? x154 : 0.0) : x89));
  const x211 = (x28 ? (g / (Math.sqrt((x19 / x25)) + settings.eps)) : g) + (settings.weight_decay * y);
  const x213 = z - ((x28 ? x39 : (x13 ? 0.0 : x6)) * x211);
  const x216 = (x28 ? (x44 ? (x48 ? (1 - x49) : 1.0) : x87) : x198) * ((y - (x53 * z)) / x7);
  const x220 = x7 * (x216 + ((x28 ? (x44 ? (x48 ? x49 : 0.0) : x89) : x200) * x213));
  const x222 = (x28 ? (x44 ? x39 : lr_max) : (x13 ? (x105 ? 0.0 : lr_max) : (x150 ? x6 : lr_max)));
  return [((x53 * x213) + x220), x213, x19, (weight_sum + (x45 * Math.pow(x222, x12))), x222];
}
function ravine(x, y, settings) {
  const x3 = settings.width;
  const x11 = ((0.5 * settings.slope) * Math.pow(x, 2)) + Math.sqrt((Math.pow(y, 2) + Math.pow(x3, 2)));
  return [(x11 - x3)];
}
function ravine_gradient(x, y, settings) {
  return [(settings.slope * x), (y / Math.sqrt((Math.pow(y, 2) + Math.pow(settings.width, 2))))];
}
function reddi(x, y, settings) {
  return [(((settings.large - 2) / 3) * ((x + y) + 2))];
}
function reddi_gradient(x, y, settings) {
  const x2 = settings.large;
  return [((settings.third * (x2 + 1)) - 1), ((x2 - 2) / 3)];
}
function rmsprop(g, p, v, buf, mean, settings) {
  const x6 = settings.alpha;
  const x8 = settings.weight_decay;
  const x9 = settings.momentum;
  const x10 = settings.centered;
  const x14 = 1 - x6;
  const x100 = (x8 ? (g + (x8 * p)) : g);
  const x103 = (x6 * v) + ((x14 * x100) * x100);
  const x106 = mean + (x14 * (x100 - mean));
  const x112 = x100 / (Math.sqrt((x10 ? (x103 - (x106 * x106)) : x103)) + settings.eps);
  const x113 = (x9 * buf) + x112;
  return [(p - (settings.lr * (x9 ? x113 : x112))), x103, (x9 ? x113 : buf), (x10 ? x106 : mean)];
}
function rosenbrock(x, y, settings) {
  const x10 = Math.pow((settings.a - x), 2) + (settings.b * Math.pow((y - Math.pow(x, 2)), 2));
  return [x10];
}
function rosenbrock_gradient(x, y, settings) {
  const x3 = settings.b;
  const x9 = y - Math.pow(x, 2);
  return [(((-2) * (settings.a - x)) - (((4 * x3) * x) * x9)), ((2 * x3) * x9)];
}
function rprop(g, p, prev, size, settings) {
  const x8 = g * prev;
  const x9 = x8 < 0;
  const x14 = ((x8 > 0) ? (settings.etas[1] * size) : (x9 ? (settings.etas[0] * size) : size));
  const x16 = Math.min(Math.max(x14, settings.step_sizes[0]), settings.step_sizes[1]);
  const x17 = (x9 ? 0.0 : g);
  return [(p - (Math.sign(x17) * x16)), x17, x16];
}
function saddle(x, y, settings) {
  const x9 = ((0.5 * Math.pow(x, 2)) - (0.5 * Math.pow(y, 2))) + (0.25 * Math.pow(y, 4));
  return [x9];
}
function saddle_gradient(x, y, settings) {
  return [x, (Math.pow(y, 3) - y)];
}
function schedule_WSDLR(t, settings) {
  const x1 = settings.warmup_steps;
  const x3 = settings.decay_steps;
  const x9 = (t - (settings.total_steps - x3)) / x3;
  const x16 = ((t < x1) ? ((t + 1) / x1) : ((x9 > 0.0) ? ((x9 < 1.0) ? (1 + ((-1.0) * x9)) : 0.0) : 1.0));
  return [x16];
}
function schedule_WarmupCosineLR(t, settings) {
  const x1 = settings.warmup_steps;
  const x9 = (t - x1) / (settings.total_steps - x1);
  const x17 = ((x9 < 1.0) ? (0.0 + ((1.0 * (1 + Math.cos((3.141592653589793 * x9)))) / 2)) : 0.0);
  return [((t < x1) ? ((t + 1) / x1) : x17)];
}
function schedule_WarmupLinearLR(t, settings) {
  const x1 = settings.warmup_steps;
  const x9 = (t - x1) / (settings.total_steps - x1);
  return [((t < x1) ? ((t + 1) / x1) : ((x9 < 1.0) ? (1 + ((-1.0) * x9)) : 0.0))];
}
function sgd(g, p, buf, settings) {
  const x4 = settings.momentum;
  const x6 = settings.weight_decay;
  const x8 = g + (x6 * p);
  const x9 = x4 * buf;
  const x10 = 1 - settings.dampening;
  const x35 = (x6 ? ((x4 ? x9 : g) + ((x4 ? x10 : x6) * (x4 ? x8 : p))) : (x4 ? (x9 + (x10 * g)) : g));
  return [(p - (settings.lr * x35)), (x4 ? (x9 + (x10 * (x6 ? x8 : g))) : buf)];
}
function sgd_nesterov(g, p, buf, settings) {
  const x4 = settings.momentum;
  const x6 = settings.weight_decay;
  const x8 = g + (x6 * p);
  const x9 = x4 * buf;
  const x10 = 1 - settings.dampening;
  const x39 = (x6 ? ((x4 ? x8 : g) + ((x4 ? x4 : x6) * (x4 ? (x9 + (x10 * x8)) : p))) : (x4 ? (g + (x4 * (x9 + (x10 * g)))) : g));
  return [(p - (settings.lr * x39)), (x4 ? (x9 + (x10 * (x6 ? x8 : g))) : buf)];
}
function sgd_nesterov_no_buf(g, p, settings) {
  const x3 = settings.momentum;
  const x5 = settings.weight_decay;
  const x7 = g + (x5 * p);
  const x32 = (x5 ? ((x3 ? x7 : g) + ((x3 ? x3 : x5) * (x3 ? x7 : p))) : (x3 ? (g + (x3 * g)) : g));
  return [(p - (settings.lr * x32)), (x3 ? (x5 ? x7 : g) : null)];
}
function sgd_no_buf(g, p, settings) {
  const x5 = settings.weight_decay;
  const x14 = (x5 ? (g + (x5 * p)) : g);
  return [(p - (settings.lr * x14)), (settings.momentum ? x14 : null)];
}
function sgd_schedule_free(g, y, z, weight_sum, lr_max, settings) {
  const x5 = settings.lr;
  const x6 = settings.momentum;
  const x8 = settings.warmup_steps;
  const x10 = settings.weight_lr_power;
  const x11 = settings.t;
  const x12 = x11 / x8;
  const x13 = x12 < 1.0;
  const x14 = x5 * x12;
  const x15 = x14 > lr_max;
  const x16 = Math.pow(x11, settings.r);
  const x18 = x16 * Math.pow(x14, x10);
  const x19 = weight_sum + x18;
  const x20 = x18 / x19;
  const x24 = 1 - x6;
  const x49 = x16 * Math.pow(lr_max, x10);
  const x50 = weight_sum + x49;
  const x51 = x49 / x50;
  const x58 = (x50 ? (1 - x51) : 1.0);
  const x60 = (x50 ? x51 : 0.0);
  const x76 = x5 * 1.0;
  const x77 = x76 > lr_max;
  const x79 = x16 * Math.pow(x76, x10);
  const x80 = weight_sum + x79;
  const x81 = x79 / x80;
  const x126 = (x13 ? (x15 ? (x19 ? (1 - x20) : 1.0) : x58) : (x77 ? (x80 ? (1 - x81) : 1.0) : x58));
  const x128 = (x13 ? (x15 ? (x19 ? x20 : 0.0) : x60) : (x77 ? (x80 ? x81 : 0.0) : x60));
  const x137 = x5 > lr_max;
  const x139 = x16 * Math.pow(x5, x10);
  const x140 = weight_sum + x139;
  const x141 = x139 / x140;
  const x182 = (x8 ? (x5 * (x13 ? x12 : 1.0)) : x5) * (g + (settings.weight_decay * y));
  const x183 = z - x182;
  const x186 = (x8 ? x126 : (x137 ? (x140 ? (1 - x141) : 1.0) : x58)) * ((y - (x24 * z)) / x6);
  const x190 = x6 * (x186 + ((x8 ? x128 : (x137 ? (x140 ? x141 : 0.0) : x60)) * x183));
  const x192 = (x8 ? (x13 ? (x15 ? x14 : lr_max) : (x77 ? x76 : lr_max)) : (x137 ? x5 : lr_max));
  return [((x24 * x183) + x190), x183, (weight_sum + (x16 * Math.pow(x192, x10))), x192];
}
function yogi(g, p, m, v, settings) {
  const x4 = settings.lr;
  const x15 = m + ((1 - settings.betas[0]) * (g - m));
  const x23 = v - ((((1 - settings.betas[1]) * Math.sign((v - (g * g)))) * g) * g);
  const x28 = (p - ((x4 * settings.weight_decay) * p)) - ((x4 * x15) / (Math.sqrt(x23) + settings.eps));
  return [x28, x15, x23];
}
return { functions: { adabelief, adadelta, adagrad, adam, adam_no_v_max, adamax, adamw_no_v_max, adamw_schedule_free, ademamix, adopt, asgd, beale, beale_gradient, lion, nadam, network, network_gradient, quadratic, quadratic_gradient, radam, radam_schedule_free, ravine, ravine_gradient, reddi, reddi_gradient, rmsprop, rosenbrock, rosenbrock_gradient, rprop, saddle, saddle_gradient, schedule_WSDLR, schedule_WarmupCosineLR, schedule_WarmupLinearLR, sgd, sgd_nesterov, sgd_nesterov_no_buf, sgd_no_buf, sgd_schedule_free, yogi },
entrants: {"SGD": {"title": "SGD", "note": "", "look": ["#222222", "o", "-"], "file": "optedu/optim/sgd.py", "source": "def sgd(\n    g, p, buf=None, *,\n    lr, momentum, dampening,\n    weight_decay, nesterov,\n):\n    \"\"\"One step: ``(g, p, buf) -> (p, buf)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    if momentum and buf is None:\n        buf = g\n    elif momentum:\n        buf = momentum * buf + (1 - dampening) * g\n    if momentum and nesterov:\n        g = g + momentum * buf\n    elif momentum:\n        g = buf\n    return p - lr * g, buf", "chapter": "foundations/gradient_descent", "rule": {"0": "sgd_no_buf"}, "initial": {"buf": null}, "fixed": {"momentum": 0, "dampening": 0, "nesterov": false}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "momentum": {"title": "momentum", "note": "", "look": ["#0072B2", "s", "-"], "file": "optedu/optim/sgd.py", "source": "def sgd(\n    g, p, buf=None, *,\n    lr, momentum, dampening,\n    weight_decay, nesterov,\n):\n    \"\"\"One step: ``(g, p, buf) -> (p, buf)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    if momentum and buf is None:\n        buf = g\n    elif momentum:\n        buf = momentum * buf + (1 - dampening) * g\n    if momentum and nesterov:\n        g = g + momentum * buf\n    elif momentum:\n        g = buf\n    return p - lr * g, buf", "chapter": "momentum/heavy_ball", "rule": {"0": "sgd_no_buf", "1": "sgd"}, "initial": {"buf": null}, "fixed": {"nesterov": false}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "momentum", "label": "momentum", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "dampening", "label": "dampening", "value": 0.0, "scale": "linear", "low": 0, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Nesterov": {"title": "Nesterov", "note": "", "look": ["#56B4E9", "D", "--"], "file": "optedu/optim/sgd.py", "source": "def sgd(\n    g, p, buf=None, *,\n    lr, momentum, dampening,\n    weight_decay, nesterov,\n):\n    \"\"\"One step: ``(g, p, buf) -> (p, buf)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    if momentum and buf is None:\n        buf = g\n    elif momentum:\n        buf = momentum * buf + (1 - dampening) * g\n    if momentum and nesterov:\n        g = g + momentum * buf\n    elif momentum:\n        g = buf\n    return p - lr * g, buf", "chapter": "momentum/nesterov", "rule": {"0": "sgd_nesterov_no_buf", "1": "sgd_nesterov"}, "initial": {"buf": null}, "fixed": {"nesterov": true, "dampening": 0}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "momentum", "label": "momentum", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Adagrad": {"title": "Adagrad", "note": "", "look": ["#C9B400", "^", "-"], "file": "optedu/optim/adagrad.py", "source": "def adagrad(\n    g, p, total, *,\n    t, lr, lr_decay, weight_decay, eps,\n):\n    \"\"\"One step of AdaGrad:\n    ``(g, p, total) -> (p, total)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    total = total + g * g\n    rate = lr / (1 + (t - 1) * lr_decay)\n    p = p - rate * g / (sqrt(total) + eps)\n    return p, total", "chapter": "adaptive/adagrad", "rule": {"1": "adagrad"}, "initial": {"total": "initial_accumulator_value"}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.01, "scale": "log", "low": 1e-06, "high": 100}, {"name": "lr_decay", "label": "lr_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "eps", "label": "eps", "value": 1e-10, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "initial_accumulator_value", "label": "initial_accumulator_value", "value": 0.0, "scale": "zero", "low": 1e-06, "high": 100}]}, "RMSprop": {"title": "RMSprop", "note": "", "look": ["#009E73", "v", "-"], "file": "optedu/optim/rmsprop.py", "source": "def rmsprop(\n    g, p, v, buf=None, mean=None, *,\n    lr, alpha, eps, weight_decay,\n    momentum, centered,\n):\n    \"\"\"One step of RMSProp: ``(g, p, v, buf, mean)\n    -> (p, v, buf, mean)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    v = alpha * v + (1 - alpha) * g * g\n    spread = v\n    if centered:\n        mean = mean + (1 - alpha) * (g - mean)\n        spread = v - mean * mean\n    step = g / (sqrt(spread) + eps)\n    if momentum:\n        step = buf = momentum * buf + step\n    return p - lr * step, v, buf, mean", "chapter": "adaptive/rmsprop", "rule": {"111": "rmsprop"}, "initial": {"v": 0.0, "buf": 0.0, "mean": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.01, "scale": "log", "low": 1e-06, "high": 100}, {"name": "momentum", "label": "momentum", "value": 0.0, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "alpha", "label": "alpha", "value": 0.99, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "centered", "label": "centered", "value": false, "scale": "flag"}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Adadelta": {"title": "Adadelta", "note": "", "look": ["#C9B400", "<", "--"], "file": "optedu/optim/adadelta.py", "source": "def adadelta(\n    g, p, v, u, *, lr, rho, eps, weight_decay\n):\n    \"\"\"One step: ``(g, p, v, u) -> (p, v, u)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    v = rho * v + (1 - rho) * g * g\n    delta = sqrt(u + eps) / sqrt(v + eps) * g\n    u = rho * u + (1 - rho) * delta * delta\n    return p - lr * delta, v, u", "chapter": "adaptive/adadelta", "rule": {"11": "adadelta"}, "initial": {"v": 0.0, "u": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 1.0, "scale": "log", "low": 1e-06, "high": 100}, {"name": "rho", "label": "rho", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-06, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Rprop": {"title": "Rprop", "note": "The rate is the first step of each coordinate; then the signs decide.", "look": ["#CC79A7", ">", "-."], "file": "optedu/optim/rprop.py", "source": "def rprop(g, p, prev, size, *, etas, step_sizes):\n    \"\"\"One step of Rprop: ``(g, p, prev, size)\n    -> (p, prev, size)``.\"\"\"\n    shrink, grow = etas\n    agree = g * prev\n    less = where(agree < 0, shrink * size, size)\n    size = where(agree > 0, grow * size, less)\n    size = clip(size, *step_sizes)\n    g = where(agree < 0, 0.0, g)\n    return p - sign(g) * size, g, size", "chapter": "adaptive/rprop", "rule": {"11": "rprop"}, "initial": {"prev": 0.0, "size": "lr"}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.01, "scale": "log", "low": 1e-06, "high": 100}, {"name": "etas.0", "label": "etas[0]", "value": 0.5, "scale": "linear", "low": 0.05, "high": 0.95}, {"name": "etas.1", "label": "etas[1]", "value": 1.2, "scale": "linear", "low": 1.05, "high": 2}, {"name": "step_sizes.0", "label": "step_sizes[0]", "value": 1e-06, "scale": "log", "low": 1e-12, "high": 0.01}, {"name": "step_sizes.1", "label": "step_sizes[1]", "value": 50.0, "scale": "log", "low": 0.01, "high": 100}]}, "Adam": {"title": "Adam", "note": "", "look": ["#D55E00", "P", "-"], "file": "optedu/optim/adam.py", "source": "def adam(\n    g, p, m, v, v_max=None, *,\n    t, lr, betas, eps, weight_decay,\n):\n    \"\"\"One step of Adam: ``(g, p, m, v, v_max)\n    -> (p, m, v, v_max)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay:\n        g = g + weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    v = b2 * v + (1 - b2) * g * g\n    if v_max is not None:\n        v_max = maximum(v_max, v)\n    v_used = v if v_max is None else v_max\n    m_hat = m / (1 - b1**t)\n    v_hat = v_used / (1 - b2**t)\n    p = p - lr * m_hat / (sqrt(v_hat) + eps)\n    return p, m, v, v_max", "chapter": "adam/bias_correction", "rule": {"110": "adam_no_v_max"}, "initial": {"m": 0.0, "v": 0.0, "v_max": null}, "fixed": {"amsgrad": false, "decoupled_weight_decay": false}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "uncorrected": {"title": "Adam, uncorrected", "note": "Adam's rule, told that t is infinite: both corrections are then 1.", "look": ["#0072B2", "X", ":"], "file": "optedu/optim/adam.py", "source": "def adam(\n    g, p, m, v, v_max=None, *,\n    t, lr, betas, eps, weight_decay,\n):\n    \"\"\"One step of Adam: ``(g, p, m, v, v_max)\n    -> (p, m, v, v_max)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay:\n        g = g + weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    v = b2 * v + (1 - b2) * g * g\n    if v_max is not None:\n        v_max = maximum(v_max, v)\n    v_used = v if v_max is None else v_max\n    m_hat = m / (1 - b1**t)\n    v_hat = v_used / (1 - b2**t)\n    p = p - lr * m_hat / (sqrt(v_hat) + eps)\n    return p, m, v, v_max", "chapter": "adam/bias_correction", "rule": {"110": "adam_no_v_max"}, "initial": {"m": 0.0, "v": 0.0, "v_max": null}, "fixed": {"amsgrad": false, "decoupled_weight_decay": false, "t": Infinity}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "AdamW": {"title": "AdamW", "note": "", "look": ["#E69F00", "X", "-"], "file": "optedu/optim/adam.py", "source": "def adam(\n    g, p, m, v, v_max=None, *,\n    t, lr, betas, eps, weight_decay,\n):\n    \"\"\"One step of Adam: ``(g, p, m, v, v_max)\n    -> (p, m, v, v_max)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay:\n        g = g + weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    v = b2 * v + (1 - b2) * g * g\n    if v_max is not None:\n        v_max = maximum(v_max, v)\n    v_used = v if v_max is None else v_max\n    m_hat = m / (1 - b1**t)\n    v_hat = v_used / (1 - b2**t)\n    p = p - lr * m_hat / (sqrt(v_hat) + eps)\n    return p, m, v, v_max\n\ndef adamw(\n    g, p, m, v, v_max=None, *,\n    t, lr, betas, eps, weight_decay,\n):\n    \"\"\"One step of AdamW: shrink the parameter,\n    then take Adam's step without decay.\"\"\"\n    p = p - lr * weight_decay * p\n    return adam(\n        g, p, m, v, v_max, t=t, lr=lr,\n        betas=betas, eps=eps, weight_decay=0,\n    )", "chapter": "adam/decoupled_decay", "rule": {"110": "adamw_no_v_max"}, "initial": {"m": 0.0, "v": 0.0, "v_max": null}, "fixed": {"amsgrad": false}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.01, "scale": "zero", "low": 1e-05, "high": 1}]}, "AMSGrad": {"title": "AMSGrad", "note": "", "look": ["#CC79A7", "*", "--"], "file": "optedu/optim/adam.py", "source": "def adam(\n    g, p, m, v, v_max=None, *,\n    t, lr, betas, eps, weight_decay,\n):\n    \"\"\"One step of Adam: ``(g, p, m, v, v_max)\n    -> (p, m, v, v_max)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay:\n        g = g + weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    v = b2 * v + (1 - b2) * g * g\n    if v_max is not None:\n        v_max = maximum(v_max, v)\n    v_used = v if v_max is None else v_max\n    m_hat = m / (1 - b1**t)\n    v_hat = v_used / (1 - b2**t)\n    p = p - lr * m_hat / (sqrt(v_hat) + eps)\n    return p, m, v, v_max", "chapter": "adam/amsgrad", "rule": {"111": "adam"}, "initial": {"m": 0.0, "v": 0.0, "v_max": 0.0}, "fixed": {"amsgrad": true, "decoupled_weight_decay": false}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Adamax": {"title": "Adamax", "note": "", "look": ["#0072B2", "d", "-."], "file": "optedu/optim/adamax.py", "source": "def adamax(\n    g, p, m, u, *, t, lr, betas, eps, weight_decay\n):\n    \"\"\"One step: ``(g, p, m, u) -> (p, m, u)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay:\n        g = g + weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    u = maximum(b2 * u, abs(g) + eps)\n    return p - lr / (1 - b1**t) * m / u, m, u", "chapter": "adam/variants", "rule": {"11": "adamax"}, "initial": {"m": 0.0, "u": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.002, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "NAdam": {"title": "NAdam", "note": "", "look": ["#56B4E9", "p", "-"], "file": "optedu/optim/nadam.py", "source": "def nadam(\n    g, p, mu_product, m, v, *,\n    t, lr, betas, eps, weight_decay,\n    momentum_decay, decoupled_weight_decay,\n):\n    \"\"\"One step: ``(g, p, mu_product, m, v)\n    -> (p, mu_product, m, v)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay and decoupled_weight_decay:\n        p = p - lr * weight_decay * p\n    elif weight_decay:\n        g = g + weight_decay * p\n    now = 0.96 ** (t * momentum_decay)\n    later = 0.96 ** ((t + 1) * momentum_decay)\n    mu = b1 * (1 - 0.5 * now)\n    mu_next = b1 * (1 - 0.5 * later)\n    mu_product = mu_product * mu\n    product_next = mu_product * mu_next\n    m = m + (1 - b1) * (g - m)\n    v = b2 * v + (1 - b2) * g * g\n    m_hat = mu_next / (1 - product_next) * m\n    g_hat = (1 - mu) / (1 - mu_product) * g\n    v_hat = v / (1 - b2**t)\n    ahead = m_hat + g_hat\n    p = p - lr * ahead / (sqrt(v_hat) + eps)\n    return p, mu_product, m, v", "chapter": "adam/variants", "rule": {"111": "nadam"}, "initial": {"mu_product": 1.0, "m": 0.0, "v": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.002, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "momentum_decay", "label": "momentum_decay", "value": 0.004, "scale": "zero", "low": 0.0001, "high": 1}, {"name": "decoupled_weight_decay", "label": "decoupled_weight_decay", "value": false, "scale": "flag"}]}, "RAdam": {"title": "RAdam", "note": "", "look": ["#009E73", "h", "--"], "file": "optedu/optim/radam.py", "source": "def radam(\n    g, p, m, v, *,\n    t, lr, betas, eps, weight_decay,\n    decoupled_weight_decay,\n):\n    \"\"\"One step: ``(g, p, m, v) -> (p, m, v)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay and decoupled_weight_decay:\n        p = p - lr * weight_decay * p\n    elif weight_decay:\n        g = g + weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    v = b2 * v + (1 - b2) * g * g\n    m_hat = m / (1 - b1**t)\n    rho_max = 2 / (1 - b2) - 1\n    rho = rho_max - 2 * t * b2**t / (1 - b2**t)\n    if rho <= 5:\n        return p - lr * m_hat, m, v\n    r = (rho - 4) * (rho - 2) * rho_max\n    r = r / ((rho_max - 4) * (rho_max - 2) * rho)\n    rate = lr * r**0.5 * (1 - b2**t) ** 0.5\n    p = p - rate * m_hat / (sqrt(v) + eps)\n    return p, m, v", "chapter": "adam/variants", "rule": {"11": "radam"}, "initial": {"m": 0.0, "v": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "decoupled_weight_decay", "label": "decoupled_weight_decay", "value": false, "scale": "flag"}]}, "AdaBelief": {"title": "AdaBelief", "note": "", "look": ["#222222", "1", "--"], "file": "optedu/optim/adabelief.py", "source": "def adabelief(\n    g, p, m, s, *, t, lr, betas, eps, weight_decay\n):\n    \"\"\"One step: ``(g, p, m, s) -> (p, m, s)``.\"\"\"\n    b1, b2 = betas\n    p = p - lr * weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    s = b2 * s + (1 - b2) * (g - m) ** 2 + eps\n    m_hat = m / (1 - b1**t)\n    s_hat = s / (1 - b2**t)\n    p = p - lr * m_hat / (sqrt(s_hat) + eps)\n    return p, m, s", "chapter": "adam/second_moments", "rule": {"11": "adabelief"}, "initial": {"m": 0.0, "s": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-16, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Yogi": {"title": "Yogi", "note": "", "look": ["#C9B400", "2", "-."], "file": "optedu/optim/yogi.py", "source": "def yogi(\n    g, p, m, v, *, lr, betas, eps, weight_decay\n):\n    \"\"\"One step: ``(g, p, m, v) -> (p, m, v)``.\"\"\"\n    b1, b2 = betas\n    p = p - lr * weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    v = v - (1 - b2) * sign(v - g * g) * g * g\n    return p - lr * m / (sqrt(v) + eps), m, v", "chapter": "adam/second_moments", "rule": {"11": "yogi"}, "initial": {"m": 0.0, "v": "initial_accumulator"}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.01, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 0.001, "scale": "log", "low": 1e-16, "high": 1}, {"name": "initial_accumulator", "label": "initial_accumulator", "value": 1e-06, "scale": "zero", "low": 1e-08, "high": 100}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Lion": {"title": "Lion", "note": "", "look": ["#0072B2", "p", "-"], "file": "optedu/optim/lion.py", "source": "def lion(g, p, m, *, lr, betas, weight_decay):\n    \"\"\"One step: ``(g, p, m) -> (p, m)``.\"\"\"\n    b1, b2 = betas\n    p = p - lr * weight_decay * p\n    direction = b1 * m + (1 - b1) * g\n    m = b2 * m + (1 - b2) * g\n    return p - lr * sign(direction), m", "chapter": "modern/lion", "rule": {"1": "lion"}, "initial": {"m": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.0001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.99, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "SGDScheduleFree": {"title": "SGD, schedule-free", "note": "Drawn is y, the point where gradients are taken. The answer is the average, which lies beside it.", "look": ["#0072B2", "<", "--"], "file": "optedu/optim/schedule_free.py", "source": "def averaging(\n    weight_sum, lr_max, *,\n    t, lr, warmup_steps, r, weight_lr_power,\n):\n    \"\"\"Warmed-up rate, the newest iterate's weight\n    in the average, and what both remember.\"\"\"\n    if warmup_steps:\n        lr = lr * min(1.0, t / warmup_steps)\n    lr_max = max(lr_max, lr)\n    w = t**r * lr_max**weight_lr_power\n    weight_sum = weight_sum + w\n    c = w / weight_sum if weight_sum else 0.0\n    return lr, c, weight_sum, lr_max\n\ndef interpolate(y, z, step, c, beta):\n    \"\"\"Move z by `step`, x (the average) towards z\n    by `c`, and y between the two: ``(y, z)``.\"\"\"\n    x = (y - (1 - beta) * z) / beta\n    z = z - step\n    x = (1 - c) * x + c * z\n    return (1 - beta) * z + beta * x, z\n\ndef sgd_schedule_free(\n    g, y, z, weight_sum, lr_max, *,\n    t, lr, momentum, weight_decay,\n    warmup_steps, r, weight_lr_power,\n):\n    \"\"\"One step of Schedule-Free SGD:\n    ``(g, y, z, weight_sum, lr_max)\n    -> (y, z, weight_sum, lr_max)``.\"\"\"\n    lr, c, weight_sum, lr_max = averaging(\n        weight_sum, lr_max, t=t, lr=lr, r=r,\n        warmup_steps=warmup_steps,\n        weight_lr_power=weight_lr_power,\n    )\n    step = lr * (g + weight_decay * y)\n    y, z = interpolate(y, z, step, c, momentum)\n    return y, z, weight_sum, lr_max", "chapter": "modern/schedule_free", "rule": {"111": "sgd_schedule_free"}, "initial": {"z": "p", "weight_sum": 0.0, "lr_max": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 1.0, "scale": "log", "low": 1e-06, "high": 100}, {"name": "momentum", "label": "momentum", "value": 0.9, "scale": "decay", "low": 0.1, "high": 0.9999}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "warmup_steps", "label": "warmup_steps", "value": 0, "scale": "whole", "low": 0, "high": 200}, {"name": "r", "label": "r", "value": 0.0, "scale": "linear", "low": 0, "high": 4}, {"name": "weight_lr_power", "label": "weight_lr_power", "value": 2.0, "scale": "linear", "low": 0, "high": 4}]}, "AdamWScheduleFree": {"title": "AdamW, schedule-free", "note": "Drawn is y, the point where gradients are taken. The answer is the average, which lies beside it.", "look": ["#56B4E9", "H", "-."], "file": "optedu/optim/schedule_free.py", "source": "def averaging(\n    weight_sum, lr_max, *,\n    t, lr, warmup_steps, r, weight_lr_power,\n):\n    \"\"\"Warmed-up rate, the newest iterate's weight\n    in the average, and what both remember.\"\"\"\n    if warmup_steps:\n        lr = lr * min(1.0, t / warmup_steps)\n    lr_max = max(lr_max, lr)\n    w = t**r * lr_max**weight_lr_power\n    weight_sum = weight_sum + w\n    c = w / weight_sum if weight_sum else 0.0\n    return lr, c, weight_sum, lr_max\n\ndef interpolate(y, z, step, c, beta):\n    \"\"\"Move z by `step`, x (the average) towards z\n    by `c`, and y between the two: ``(y, z)``.\"\"\"\n    x = (y - (1 - beta) * z) / beta\n    z = z - step\n    x = (1 - c) * x + c * z\n    return (1 - beta) * z + beta * x, z\n\ndef adamw_schedule_free(\n    g, y, z, v, weight_sum, lr_max, *,\n    t, lr, betas, eps, weight_decay,\n    warmup_steps, r, weight_lr_power,\n):\n    \"\"\"One step of Schedule-Free AdamW:\n    ``(g, y, z, v, weight_sum, lr_max)\n    -> (y, z, v, weight_sum, lr_max)``.\"\"\"\n    b1, b2 = betas\n    lr, c, weight_sum, lr_max = averaging(\n        weight_sum, lr_max, t=t, lr=lr, r=r,\n        warmup_steps=warmup_steps,\n        weight_lr_power=weight_lr_power,\n    )\n    v = b2 * v + (1 - b2) * g * g\n    v_hat = v / (1 - b2**t)\n    u = g / (sqrt(v_hat) + eps)\n    step = lr * (u + weight_decay * y)\n    y, z = interpolate(y, z, step, c, b1)\n    return y, z, v, weight_sum, lr_max", "chapter": "modern/schedule_free", "rule": {"1111": "adamw_schedule_free"}, "initial": {"z": "p", "v": 0.0, "weight_sum": 0.0, "lr_max": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.0025, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0.1, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0.1, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "warmup_steps", "label": "warmup_steps", "value": 0, "scale": "whole", "low": 0, "high": 200}, {"name": "r", "label": "r", "value": 0.0, "scale": "linear", "low": 0, "high": 4}, {"name": "weight_lr_power", "label": "weight_lr_power", "value": 2.0, "scale": "linear", "low": 0, "high": 4}]}, "RAdamScheduleFree": {"title": "RAdam, schedule-free", "note": "Drawn is y, the point where gradients are taken. The answer is the average, which lies beside it. The first four steps stand still, while the average of squares fills.", "look": ["#009E73", "H", ":"], "file": "optedu/optim/schedule_free.py", "source": "def averaging(\n    weight_sum, lr_max, *,\n    t, lr, warmup_steps, r, weight_lr_power,\n):\n    \"\"\"Warmed-up rate, the newest iterate's weight\n    in the average, and what both remember.\"\"\"\n    if warmup_steps:\n        lr = lr * min(1.0, t / warmup_steps)\n    lr_max = max(lr_max, lr)\n    w = t**r * lr_max**weight_lr_power\n    weight_sum = weight_sum + w\n    c = w / weight_sum if weight_sum else 0.0\n    return lr, c, weight_sum, lr_max\n\ndef interpolate(y, z, step, c, beta):\n    \"\"\"Move z by `step`, x (the average) towards z\n    by `c`, and y between the two: ``(y, z)``.\"\"\"\n    x = (y - (1 - beta) * z) / beta\n    z = z - step\n    x = (1 - c) * x + c * z\n    return (1 - beta) * z + beta * x, z\n\ndef radam_schedule_free(\n    g, y, z, v, weight_sum, lr_max, *,\n    t, lr, betas, eps, weight_decay, r,\n    weight_lr_power, silent_sgd_phase,\n):\n    \"\"\"One step of Schedule-Free RAdam; arguments\n    and results as of `adamw_schedule_free`.\"\"\"\n    b1, b2 = betas\n    v = b2 * v + (1 - b2) * g * g\n    n = 2 / (1 - b2) - 1\n    rho = n - 2 * t * b2**t / (1 - b2**t)\n    if rho > 4:\n        trust = (rho - 4) * (rho - 2) * n\n        trust = trust / ((n - 4) * (n - 2) * rho)\n        lr = lr * trust**0.5\n        g = g / (sqrt(v / (1 - b2**t)) + eps)\n    elif silent_sgd_phase:\n        lr = 0.0\n    lr, c, weight_sum, lr_max = averaging(\n        weight_sum, lr_max, t=t, lr=lr, r=r,\n        warmup_steps=0,\n        weight_lr_power=weight_lr_power,\n    )\n    step = lr * (g + weight_decay * y)\n    y, z = interpolate(y, z, step, c, b1)\n    return y, z, v, weight_sum, lr_max", "chapter": "modern/schedule_free", "rule": {"1111": "radam_schedule_free"}, "initial": {"z": "p", "v": 0.0, "weight_sum": 0.0, "lr_max": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.0025, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0.1, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0.1, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "r", "label": "r", "value": 0.0, "scale": "linear", "low": 0, "high": 4}, {"name": "weight_lr_power", "label": "weight_lr_power", "value": 2.0, "scale": "linear", "low": 0, "high": 4}, {"name": "silent_sgd_phase", "label": "silent_sgd_phase", "value": true, "scale": "flag"}]}, "AdEMAMix": {"title": "AdEMAMix", "note": "Of two averages the slow one, which starts at zero, remembers 10,000 steps. Here it has no warm-up.", "look": ["#E69F00", "D", "-"], "file": "optedu/optim/ademamix.py", "source": "def warmed_up(t, b1, b3, alpha, t_alpha_beta3):\n    \"\"\"Decay and weight of the slow average.\"\"\"\n    s = min(1.0, t / t_alpha_beta3)\n    ratio = log(b3) / log(b1)\n    b3_t = b3 ** (1 / (s + (1 - s) * ratio))\n    return min(b3, b3_t), s * alpha\n\ndef ademamix(\n    g, p, m, slow, v, *,\n    t, lr, betas, alpha, t_alpha_beta3,\n    eps, weight_decay,\n):\n    \"\"\"One step: ``(g, p, m, slow, v)\n    -> (p, m, slow, v)``.\"\"\"\n    b1, b2, b3 = betas\n    if t_alpha_beta3:\n        b3, alpha = warmed_up(\n            t, b1, b3, alpha, t_alpha_beta3\n        )\n    m = m + (1 - b1) * (g - m)\n    slow = slow + (1 - b3) * (g - slow)\n    v = b2 * v + (1 - b2) * g * g\n    m_hat = m / (1 - b1**t)\n    v_hat = v / (1 - b2**t)\n    ahead = m_hat + alpha * slow\n    u = ahead / (sqrt(v_hat) + eps)\n    p = p - lr * weight_decay * p\n    return p - lr * u, m, slow, v", "chapter": "modern/two_memories", "rule": {"111": "ademamix"}, "initial": {"m": 0.0, "slow": 0.0, "v": 0.0}, "fixed": {"t_alpha_beta3": null}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.2", "label": "betas[2]", "value": 0.9999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "alpha", "label": "alpha", "value": 5.0, "scale": "linear", "low": 0, "high": 10}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "ADOPT": {"title": "ADOPT", "note": "The first gradient only starts the average of squares: there is no first step.", "look": ["#CC79A7", "v", "--"], "file": "optedu/optim/adopt.py", "source": "def adopt(\n    g, p, m, v, *, t, lr, betas, eps, weight_decay\n):\n    \"\"\"One step: ``(g, p, m, v) -> (p, m, v)``.\"\"\"\n    b1, b2 = betas\n    if t == 1:  # the first g starts v only\n        return p, m, g * g\n    bound = (t - 1) ** 0.25\n    u = g / maximum(sqrt(v), eps)\n    u = clip(u, -bound, bound)\n    m = m + (1 - b1) * (u - m)\n    v = b2 * v + (1 - b2) * g * g\n    p = p - lr * weight_decay * p\n    return p - lr * m, m, v", "chapter": "modern/one_line", "rule": {"11": "adopt"}, "initial": {"m": 0.0, "v": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.9999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-06, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "ASGD": {"title": "ASGD", "note": "Drawn is the iterate. The answer is its average, the state ax, once t passes t0.", "look": ["#C9B400", "d", "--"], "file": "optedu/optim/asgd.py", "source": "def asgd(\n    g, p, eta, mu, ax, *,\n    t, lr, lambd, alpha, t0, weight_decay,\n):\n    \"\"\"One step of ASGD: ``(g, p, eta, mu, ax)\n    -> (p, eta, mu, ax)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    p = (1 - lambd * eta) * p - eta * g\n    ax = ax + mu * (p - ax)\n    eta = lr / (1 + lambd * lr * t) ** alpha\n    mu = 1 / max(1.0, t - t0)\n    return p, eta, mu, ax", "chapter": "classical/averaging", "rule": {"111": "asgd"}, "initial": {"eta": "lr", "mu": 1.0, "ax": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.01, "scale": "log", "low": 1e-06, "high": 100}, {"name": "lambd", "label": "lambd", "value": 0.0001, "scale": "zero", "low": 1e-06, "high": 1}, {"name": "alpha", "label": "alpha", "value": 0.75, "scale": "linear", "low": 0, "high": 1}, {"name": "t0", "label": "t0", "value": 1000000.0, "scale": "log", "low": 1, "high": 1000000.0}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}},
absent: {"they are for matrices": ["Muon", "Shampoo", "SOAP", "Kron", "GaLore"], "they look at a whole tensor": ["LARS", "LAMB", "Adafactor", "MARS"], "its estimate is one for all parameters": ["Prodigy"], "it asks for estimates of the curvature": ["Sophia"], "it asks for the loss again within a step": ["LBFGS"], "its gradients lack most rows": ["SparseAdam"], "two numbers it treats as AdamW does": ["AdamW8bit"]},
courses: {"quadratic": {"title": "Quadratic", "note": "Turn the bowl: methods with a rate for each coordinate notice, the others do not.", "value": "quadratic", "gradient": "quadratic_gradient", "fixed": {"kappa": 20.0, "angle": 20.0}, "settings": [{"name": "kappa", "label": "condition number", "value": 20.0, "scale": "log", "low": 1, "high": 1000}, {"name": "angle", "label": "rotation (degrees)", "value": 20.0, "scale": "linear", "low": -90, "high": 90}], "start": [9.055, 4.36], "minimum": [0.0, 0.0], "window": [-8.5, 12.5, -7.2, 8.55], "box": null, "steps": 200, "noise": 0.0, "lineUp": "SGD;lr=0.056/momentum;lr=0.018/Nesterov;lr=0.056/Adagrad;lr=3.2/RMSprop;lr=0.1/Adam;lr=1.8"}, "rosenbrock": {"title": "Rosenbrock", "note": "Down into the valley is easy. Along its curved floor is the race.", "value": "rosenbrock", "gradient": "rosenbrock_gradient", "fixed": {"a": 1.0, "b": 100.0}, "settings": [{"name": "b", "label": "steepness b", "value": 100.0, "scale": "log", "low": 1, "high": 1000}], "start": [-1.5, 2.0], "minimum": [1.0, 1.0], "window": [-2.2, 2.2, -0.9, 2.4], "box": null, "steps": 600, "noise": 0.0, "lineUp": "SGD;lr=0.0018/momentum;lr=0.0018/Nesterov;lr=0.001/RMSprop;lr=0.032/Adam;lr=1"}, "beale": {"title": "Beale", "note": "Walls are steep and plateaus flat: one rate has to serve both.", "value": "beale", "gradient": "beale_gradient", "fixed": {}, "settings": [], "start": [1.0, 1.5], "minimum": [3.0, 0.5], "window": [-0.6, 4.2, -1.6, 2.0], "box": null, "steps": 200, "noise": 0.0, "lineUp": "SGD;lr=0.032/momentum;lr=0.0032/RMSprop;lr=0.18/Adam;lr=0.56"}, "saddle": {"title": "Saddle", "note": "The start is almost on the ridge. Who leaves the saddle, and how soon?", "value": "saddle", "gradient": "saddle_gradient", "fixed": {}, "settings": [], "start": [1.0, 0.001], "minimum": [0.0, 1.0], "window": [-2, 2, -1.5, 1.5], "box": null, "steps": 60, "noise": 0.0, "lineUp": "SGD;lr=0.56/momentum;lr=0.32/Adam;lr=0.32/Lion;lr=0.1"}, "ravine": {"title": "Ravine", "note": "Two straight walls meet in a crease. What is right on the wall is too much at the bottom.", "value": "ravine", "gradient": "ravine_gradient", "fixed": {"slope": 0.05, "width": 0.05}, "settings": [{"name": "width", "label": "width", "value": 0.05, "scale": "log", "low": 0.001, "high": 1}, {"name": "slope", "label": "slope", "value": 0.05, "scale": "log", "low": 0.001, "high": 1}], "start": [-3.5, 2.0], "minimum": [0.0, 0.0], "window": [-4, 4, -3, 3], "box": null, "steps": 200, "noise": 0.0, "lineUp": "SGD;lr=0.1/momentum;lr=0.1/Adagrad;lr=0.32/Adam;lr=0.18"}, "bowl": {"title": "Noisy bowl", "note": "The gradients are noisy, with the same noise for all. A constant rate keeps its distance from the minimum: the smaller the rate, the smaller the distance, and the longer the way.", "value": "quadratic", "gradient": "quadratic_gradient", "fixed": {"kappa": 3.0, "angle": 0.0}, "settings": [{"name": "kappa", "label": "condition number", "value": 3.0, "scale": "log", "low": 1, "high": 1000}, {"name": "angle", "label": "rotation (degrees)", "value": 0.0, "scale": "linear", "low": -90, "high": 90}], "start": [10.0, 1.0], "minimum": [0.0, 0.0], "window": [-6, 12, -6.75, 6.75], "box": null, "steps": 300, "noise": 5.0, "lineUp": "SGD;lr=0.1/SGD;lr=0.01/momentum;lr=0.01/Adam;lr=0.3"}, "reddi": {"title": "Reddi's problem", "note": "Both directions have the same mean slope. Across, it comes as one large gradient in three. Points are put back into the square. With a short memory Adam goes to the wrong side.", "value": "reddi", "gradient": "reddi_gradient", "fixed": {"large": 3.0}, "settings": [{"name": "large", "label": "large gradient", "value": 3.0, "scale": "linear", "low": 2.1, "high": 8}], "start": [0.0, 0.0], "minimum": [-1.0, -1.0], "window": [-1.4, 1.4, -1.05, 1.05], "box": [-1, 1, -1, 1], "steps": 300, "noise": 0.0, "lineUp": "SGD;lr=0.05/Adam;lr=0.05;betas.0=0;betas.1=0.1/AMSGrad;lr=0.05;betas.0=0;betas.1=0.1"}, "network": {"title": "Tiny network", "note": "Two weights, w·tanh(u·x). Both signs fit, so there are two valleys.", "value": "network", "gradient": "network_gradient", "fixed": {}, "settings": [], "start": [-0.4, 2.4], "minimum": [1.0, 1.5], "window": [-4, 4, -3, 3], "box": null, "steps": 200, "noise": 0.0, "lineUp": "SGD;lr=0.56/momentum;lr=0.0056/RMSprop;lr=0.32/Adam;lr=0.32"}},
schedules: {"linear": {"title": "linear to zero", "factor": "schedule_WarmupLinearLR", "warmup": 0.0, "decay": 0.0}, "cosine": {"title": "cosine to zero", "factor": "schedule_WarmupCosineLR", "warmup": 0.0, "decay": 0.0}, "warmup-cosine": {"title": "warm-up, cosine to zero", "factor": "schedule_WarmupCosineLR", "warmup": 0.1, "decay": 0.0}, "wsd": {"title": "warm-up, constant, to zero", "factor": "schedule_WSDLR", "warmup": 0.1, "decay": 0.2}},
spare: [["#D55E00", "P", ":"], ["#0072B2", "s", ":"], ["#009E73", "v", ":"], ["#CC79A7", "*", ":"], ["#E69F00", "X", ":"], ["#222222", "o", ":"]]
}; })();
