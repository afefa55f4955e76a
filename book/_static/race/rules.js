// Written by `make generated` from the rules of optedu. Do not edit.
globalThis.OpteduRules = (() => {
function adabelief(g, p, m, s, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = m;
  const x3 = s;
  const x4 = settings.lr;
  const x5 = settings.betas[0];
  const x6 = settings.betas[1];
  const x7 = settings.eps;
  const x8 = settings.weight_decay;
  const x9 = settings.t;
  const x10 = x4 * x8;
  const x11 = x10 * x1;
  const x12 = x1 - x11;
  const x13 = (1) - x5;
  const x14 = x0 - x2;
  const x15 = x13 * x14;
  const x16 = x2 + x15;
  const x17 = x6 * x3;
  const x18 = (1) - x6;
  const x19 = x0 - x16;
  const x20 = Math.pow(x19, (2));
  const x21 = x18 * x20;
  const x22 = x17 + x21;
  const x23 = x22 + x7;
  const x24 = Math.pow(x5, x9);
  const x25 = (1) - x24;
  const x26 = x16 / x25;
  const x27 = Math.pow(x6, x9);
  const x28 = (1) - x27;
  const x29 = x23 / x28;
  const x30 = x4 * x26;
  const x31 = Math.sqrt(x29);
  const x32 = x31 + x7;
  const x33 = x30 / x32;
  const x34 = x12 - x33;
  return [x34, x16, x23];
}
function adadelta(g, p, v, u, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = v;
  const x3 = u;
  const x4 = settings.lr;
  const x5 = settings.rho;
  const x6 = settings.eps;
  const x7 = settings.weight_decay;
  if (x7) {
    const x8 = x7 * x1;
    const x9 = x0 + x8;
    const x10 = x5 * x2;
    const x11 = (1) - x5;
    const x12 = x11 * x9;
    const x13 = x12 * x9;
    const x14 = x10 + x13;
    const x15 = x3 + x6;
    const x16 = Math.sqrt(x15);
    const x17 = x14 + x6;
    const x18 = Math.sqrt(x17);
    const x19 = x16 / x18;
    const x20 = x19 * x9;
    const x21 = x5 * x3;
    const x22 = x11 * x20;
    const x23 = x22 * x20;
    const x24 = x21 + x23;
    const x25 = x4 * x20;
    const x26 = x1 - x25;
    return [x26, x14, x24];
  } else {
    const x8 = x5 * x2;
    const x9 = (1) - x5;
    const x10 = x9 * x0;
    const x11 = x10 * x0;
    const x12 = x8 + x11;
    const x13 = x3 + x6;
    const x14 = Math.sqrt(x13);
    const x15 = x12 + x6;
    const x16 = Math.sqrt(x15);
    const x17 = x14 / x16;
    const x18 = x17 * x0;
    const x19 = x5 * x3;
    const x20 = x9 * x18;
    const x21 = x20 * x18;
    const x22 = x19 + x21;
    const x23 = x4 * x18;
    const x24 = x1 - x23;
    return [x24, x12, x22];
  }
}
function adagrad(g, p, total, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = total;
  const x3 = settings.lr;
  const x4 = settings.lr_decay;
  const x5 = settings.weight_decay;
  const x6 = settings.eps;
  const x7 = settings.t;
  if (x5) {
    const x8 = x5 * x1;
    const x9 = x0 + x8;
    const x10 = x9 * x9;
    const x11 = x2 + x10;
    const x12 = x7 - (1);
    const x13 = x12 * x4;
    const x14 = (1) + x13;
    const x15 = x3 / x14;
    const x16 = x15 * x9;
    const x17 = Math.sqrt(x11);
    const x18 = x17 + x6;
    const x19 = x16 / x18;
    const x20 = x1 - x19;
    return [x20, x11];
  } else {
    const x8 = x0 * x0;
    const x9 = x2 + x8;
    const x10 = x7 - (1);
    const x11 = x10 * x4;
    const x12 = (1) + x11;
    const x13 = x3 / x12;
    const x14 = x13 * x0;
    const x15 = Math.sqrt(x9);
    const x16 = x15 + x6;
    const x17 = x14 / x16;
    const x18 = x1 - x17;
    return [x18, x9];
  }
}
function adam(g, p, m, v, v_max, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = m;
  const x3 = v;
  const x4 = v_max;
  const x5 = settings.lr;
  const x6 = settings.betas[0];
  const x7 = settings.betas[1];
  const x8 = settings.eps;
  const x9 = settings.weight_decay;
  const x10 = settings.t;
  if (x9) {
    const x11 = x9 * x1;
    const x12 = x0 + x11;
    const x13 = (1) - x6;
    const x14 = x12 - x2;
    const x15 = x13 * x14;
    const x16 = x2 + x15;
    const x17 = x7 * x3;
    const x18 = (1) - x7;
    const x19 = x18 * x12;
    const x20 = x19 * x12;
    const x21 = x17 + x20;
    const x22 = Math.max(x4, x21);
    const x23 = Math.pow(x6, x10);
    const x24 = (1) - x23;
    const x25 = x16 / x24;
    const x26 = Math.pow(x7, x10);
    const x27 = (1) - x26;
    const x28 = x22 / x27;
    const x29 = x5 * x25;
    const x30 = Math.sqrt(x28);
    const x31 = x30 + x8;
    const x32 = x29 / x31;
    const x33 = x1 - x32;
    return [x33, x16, x21, x22];
  } else {
    const x11 = (1) - x6;
    const x12 = x0 - x2;
    const x13 = x11 * x12;
    const x14 = x2 + x13;
    const x15 = x7 * x3;
    const x16 = (1) - x7;
    const x17 = x16 * x0;
    const x18 = x17 * x0;
    const x19 = x15 + x18;
    const x20 = Math.max(x4, x19);
    const x21 = Math.pow(x6, x10);
    const x22 = (1) - x21;
    const x23 = x14 / x22;
    const x24 = Math.pow(x7, x10);
    const x25 = (1) - x24;
    const x26 = x20 / x25;
    const x27 = x5 * x23;
    const x28 = Math.sqrt(x26);
    const x29 = x28 + x8;
    const x30 = x27 / x29;
    const x31 = x1 - x30;
    return [x31, x14, x19, x20];
  }
}
function adam_no_v_max(g, p, m, v, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = m;
  const x3 = v;
  const x4 = settings.lr;
  const x5 = settings.betas[0];
  const x6 = settings.betas[1];
  const x7 = settings.eps;
  const x8 = settings.weight_decay;
  const x9 = settings.t;
  if (x8) {
    const x10 = x8 * x1;
    const x11 = x0 + x10;
    const x12 = (1) - x5;
    const x13 = x11 - x2;
    const x14 = x12 * x13;
    const x15 = x2 + x14;
    const x16 = x6 * x3;
    const x17 = (1) - x6;
    const x18 = x17 * x11;
    const x19 = x18 * x11;
    const x20 = x16 + x19;
    const x21 = Math.pow(x5, x9);
    const x22 = (1) - x21;
    const x23 = x15 / x22;
    const x24 = Math.pow(x6, x9);
    const x25 = (1) - x24;
    const x26 = x20 / x25;
    const x27 = x4 * x23;
    const x28 = Math.sqrt(x26);
    const x29 = x28 + x7;
    const x30 = x27 / x29;
    const x31 = x1 - x30;
    return [x31, x15, x20, null];
  } else {
    const x10 = (1) - x5;
    const x11 = x0 - x2;
    const x12 = x10 * x11;
    const x13 = x2 + x12;
    const x14 = x6 * x3;
    const x15 = (1) - x6;
    const x16 = x15 * x0;
    const x17 = x16 * x0;
    const x18 = x14 + x17;
    const x19 = Math.pow(x5, x9);
    const x20 = (1) - x19;
    const x21 = x13 / x20;
    const x22 = Math.pow(x6, x9);
    const x23 = (1) - x22;
    const x24 = x18 / x23;
    const x25 = x4 * x21;
    const x26 = Math.sqrt(x24);
    const x27 = x26 + x7;
    const x28 = x25 / x27;
    const x29 = x1 - x28;
    return [x29, x13, x18, null];
  }
}
function adamax(g, p, m, u, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = m;
  const x3 = u;
  const x4 = settings.lr;
  const x5 = settings.betas[0];
  const x6 = settings.betas[1];
  const x7 = settings.eps;
  const x8 = settings.weight_decay;
  const x9 = settings.t;
  if (x8) {
    const x10 = x8 * x1;
    const x11 = x0 + x10;
    const x12 = (1) - x5;
    const x13 = x11 - x2;
    const x14 = x12 * x13;
    const x15 = x2 + x14;
    const x16 = x6 * x3;
    const x17 = Math.abs(x11);
    const x18 = x17 + x7;
    const x19 = Math.max(x16, x18);
    const x20 = Math.pow(x5, x9);
    const x21 = (1) - x20;
    const x22 = x4 / x21;
    const x23 = x22 * x15;
    const x24 = x23 / x19;
    const x25 = x1 - x24;
    return [x25, x15, x19];
  } else {
    const x10 = (1) - x5;
    const x11 = x0 - x2;
    const x12 = x10 * x11;
    const x13 = x2 + x12;
    const x14 = x6 * x3;
    const x15 = Math.abs(x0);
    const x16 = x15 + x7;
    const x17 = Math.max(x14, x16);
    const x18 = Math.pow(x5, x9);
    const x19 = (1) - x18;
    const x20 = x4 / x19;
    const x21 = x20 * x13;
    const x22 = x21 / x17;
    const x23 = x1 - x22;
    return [x23, x13, x17];
  }
}
function adamw_no_v_max(g, p, m, v, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = m;
  const x3 = v;
  const x4 = settings.lr;
  const x5 = settings.betas[0];
  const x6 = settings.betas[1];
  const x7 = settings.eps;
  const x8 = settings.weight_decay;
  const x9 = settings.t;
  const x10 = x4 * x8;
  const x11 = x10 * x1;
  const x12 = x1 - x11;
  const x13 = (1) - x5;
  const x14 = x0 - x2;
  const x15 = x13 * x14;
  const x16 = x2 + x15;
  const x17 = x6 * x3;
  const x18 = (1) - x6;
  const x19 = x18 * x0;
  const x20 = x19 * x0;
  const x21 = x17 + x20;
  const x22 = Math.pow(x5, x9);
  const x23 = (1) - x22;
  const x24 = x16 / x23;
  const x25 = Math.pow(x6, x9);
  const x26 = (1) - x25;
  const x27 = x21 / x26;
  const x28 = x4 * x24;
  const x29 = Math.sqrt(x27);
  const x30 = x29 + x7;
  const x31 = x28 / x30;
  const x32 = x12 - x31;
  return [x32, x16, x21, null];
}
function adamw_schedule_free(g, y, z, v, weight_sum, lr_max, settings) {
  const x0 = g;
  const x1 = y;
  const x2 = z;
  const x3 = v;
  const x4 = weight_sum;
  const x5 = lr_max;
  const x6 = settings.lr;
  const x7 = settings.betas[0];
  const x8 = settings.betas[1];
  const x9 = settings.eps;
  const x10 = settings.weight_decay;
  const x11 = settings.warmup_steps;
  const x12 = settings.r;
  const x13 = settings.weight_lr_power;
  const x14 = settings.t;
  if (x11) {
    const x15 = x14 / x11;
    const x16 = x15 < (1.0);
    if (x16) {
      const x17 = x6 * x15;
      const x18 = x17 > x5;
      if (x18) {
        const x19 = Math.pow(x14, x12);
        const x20 = Math.pow(x17, x13);
        const x21 = x19 * x20;
        const x22 = x4 + x21;
        if (x22) {
          const x23 = x21 / x22;
          const x24 = x8 * x3;
          const x25 = (1) - x8;
          const x26 = x25 * x0;
          const x27 = x26 * x0;
          const x28 = x24 + x27;
          const x29 = Math.pow(x8, x14);
          const x30 = (1) - x29;
          const x31 = x28 / x30;
          const x32 = Math.sqrt(x31);
          const x33 = x32 + x9;
          const x34 = x0 / x33;
          const x35 = x10 * x1;
          const x36 = x34 + x35;
          const x37 = x17 * x36;
          const x38 = (1) - x7;
          const x39 = x38 * x2;
          const x40 = x1 - x39;
          const x41 = x40 / x7;
          const x42 = x2 - x37;
          const x43 = (1) - x23;
          const x44 = x43 * x41;
          const x45 = x23 * x42;
          const x46 = x44 + x45;
          const x47 = x38 * x42;
          const x48 = x7 * x46;
          const x49 = x47 + x48;
          return [x49, x42, x28, x22, x17];
        } else {
          const x23 = x8 * x3;
          const x24 = (1) - x8;
          const x25 = x24 * x0;
          const x26 = x25 * x0;
          const x27 = x23 + x26;
          const x28 = Math.pow(x8, x14);
          const x29 = (1) - x28;
          const x30 = x27 / x29;
          const x31 = Math.sqrt(x30);
          const x32 = x31 + x9;
          const x33 = x0 / x32;
          const x34 = x10 * x1;
          const x35 = x33 + x34;
          const x36 = x17 * x35;
          const x37 = (1) - x7;
          const x38 = x37 * x2;
          const x39 = x1 - x38;
          const x40 = x39 / x7;
          const x41 = x2 - x36;
          const x42 = (1.0) * x40;
          const x43 = (0.0) * x41;
          const x44 = x42 + x43;
          const x45 = x37 * x41;
          const x46 = x7 * x44;
          const x47 = x45 + x46;
          return [x47, x41, x27, x22, x17];
        }
      } else {
        const x19 = Math.pow(x14, x12);
        const x20 = Math.pow(x5, x13);
        const x21 = x19 * x20;
        const x22 = x4 + x21;
        if (x22) {
          const x23 = x21 / x22;
          const x24 = x8 * x3;
          const x25 = (1) - x8;
          const x26 = x25 * x0;
          const x27 = x26 * x0;
          const x28 = x24 + x27;
          const x29 = Math.pow(x8, x14);
          const x30 = (1) - x29;
          const x31 = x28 / x30;
          const x32 = Math.sqrt(x31);
          const x33 = x32 + x9;
          const x34 = x0 / x33;
          const x35 = x10 * x1;
          const x36 = x34 + x35;
          const x37 = x17 * x36;
          const x38 = (1) - x7;
          const x39 = x38 * x2;
          const x40 = x1 - x39;
          const x41 = x40 / x7;
          const x42 = x2 - x37;
          const x43 = (1) - x23;
          const x44 = x43 * x41;
          const x45 = x23 * x42;
          const x46 = x44 + x45;
          const x47 = x38 * x42;
          const x48 = x7 * x46;
          const x49 = x47 + x48;
          return [x49, x42, x28, x22, x5];
        } else {
          const x23 = x8 * x3;
          const x24 = (1) - x8;
          const x25 = x24 * x0;
          const x26 = x25 * x0;
          const x27 = x23 + x26;
          const x28 = Math.pow(x8, x14);
          const x29 = (1) - x28;
          const x30 = x27 / x29;
          const x31 = Math.sqrt(x30);
          const x32 = x31 + x9;
          const x33 = x0 / x32;
          const x34 = x10 * x1;
          const x35 = x33 + x34;
          const x36 = x17 * x35;
          const x37 = (1) - x7;
          const x38 = x37 * x2;
          const x39 = x1 - x38;
          const x40 = x39 / x7;
          const x41 = x2 - x36;
          const x42 = (1.0) * x40;
          const x43 = (0.0) * x41;
          const x44 = x42 + x43;
          const x45 = x37 * x41;
          const x46 = x7 * x44;
          const x47 = x45 + x46;
          return [x47, x41, x27, x22, x5];
        }
      }
    } else {
      const x17 = x6 * (1.0);
      const x18 = x17 > x5;
      if (x18) {
        const x19 = Math.pow(x14, x12);
        const x20 = Math.pow(x17, x13);
        const x21 = x19 * x20;
        const x22 = x4 + x21;
        if (x22) {
          const x23 = x21 / x22;
          const x24 = x8 * x3;
          const x25 = (1) - x8;
          const x26 = x25 * x0;
          const x27 = x26 * x0;
          const x28 = x24 + x27;
          const x29 = Math.pow(x8, x14);
          const x30 = (1) - x29;
          const x31 = x28 / x30;
          const x32 = Math.sqrt(x31);
          const x33 = x32 + x9;
          const x34 = x0 / x33;
          const x35 = x10 * x1;
          const x36 = x34 + x35;
          const x37 = x17 * x36;
          const x38 = (1) - x7;
          const x39 = x38 * x2;
          const x40 = x1 - x39;
          const x41 = x40 / x7;
          const x42 = x2 - x37;
          const x43 = (1) - x23;
          const x44 = x43 * x41;
          const x45 = x23 * x42;
          const x46 = x44 + x45;
          const x47 = x38 * x42;
          const x48 = x7 * x46;
          const x49 = x47 + x48;
          return [x49, x42, x28, x22, x17];
        } else {
          const x23 = x8 * x3;
          const x24 = (1) - x8;
          const x25 = x24 * x0;
          const x26 = x25 * x0;
          const x27 = x23 + x26;
          const x28 = Math.pow(x8, x14);
          const x29 = (1) - x28;
          const x30 = x27 / x29;
          const x31 = Math.sqrt(x30);
          const x32 = x31 + x9;
          const x33 = x0 / x32;
          const x34 = x10 * x1;
          const x35 = x33 + x34;
          const x36 = x17 * x35;
          const x37 = (1) - x7;
          const x38 = x37 * x2;
          const x39 = x1 - x38;
          const x40 = x39 / x7;
          const x41 = x2 - x36;
          const x42 = (1.0) * x40;
          const x43 = (0.0) * x41;
          const x44 = x42 + x43;
          const x45 = x37 * x41;
          const x46 = x7 * x44;
          const x47 = x45 + x46;
          return [x47, x41, x27, x22, x17];
        }
      } else {
        const x19 = Math.pow(x14, x12);
        const x20 = Math.pow(x5, x13);
        const x21 = x19 * x20;
        const x22 = x4 + x21;
        if (x22) {
          const x23 = x21 / x22;
          const x24 = x8 * x3;
          const x25 = (1) - x8;
          const x26 = x25 * x0;
          const x27 = x26 * x0;
          const x28 = x24 + x27;
          const x29 = Math.pow(x8, x14);
          const x30 = (1) - x29;
          const x31 = x28 / x30;
          const x32 = Math.sqrt(x31);
          const x33 = x32 + x9;
          const x34 = x0 / x33;
          const x35 = x10 * x1;
          const x36 = x34 + x35;
          const x37 = x17 * x36;
          const x38 = (1) - x7;
          const x39 = x38 * x2;
          const x40 = x1 - x39;
          const x41 = x40 / x7;
          const x42 = x2 - x37;
          const x43 = (1) - x23;
          const x44 = x43 * x41;
          const x45 = x23 * x42;
          const x46 = x44 + x45;
          const x47 = x38 * x42;
          const x48 = x7 * x46;
          const x49 = x47 + x48;
          return [x49, x42, x28, x22, x5];
        } else {
          const x23 = x8 * x3;
          const x24 = (1) - x8;
          const x25 = x24 * x0;
          const x26 = x25 * x0;
          const x27 = x23 + x26;
          const x28 = Math.pow(x8, x14);
          const x29 = (1) - x28;
          const x30 = x27 / x29;
          const x31 = Math.sqrt(x30);
          const x32 = x31 + x9;
          const x33 = x0 / x32;
          const x34 = x10 * x1;
          const x35 = x33 + x34;
          const x36 = x17 * x35;
          const x37 = (1) - x7;
          const x38 = x37 * x2;
          const x39 = x1 - x38;
          const x40 = x39 / x7;
          const x41 = x2 - x36;
          const x42 = (1.0) * x40;
          const x43 = (0.0) * x41;
          const x44 = x42 + x43;
          const x45 = x37 * x41;
          const x46 = x7 * x44;
          const x47 = x45 + x46;
          return [x47, x41, x27, x22, x5];
        }
      }
    }
  } else {
    const x15 = x6 > x5;
    if (x15) {
      const x16 = Math.pow(x14, x12);
      const x17 = Math.pow(x6, x13);
      const x18 = x16 * x17;
      const x19 = x4 + x18;
      if (x19) {
        const x20 = x18 / x19;
        const x21 = x8 * x3;
        const x22 = (1) - x8;
        const x23 = x22 * x0;
        const x24 = x23 * x0;
        const x25 = x21 + x24;
        const x26 = Math.pow(x8, x14);
        const x27 = (1) - x26;
        const x28 = x25 / x27;
        const x29 = Math.sqrt(x28);
        const x30 = x29 + x9;
        const x31 = x0 / x30;
        const x32 = x10 * x1;
        const x33 = x31 + x32;
        const x34 = x6 * x33;
        const x35 = (1) - x7;
        const x36 = x35 * x2;
        const x37 = x1 - x36;
        const x38 = x37 / x7;
        const x39 = x2 - x34;
        const x40 = (1) - x20;
        const x41 = x40 * x38;
        const x42 = x20 * x39;
        const x43 = x41 + x42;
        const x44 = x35 * x39;
        const x45 = x7 * x43;
        const x46 = x44 + x45;
        return [x46, x39, x25, x19, x6];
      } else {
        const x20 = x8 * x3;
        const x21 = (1) - x8;
        const x22 = x21 * x0;
        const x23 = x22 * x0;
        const x24 = x20 + x23;
        const x25 = Math.pow(x8, x14);
        const x26 = (1) - x25;
        const x27 = x24 / x26;
        const x28 = Math.sqrt(x27);
        const x29 = x28 + x9;
        const x30 = x0 / x29;
        const x31 = x10 * x1;
        const x32 = x30 + x31;
        const x33 = x6 * x32;
        const x34 = (1) - x7;
        const x35 = x34 * x2;
        const x36 = x1 - x35;
        const x37 = x36 / x7;
        const x38 = x2 - x33;
        const x39 = (1.0) * x37;
        const x40 = (0.0) * x38;
        const x41 = x39 + x40;
        const x42 = x34 * x38;
        const x43 = x7 * x41;
        const x44 = x42 + x43;
        return [x44, x38, x24, x19, x6];
      }
    } else {
      const x16 = Math.pow(x14, x12);
      const x17 = Math.pow(x5, x13);
      const x18 = x16 * x17;
      const x19 = x4 + x18;
      if (x19) {
        const x20 = x18 / x19;
        const x21 = x8 * x3;
        const x22 = (1) - x8;
        const x23 = x22 * x0;
        const x24 = x23 * x0;
        const x25 = x21 + x24;
        const x26 = Math.pow(x8, x14);
        const x27 = (1) - x26;
        const x28 = x25 / x27;
        const x29 = Math.sqrt(x28);
        const x30 = x29 + x9;
        const x31 = x0 / x30;
        const x32 = x10 * x1;
        const x33 = x31 + x32;
        const x34 = x6 * x33;
        const x35 = (1) - x7;
        const x36 = x35 * x2;
        const x37 = x1 - x36;
        const x38 = x37 / x7;
        const x39 = x2 - x34;
        const x40 = (1) - x20;
        const x41 = x40 * x38;
        const x42 = x20 * x39;
        const x43 = x41 + x42;
        const x44 = x35 * x39;
        const x45 = x7 * x43;
        const x46 = x44 + x45;
        return [x46, x39, x25, x19, x5];
      } else {
        const x20 = x8 * x3;
        const x21 = (1) - x8;
        const x22 = x21 * x0;
        const x23 = x22 * x0;
        const x24 = x20 + x23;
        const x25 = Math.pow(x8, x14);
        const x26 = (1) - x25;
        const x27 = x24 / x26;
        const x28 = Math.sqrt(x27);
        const x29 = x28 + x9;
        const x30 = x0 / x29;
        const x31 = x10 * x1;
        const x32 = x30 + x31;
        const x33 = x6 * x32;
        const x34 = (1) - x7;
        const x35 = x34 * x2;
        const x36 = x1 - x35;
        const x37 = x36 / x7;
        const x38 = x2 - x33;
        const x39 = (1.0) * x37;
        const x40 = (0.0) * x38;
        const x41 = x39 + x40;
        const x42 = x34 * x38;
        const x43 = x7 * x41;
        const x44 = x42 + x43;
        return [x44, x38, x24, x19, x5];
      }
    }
  }
}
function ademamix(g, p, m, slow, v, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = m;
  const x3 = slow;
  const x4 = v;
  const x5 = settings.lr;
  const x6 = settings.betas[0];
  const x7 = settings.betas[1];
  const x8 = settings.betas[2];
  const x9 = settings.alpha;
  const x10 = settings.eps;
  const x11 = settings.weight_decay;
  const x12 = settings.t;
  const x13 = (1) - x6;
  const x14 = x0 - x2;
  const x15 = x13 * x14;
  const x16 = x2 + x15;
  const x17 = (1) - x8;
  const x18 = x0 - x3;
  const x19 = x17 * x18;
  const x20 = x3 + x19;
  const x21 = x7 * x4;
  const x22 = (1) - x7;
  const x23 = x22 * x0;
  const x24 = x23 * x0;
  const x25 = x21 + x24;
  const x26 = Math.pow(x6, x12);
  const x27 = (1) - x26;
  const x28 = x16 / x27;
  const x29 = Math.pow(x7, x12);
  const x30 = (1) - x29;
  const x31 = x25 / x30;
  const x32 = x9 * x20;
  const x33 = x28 + x32;
  const x34 = Math.sqrt(x31);
  const x35 = x34 + x10;
  const x36 = x33 / x35;
  const x37 = x5 * x11;
  const x38 = x37 * x1;
  const x39 = x1 - x38;
  const x40 = x5 * x36;
  const x41 = x39 - x40;
  return [x41, x16, x20, x25];
}
function adopt(g, p, m, v, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = m;
  const x3 = v;
  const x4 = settings.lr;
  const x5 = settings.betas[0];
  const x6 = settings.betas[1];
  const x7 = settings.eps;
  const x8 = settings.weight_decay;
  const x9 = settings.t;
  const x10 = x9 === (1);
  if (x10) {
    const x11 = x0 * x0;
    return [x1, x2, x11];
  } else {
    const x11 = x9 - (1);
    const x12 = Math.pow(x11, (0.25));
    const x13 = Math.sqrt(x3);
    const x14 = Math.max(x13, x7);
    const x15 = x0 / x14;
    const x16 = (-x12);
    const x17 = Math.max(x15, x16);
    const x18 = Math.min(x17, x12);
    const x19 = (1) - x5;
    const x20 = x18 - x2;
    const x21 = x19 * x20;
    const x22 = x2 + x21;
    const x23 = x6 * x3;
    const x24 = (1) - x6;
    const x25 = x24 * x0;
    const x26 = x25 * x0;
    const x27 = x23 + x26;
    const x28 = x4 * x8;
    const x29 = x28 * x1;
    const x30 = x1 - x29;
    const x31 = x4 * x22;
    const x32 = x30 - x31;
    return [x32, x22, x27];
  }
}
function asgd(g, p, eta, mu, ax, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = eta;
  const x3 = mu;
  const x4 = ax;
  const x5 = settings.lr;
  const x6 = settings.lambd;
  const x7 = settings.alpha;
  const x8 = settings.t0;
  const x9 = settings.weight_decay;
  const x10 = settings.t;
  if (x9) {
    const x11 = x9 * x1;
    const x12 = x0 + x11;
    const x13 = x6 * x2;
    const x14 = (1) - x13;
    const x15 = x14 * x1;
    const x16 = x2 * x12;
    const x17 = x15 - x16;
    const x18 = x17 - x4;
    const x19 = x3 * x18;
    const x20 = x4 + x19;
    const x21 = x6 * x5;
    const x22 = x21 * x10;
    const x23 = (1) + x22;
    const x24 = Math.pow(x23, x7);
    const x25 = x5 / x24;
    const x26 = x10 - x8;
    const x27 = x26 > (1.0);
    if (x27) {
      const x28 = (1) / x26;
      return [x17, x25, x28, x20];
    } else {
      return [x17, x25, (1.0), x20];
    }
  } else {
    const x11 = x6 * x2;
    const x12 = (1) - x11;
    const x13 = x12 * x1;
    const x14 = x2 * x0;
    const x15 = x13 - x14;
    const x16 = x15 - x4;
    const x17 = x3 * x16;
    const x18 = x4 + x17;
    const x19 = x6 * x5;
    const x20 = x19 * x10;
    const x21 = (1) + x20;
    const x22 = Math.pow(x21, x7);
    const x23 = x5 / x22;
    const x24 = x10 - x8;
    const x25 = x24 > (1.0);
    if (x25) {
      const x26 = (1) / x24;
      return [x15, x23, x26, x18];
    } else {
      return [x15, x23, (1.0), x18];
    }
  }
}
function beale(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = (1.5) - x0;
  const x3 = Math.pow(x1, (1));
  const x4 = x0 * x3;
  const x5 = x2 + x4;
  const x6 = Math.pow(x5, (2));
  const x7 = (0) + x6;
  const x8 = (2.25) - x0;
  const x9 = Math.pow(x1, (2));
  const x10 = x0 * x9;
  const x11 = x8 + x10;
  const x12 = Math.pow(x11, (2));
  const x13 = x7 + x12;
  const x14 = (2.625) - x0;
  const x15 = Math.pow(x1, (3));
  const x16 = x0 * x15;
  const x17 = x14 + x16;
  const x18 = Math.pow(x17, (2));
  const x19 = x13 + x18;
  return [x19];
}
function beale_gradient(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = (1.5) - x0;
  const x3 = Math.pow(x1, (1));
  const x4 = x0 * x3;
  const x5 = x2 + x4;
  const x6 = (2.25) - x0;
  const x7 = Math.pow(x1, (2));
  const x8 = x0 * x7;
  const x9 = x6 + x8;
  const x10 = (2.625) - x0;
  const x11 = Math.pow(x1, (3));
  const x12 = x0 * x11;
  const x13 = x10 + x12;
  const x14 = (2) * x5;
  const x15 = x3 - (1);
  const x16 = x14 * x15;
  const x17 = (0) + x16;
  const x18 = (2) * x9;
  const x19 = x7 - (1);
  const x20 = x18 * x19;
  const x21 = x17 + x20;
  const x22 = (2) * x13;
  const x23 = x11 - (1);
  const x24 = x22 * x23;
  const x25 = x21 + x24;
  const x26 = x14 * x0;
  const x27 = x26 * (1);
  const x28 = Math.pow(x1, (0));
  const x29 = x27 * x28;
  const x30 = (0) + x29;
  const x31 = x18 * x0;
  const x32 = x31 * (2);
  const x33 = x32 * x3;
  const x34 = x30 + x33;
  const x35 = x22 * x0;
  const x36 = x35 * (3);
  const x37 = x36 * x7;
  const x38 = x34 + x37;
  return [x25, x38];
}
function lion(g, p, m, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = m;
  const x3 = settings.lr;
  const x4 = settings.betas[0];
  const x5 = settings.betas[1];
  const x6 = settings.weight_decay;
  const x7 = x3 * x6;
  const x8 = x7 * x1;
  const x9 = x1 - x8;
  const x10 = x4 * x2;
  const x11 = (1) - x4;
  const x12 = x11 * x0;
  const x13 = x10 + x12;
  const x14 = x5 * x2;
  const x15 = (1) - x5;
  const x16 = x15 * x0;
  const x17 = x14 + x16;
  const x18 = Math.sign(x13);
  const x19 = x3 * x18;
  const x20 = x9 - x19;
  return [x20, x17];
}
function nadam(g, p, mu_product, m, v, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = mu_product;
  const x3 = m;
  const x4 = v;
  const x5 = settings.lr;
  const x6 = settings.betas[0];
  const x7 = settings.betas[1];
  const x8 = settings.eps;
  const x9 = settings.weight_decay;
  const x10 = settings.momentum_decay;
  const x11 = settings.decoupled_weight_decay;
  const x12 = settings.t;
  if (x9) {
    if (x11) {
      const x13 = x5 * x9;
      const x14 = x13 * x1;
      const x15 = x1 - x14;
      const x16 = x12 * x10;
      const x17 = Math.pow((0.96), x16);
      const x18 = x12 + (1);
      const x19 = x18 * x10;
      const x20 = Math.pow((0.96), x19);
      const x21 = (0.5) * x17;
      const x22 = (1) - x21;
      const x23 = x6 * x22;
      const x24 = (0.5) * x20;
      const x25 = (1) - x24;
      const x26 = x6 * x25;
      const x27 = x2 * x23;
      const x28 = x27 * x26;
      const x29 = (1) - x6;
      const x30 = x0 - x3;
      const x31 = x29 * x30;
      const x32 = x3 + x31;
      const x33 = x7 * x4;
      const x34 = (1) - x7;
      const x35 = x34 * x0;
      const x36 = x35 * x0;
      const x37 = x33 + x36;
      const x38 = (1) - x28;
      const x39 = x26 / x38;
      const x40 = x39 * x32;
      const x41 = (1) - x23;
      const x42 = (1) - x27;
      const x43 = x41 / x42;
      const x44 = x43 * x0;
      const x45 = Math.pow(x7, x12);
      const x46 = (1) - x45;
      const x47 = x37 / x46;
      const x48 = x40 + x44;
      const x49 = x5 * x48;
      const x50 = Math.sqrt(x47);
      const x51 = x50 + x8;
      const x52 = x49 / x51;
      const x53 = x15 - x52;
      return [x53, x27, x32, x37];
    } else {
      const x13 = x9 * x1;
      const x14 = x0 + x13;
      const x15 = x12 * x10;
      const x16 = Math.pow((0.96), x15);
      const x17 = x12 + (1);
      const x18 = x17 * x10;
      const x19 = Math.pow((0.96), x18);
      const x20 = (0.5) * x16;
      const x21 = (1) - x20;
      const x22 = x6 * x21;
      const x23 = (0.5) * x19;
      const x24 = (1) - x23;
      const x25 = x6 * x24;
      const x26 = x2 * x22;
      const x27 = x26 * x25;
      const x28 = (1) - x6;
      const x29 = x14 - x3;
      const x30 = x28 * x29;
      const x31 = x3 + x30;
      const x32 = x7 * x4;
      const x33 = (1) - x7;
      const x34 = x33 * x14;
      const x35 = x34 * x14;
      const x36 = x32 + x35;
      const x37 = (1) - x27;
      const x38 = x25 / x37;
      const x39 = x38 * x31;
      const x40 = (1) - x22;
      const x41 = (1) - x26;
      const x42 = x40 / x41;
      const x43 = x42 * x14;
      const x44 = Math.pow(x7, x12);
      const x45 = (1) - x44;
      const x46 = x36 / x45;
      const x47 = x39 + x43;
      const x48 = x5 * x47;
      const x49 = Math.sqrt(x46);
      const x50 = x49 + x8;
      const x51 = x48 / x50;
      const x52 = x1 - x51;
      return [x52, x26, x31, x36];
    }
  } else {
    const x13 = x12 * x10;
    const x14 = Math.pow((0.96), x13);
    const x15 = x12 + (1);
    const x16 = x15 * x10;
    const x17 = Math.pow((0.96), x16);
    const x18 = (0.5) * x14;
    const x19 = (1) - x18;
    const x20 = x6 * x19;
    const x21 = (0.5) * x17;
    const x22 = (1) - x21;
    const x23 = x6 * x22;
    const x24 = x2 * x20;
    const x25 = x24 * x23;
    const x26 = (1) - x6;
    const x27 = x0 - x3;
    const x28 = x26 * x27;
    const x29 = x3 + x28;
    const x30 = x7 * x4;
    const x31 = (1) - x7;
    const x32 = x31 * x0;
    const x33 = x32 * x0;
    const x34 = x30 + x33;
    const x35 = (1) - x25;
    const x36 = x23 / x35;
    const x37 = x36 * x29;
    const x38 = (1) - x20;
    const x39 = (1) - x24;
    const x40 = x38 / x39;
    const x41 = x40 * x0;
    const x42 = Math.pow(x7, x12);
    const x43 = (1) - x42;
    const x44 = x34 / x43;
    const x45 = x37 + x41;
    const x46 = x5 * x45;
    const x47 = Math.sqrt(x44);
    const x48 = x47 + x8;
    const x49 = x46 / x48;
    const x50 = x1 - x49;
    return [x50, x24, x29, x34];
  }
}
function network(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = x0 * (0.5);
  const x3 = Math.tanh(x2);
  const x4 = x1 * x3;
  const x5 = x4 - (0.6931757358900146);
  const x6 = Math.pow(x5, (2));
  const x7 = (0.5) * x6;
  const x8 = (0) + x7;
  const x9 = x0 * (1.0);
  const x10 = Math.tanh(x9);
  const x11 = x1 * x10;
  const x12 = x11 - (1.1423912339336473);
  const x13 = Math.pow(x12, (2));
  const x14 = (0.5) * x13;
  const x15 = x8 + x14;
  const x16 = x0 * (2.0);
  const x17 = Math.tanh(x16);
  const x18 = x1 * x17;
  const x19 = x18 - (1.4460413701137254);
  const x20 = Math.pow(x19, (2));
  const x21 = (0.5) * x20;
  const x22 = x15 + x21;
  const x23 = x22 / (3);
  return [x23];
}
function network_gradient(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = x0 * (0.5);
  const x3 = Math.tanh(x2);
  const x4 = x1 * x3;
  const x5 = x4 - (0.6931757358900146);
  const x6 = x0 * (1.0);
  const x7 = Math.tanh(x6);
  const x8 = x1 * x7;
  const x9 = x8 - (1.1423912339336473);
  const x10 = x0 * (2.0);
  const x11 = Math.tanh(x10);
  const x12 = x1 * x11;
  const x13 = x12 - (1.4460413701137254);
  const x14 = x5 * x1;
  const x15 = x14 * (0.5);
  const x16 = Math.pow(x3, (2));
  const x17 = (1) - x16;
  const x18 = x15 * x17;
  const x19 = (0) + x18;
  const x20 = x9 * x1;
  const x21 = x20 * (1.0);
  const x22 = Math.pow(x7, (2));
  const x23 = (1) - x22;
  const x24 = x21 * x23;
  const x25 = x19 + x24;
  const x26 = x13 * x1;
  const x27 = x26 * (2.0);
  const x28 = Math.pow(x11, (2));
  const x29 = (1) - x28;
  const x30 = x27 * x29;
  const x31 = x25 + x30;
  const x32 = x31 / (3);
  const x33 = x5 * x3;
  const x34 = (0) + x33;
  const x35 = x9 * x7;
  const x36 = x34 + x35;
  const x37 = x13 * x11;
  const x38 = x36 + x37;
  const x39 = x38 / (3);
  return [x32, x39];
}
function quadratic(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = settings.kappa;
  const x3 = settings.angle;
  const x4 = x3 * (0.017453292519943295);
  const x5 = Math.cos(x4);
  const x6 = Math.sin(x4);
  const x7 = x5 * x5;
  const x8 = x6 * x2;
  const x9 = x8 * x6;
  const x10 = x7 + x9;
  const x11 = x5 * x6;
  const x12 = x8 * x5;
  const x13 = x11 - x12;
  const x14 = x6 * x6;
  const x15 = x5 * x2;
  const x16 = x15 * x5;
  const x17 = x14 + x16;
  const x18 = Math.pow(x0, (2));
  const x19 = x10 * x18;
  const x20 = (2) * x13;
  const x21 = x20 * x0;
  const x22 = x21 * x1;
  const x23 = x19 + x22;
  const x24 = Math.pow(x1, (2));
  const x25 = x17 * x24;
  const x26 = x23 + x25;
  const x27 = (0.5) * x26;
  return [x27];
}
function quadratic_gradient(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = settings.kappa;
  const x3 = settings.angle;
  const x4 = x3 * (0.017453292519943295);
  const x5 = Math.cos(x4);
  const x6 = Math.sin(x4);
  const x7 = x5 * x5;
  const x8 = x6 * x2;
  const x9 = x8 * x6;
  const x10 = x7 + x9;
  const x11 = x5 * x6;
  const x12 = x8 * x5;
  const x13 = x11 - x12;
  const x14 = x6 * x6;
  const x15 = x5 * x2;
  const x16 = x15 * x5;
  const x17 = x14 + x16;
  const x18 = x10 * x0;
  const x19 = x13 * x1;
  const x20 = x18 + x19;
  const x21 = x13 * x0;
  const x22 = x17 * x1;
  const x23 = x21 + x22;
  return [x20, x23];
}
function radam(g, p, m, v, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = m;
  const x3 = v;
  const x4 = settings.lr;
  const x5 = settings.betas[0];
  const x6 = settings.betas[1];
  const x7 = settings.eps;
  const x8 = settings.weight_decay;
  const x9 = settings.decoupled_weight_decay;
  const x10 = settings.t;
  if (x8) {
    if (x9) {
      const x11 = x4 * x8;
      const x12 = x11 * x1;
      const x13 = x1 - x12;
      const x14 = (1) - x5;
      const x15 = x0 - x2;
      const x16 = x14 * x15;
      const x17 = x2 + x16;
      const x18 = x6 * x3;
      const x19 = (1) - x6;
      const x20 = x19 * x0;
      const x21 = x20 * x0;
      const x22 = x18 + x21;
      const x23 = Math.pow(x5, x10);
      const x24 = (1) - x23;
      const x25 = x17 / x24;
      const x26 = (2) / x19;
      const x27 = x26 - (1);
      const x28 = (2) * x10;
      const x29 = Math.pow(x6, x10);
      const x30 = x28 * x29;
      const x31 = (1) - x29;
      const x32 = x30 / x31;
      const x33 = x27 - x32;
      const x34 = x33 <= (5);
      if (x34) {
        const x35 = x4 * x25;
        const x36 = x13 - x35;
        return [x36, x17, x22];
      } else {
        const x35 = x33 - (4);
        const x36 = x33 - (2);
        const x37 = x35 * x36;
        const x38 = x37 * x27;
        const x39 = x27 - (4);
        const x40 = x27 - (2);
        const x41 = x39 * x40;
        const x42 = x41 * x33;
        const x43 = x38 / x42;
        const x44 = Math.pow(x43, (0.5));
        const x45 = x4 * x44;
        const x46 = Math.pow(x31, (0.5));
        const x47 = x45 * x46;
        const x48 = x47 * x25;
        const x49 = Math.sqrt(x22);
        const x50 = x49 + x7;
        const x51 = x48 / x50;
        const x52 = x13 - x51;
        return [x52, x17, x22];
      }
    } else {
      const x11 = x8 * x1;
      const x12 = x0 + x11;
      const x13 = (1) - x5;
      const x14 = x12 - x2;
      const x15 = x13 * x14;
      const x16 = x2 + x15;
      const x17 = x6 * x3;
      const x18 = (1) - x6;
      const x19 = x18 * x12;
      const x20 = x19 * x12;
      const x21 = x17 + x20;
      const x22 = Math.pow(x5, x10);
      const x23 = (1) - x22;
      const x24 = x16 / x23;
      const x25 = (2) / x18;
      const x26 = x25 - (1);
      const x27 = (2) * x10;
      const x28 = Math.pow(x6, x10);
      const x29 = x27 * x28;
      const x30 = (1) - x28;
      const x31 = x29 / x30;
      const x32 = x26 - x31;
      const x33 = x32 <= (5);
      if (x33) {
        const x34 = x4 * x24;
        const x35 = x1 - x34;
        return [x35, x16, x21];
      } else {
        const x34 = x32 - (4);
        const x35 = x32 - (2);
        const x36 = x34 * x35;
        const x37 = x36 * x26;
        const x38 = x26 - (4);
        const x39 = x26 - (2);
        const x40 = x38 * x39;
        const x41 = x40 * x32;
        const x42 = x37 / x41;
        const x43 = Math.pow(x42, (0.5));
        const x44 = x4 * x43;
        const x45 = Math.pow(x30, (0.5));
        const x46 = x44 * x45;
        const x47 = x46 * x24;
        const x48 = Math.sqrt(x21);
        const x49 = x48 + x7;
        const x50 = x47 / x49;
        const x51 = x1 - x50;
        return [x51, x16, x21];
      }
    }
  } else {
    const x11 = (1) - x5;
    const x12 = x0 - x2;
    const x13 = x11 * x12;
    const x14 = x2 + x13;
    const x15 = x6 * x3;
    const x16 = (1) - x6;
    const x17 = x16 * x0;
    const x18 = x17 * x0;
    const x19 = x15 + x18;
    const x20 = Math.pow(x5, x10);
    const x21 = (1) - x20;
    const x22 = x14 / x21;
    const x23 = (2) / x16;
    const x24 = x23 - (1);
    const x25 = (2) * x10;
    const x26 = Math.pow(x6, x10);
    const x27 = x25 * x26;
    const x28 = (1) - x26;
    const x29 = x27 / x28;
    const x30 = x24 - x29;
    const x31 = x30 <= (5);
    if (x31) {
      const x32 = x4 * x22;
      const x33 = x1 - x32;
      return [x33, x14, x19];
    } else {
      const x32 = x30 - (4);
      const x33 = x30 - (2);
      const x34 = x32 * x33;
      const x35 = x34 * x24;
      const x36 = x24 - (4);
      const x37 = x24 - (2);
      const x38 = x36 * x37;
      const x39 = x38 * x30;
      const x40 = x35 / x39;
      const x41 = Math.pow(x40, (0.5));
      const x42 = x4 * x41;
      const x43 = Math.pow(x28, (0.5));
      const x44 = x42 * x43;
      const x45 = x44 * x22;
      const x46 = Math.sqrt(x19);
      const x47 = x46 + x7;
      const x48 = x45 / x47;
      const x49 = x1 - x48;
      return [x49, x14, x19];
    }
  }
}
function radam_schedule_free(g, y, z, v, weight_sum, lr_max, settings) {
  const x0 = g;
  const x1 = y;
  const x2 = z;
  const x3 = v;
  const x4 = weight_sum;
  const x5 = lr_max;
  const x6 = settings.lr;
  const x7 = settings.betas[0];
  const x8 = settings.betas[1];
  const x9 = settings.eps;
  const x10 = settings.weight_decay;
  const x11 = settings.r;
  const x12 = settings.weight_lr_power;
  const x13 = settings.silent_sgd_phase;
  const x14 = settings.t;
  const x15 = x8 * x3;
  const x16 = (1) - x8;
  const x17 = x16 * x0;
  const x18 = x17 * x0;
  const x19 = x15 + x18;
  const x20 = (2) / x16;
  const x21 = x20 - (1);
  const x22 = (2) * x14;
  const x23 = Math.pow(x8, x14);
  const x24 = x22 * x23;
  const x25 = (1) - x23;
  const x26 = x24 / x25;
  const x27 = x21 - x26;
  const x28 = x27 > (4);
  if (x28) {
    const x29 = x27 - (4);
    const x30 = x27 - (2);
    const x31 = x29 * x30;
    const x32 = x31 * x21;
    const x33 = x21 - (4);
    const x34 = x21 - (2);
    const x35 = x33 * x34;
    const x36 = x35 * x27;
    const x37 = x32 / x36;
    const x38 = Math.pow(x37, (0.5));
    const x39 = x6 * x38;
    const x40 = x19 / x25;
    const x41 = Math.sqrt(x40);
    const x42 = x41 + x9;
    const x43 = x0 / x42;
    const x44 = x39 > x5;
    if (x44) {
      const x45 = Math.pow(x14, x11);
      const x46 = Math.pow(x39, x12);
      const x47 = x45 * x46;
      const x48 = x4 + x47;
      if (x48) {
        const x49 = x47 / x48;
        const x50 = x10 * x1;
        const x51 = x43 + x50;
        const x52 = x39 * x51;
        const x53 = (1) - x7;
        const x54 = x53 * x2;
        const x55 = x1 - x54;
        const x56 = x55 / x7;
        const x57 = x2 - x52;
        const x58 = (1) - x49;
        const x59 = x58 * x56;
        const x60 = x49 * x57;
        const x61 = x59 + x60;
        const x62 = x53 * x57;
        const x63 = x7 * x61;
        const x64 = x62 + x63;
        return [x64, x57, x19, x48, x39];
      } else {
        const x49 = x10 * x1;
        const x50 = x43 + x49;
        const x51 = x39 * x50;
        const x52 = (1) - x7;
        const x53 = x52 * x2;
        const x54 = x1 - x53;
        const x55 = x54 / x7;
        const x56 = x2 - x51;
        const x57 = (1.0) * x55;
        const x58 = (0.0) * x56;
        const x59 = x57 + x58;
        const x60 = x52 * x56;
        const x61 = x7 * x59;
        const x62 = x60 + x61;
        return [x62, x56, x19, x48, x39];
      }
    } else {
      const x45 = Math.pow(x14, x11);
      const x46 = Math.pow(x5, x12);
      const x47 = x45 * x46;
      const x48 = x4 + x47;
      if (x48) {
        const x49 = x47 / x48;
        const x50 = x10 * x1;
        const x51 = x43 + x50;
        const x52 = x39 * x51;
        const x53 = (1) - x7;
        const x54 = x53 * x2;
        const x55 = x1 - x54;
        const x56 = x55 / x7;
        const x57 = x2 - x52;
        const x58 = (1) - x49;
        const x59 = x58 * x56;
        const x60 = x49 * x57;
        const x61 = x59 + x60;
        const x62 = x53 * x57;
        const x63 = x7 * x61;
        const x64 = x62 + x63;
        return [x64, x57, x19, x48, x5];
      } else {
        const x49 = x10 * x1;
        const x50 = x43 + x49;
        const x51 = x39 * x50;
        const x52 = (1) - x7;
        const x53 = x52 * x2;
        const x54 = x1 - x53;
        const x55 = x54 / x7;
        const x56 = x2 - x51;
        const x57 = (1.0) * x55;
        const x58 = (0.0) * x56;
        const x59 = x57 + x58;
        const x60 = x52 * x56;
        const x61 = x7 * x59;
        const x62 = x60 + x61;
        return [x62, x56, x19, x48, x5];
      }
    }
  } else {
    if (x13) {
      const x29 = x5 < (0.0);
      if (x29) {
        const x30 = Math.pow(x14, x11);
        const x31 = Math.pow((0.0), x12);
        const x32 = x30 * x31;
        const x33 = x4 + x32;
        if (x33) {
          const x34 = x32 / x33;
          const x35 = x10 * x1;
          const x36 = x0 + x35;
          const x37 = (0.0) * x36;
          const x38 = (1) - x7;
          const x39 = x38 * x2;
          const x40 = x1 - x39;
          const x41 = x40 / x7;
          const x42 = x2 - x37;
          const x43 = (1) - x34;
          const x44 = x43 * x41;
          const x45 = x34 * x42;
          const x46 = x44 + x45;
          const x47 = x38 * x42;
          const x48 = x7 * x46;
          const x49 = x47 + x48;
          return [x49, x42, x19, x33, (0.0)];
        } else {
          const x34 = x10 * x1;
          const x35 = x0 + x34;
          const x36 = (0.0) * x35;
          const x37 = (1) - x7;
          const x38 = x37 * x2;
          const x39 = x1 - x38;
          const x40 = x39 / x7;
          const x41 = x2 - x36;
          const x42 = (1.0) * x40;
          const x43 = (0.0) * x41;
          const x44 = x42 + x43;
          const x45 = x37 * x41;
          const x46 = x7 * x44;
          const x47 = x45 + x46;
          return [x47, x41, x19, x33, (0.0)];
        }
      } else {
        const x30 = Math.pow(x14, x11);
        const x31 = Math.pow(x5, x12);
        const x32 = x30 * x31;
        const x33 = x4 + x32;
        if (x33) {
          const x34 = x32 / x33;
          const x35 = x10 * x1;
          const x36 = x0 + x35;
          const x37 = (0.0) * x36;
          const x38 = (1) - x7;
          const x39 = x38 * x2;
          const x40 = x1 - x39;
          const x41 = x40 / x7;
          const x42 = x2 - x37;
          const x43 = (1) - x34;
          const x44 = x43 * x41;
          const x45 = x34 * x42;
          const x46 = x44 + x45;
          const x47 = x38 * x42;
          const x48 = x7 * x46;
          const x49 = x47 + x48;
          return [x49, x42, x19, x33, x5];
        } else {
          const x34 = x10 * x1;
          const x35 = x0 + x34;
          const x36 = (0.0) * x35;
          const x37 = (1) - x7;
          const x38 = x37 * x2;
          const x39 = x1 - x38;
          const x40 = x39 / x7;
          const x41 = x2 - x36;
          const x42 = (1.0) * x40;
          const x43 = (0.0) * x41;
          const x44 = x42 + x43;
          const x45 = x37 * x41;
          const x46 = x7 * x44;
          const x47 = x45 + x46;
          return [x47, x41, x19, x33, x5];
        }
      }
    } else {
      const x29 = x6 > x5;
      if (x29) {
        const x30 = Math.pow(x14, x11);
        const x31 = Math.pow(x6, x12);
        const x32 = x30 * x31;
        const x33 = x4 + x32;
        if (x33) {
          const x34 = x32 / x33;
          const x35 = x10 * x1;
          const x36 = x0 + x35;
          const x37 = x6 * x36;
          const x38 = (1) - x7;
          const x39 = x38 * x2;
          const x40 = x1 - x39;
          const x41 = x40 / x7;
          const x42 = x2 - x37;
          const x43 = (1) - x34;
          const x44 = x43 * x41;
          const x45 = x34 * x42;
          const x46 = x44 + x45;
          const x47 = x38 * x42;
          const x48 = x7 * x46;
          const x49 = x47 + x48;
          return [x49, x42, x19, x33, x6];
        } else {
          const x34 = x10 * x1;
          const x35 = x0 + x34;
          const x36 = x6 * x35;
          const x37 = (1) - x7;
          const x38 = x37 * x2;
          const x39 = x1 - x38;
          const x40 = x39 / x7;
          const x41 = x2 - x36;
          const x42 = (1.0) * x40;
          const x43 = (0.0) * x41;
          const x44 = x42 + x43;
          const x45 = x37 * x41;
          const x46 = x7 * x44;
          const x47 = x45 + x46;
          return [x47, x41, x19, x33, x6];
        }
      } else {
        const x30 = Math.pow(x14, x11);
        const x31 = Math.pow(x5, x12);
        const x32 = x30 * x31;
        const x33 = x4 + x32;
        if (x33) {
          const x34 = x32 / x33;
          const x35 = x10 * x1;
          const x36 = x0 + x35;
          const x37 = x6 * x36;
          const x38 = (1) - x7;
          const x39 = x38 * x2;
          const x40 = x1 - x39;
          const x41 = x40 / x7;
          const x42 = x2 - x37;
          const x43 = (1) - x34;
          const x44 = x43 * x41;
          const x45 = x34 * x42;
          const x46 = x44 + x45;
          const x47 = x38 * x42;
          const x48 = x7 * x46;
          const x49 = x47 + x48;
          return [x49, x42, x19, x33, x5];
        } else {
          const x34 = x10 * x1;
          const x35 = x0 + x34;
          const x36 = x6 * x35;
          const x37 = (1) - x7;
          const x38 = x37 * x2;
          const x39 = x1 - x38;
          const x40 = x39 / x7;
          const x41 = x2 - x36;
          const x42 = (1.0) * x40;
          const x43 = (0.0) * x41;
          const x44 = x42 + x43;
          const x45 = x37 * x41;
          const x46 = x7 * x44;
          const x47 = x45 + x46;
          return [x47, x41, x19, x33, x5];
        }
      }
    }
  }
}
function ravine(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = settings.slope;
  const x3 = settings.width;
  const x4 = (0.5) * x2;
  const x5 = Math.pow(x0, (2));
  const x6 = x4 * x5;
  const x7 = Math.pow(x1, (2));
  const x8 = Math.pow(x3, (2));
  const x9 = x7 + x8;
  const x10 = Math.sqrt(x9);
  const x11 = x6 + x10;
  const x12 = x11 - x3;
  return [x12];
}
function ravine_gradient(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = settings.slope;
  const x3 = settings.width;
  const x4 = x2 * x0;
  const x5 = Math.pow(x1, (2));
  const x6 = Math.pow(x3, (2));
  const x7 = x5 + x6;
  const x8 = Math.sqrt(x7);
  const x9 = x1 / x8;
  return [x4, x9];
}
function reddi(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = settings.large;
  const x3 = x2 - (2);
  const x4 = x3 / (3);
  const x5 = x0 + x1;
  const x6 = x5 + (2);
  const x7 = x4 * x6;
  return [x7];
}
function reddi_gradient(x, y, settings) {
  const x2 = settings.large;
  const x3 = settings.third;
  const x4 = x2 + (1);
  const x5 = x3 * x4;
  const x6 = x5 - (1);
  const x7 = x2 - (2);
  const x8 = x7 / (3);
  return [x6, x8];
}
function rmsprop(g, p, v, buf, mean, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = v;
  const x3 = buf;
  const x4 = mean;
  const x5 = settings.lr;
  const x6 = settings.alpha;
  const x7 = settings.eps;
  const x8 = settings.weight_decay;
  const x9 = settings.momentum;
  const x10 = settings.centered;
  if (x8) {
    const x11 = x8 * x1;
    const x12 = x0 + x11;
    const x13 = x6 * x2;
    const x14 = (1) - x6;
    const x15 = x14 * x12;
    const x16 = x15 * x12;
    const x17 = x13 + x16;
    if (x10) {
      const x18 = x12 - x4;
      const x19 = x14 * x18;
      const x20 = x4 + x19;
      const x21 = x20 * x20;
      const x22 = x17 - x21;
      const x23 = Math.sqrt(x22);
      const x24 = x23 + x7;
      const x25 = x12 / x24;
      if (x9) {
        const x26 = x9 * x3;
        const x27 = x26 + x25;
        const x28 = x5 * x27;
        const x29 = x1 - x28;
        return [x29, x17, x27, x20];
      } else {
        const x26 = x5 * x25;
        const x27 = x1 - x26;
        return [x27, x17, x3, x20];
      }
    } else {
      const x18 = Math.sqrt(x17);
      const x19 = x18 + x7;
      const x20 = x12 / x19;
      if (x9) {
        const x21 = x9 * x3;
        const x22 = x21 + x20;
        const x23 = x5 * x22;
        const x24 = x1 - x23;
        return [x24, x17, x22, x4];
      } else {
        const x21 = x5 * x20;
        const x22 = x1 - x21;
        return [x22, x17, x3, x4];
      }
    }
  } else {
    const x11 = x6 * x2;
    const x12 = (1) - x6;
    const x13 = x12 * x0;
    const x14 = x13 * x0;
    const x15 = x11 + x14;
    if (x10) {
      const x16 = x0 - x4;
      const x17 = x12 * x16;
      const x18 = x4 + x17;
      const x19 = x18 * x18;
      const x20 = x15 - x19;
      const x21 = Math.sqrt(x20);
      const x22 = x21 + x7;
      const x23 = x0 / x22;
      if (x9) {
        const x24 = x9 * x3;
        const x25 = x24 + x23;
        const x26 = x5 * x25;
        const x27 = x1 - x26;
        return [x27, x15, x25, x18];
      } else {
        const x24 = x5 * x23;
        const x25 = x1 - x24;
        return [x25, x15, x3, x18];
      }
    } else {
      const x16 = Math.sqrt(x15);
      const x17 = x16 + x7;
      const x18 = x0 / x17;
      if (x9) {
        const x19 = x9 * x3;
        const x20 = x19 + x18;
        const x21 = x5 * x20;
        const x22 = x1 - x21;
        return [x22, x15, x20, x4];
      } else {
        const x19 = x5 * x18;
        const x20 = x1 - x19;
        return [x20, x15, x3, x4];
      }
    }
  }
}
function rosenbrock(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = settings.a;
  const x3 = settings.b;
  const x4 = x2 - x0;
  const x5 = Math.pow(x4, (2));
  const x6 = Math.pow(x0, (2));
  const x7 = x1 - x6;
  const x8 = Math.pow(x7, (2));
  const x9 = x3 * x8;
  const x10 = x5 + x9;
  return [x10];
}
function rosenbrock_gradient(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = settings.a;
  const x3 = settings.b;
  const x4 = x2 - x0;
  const x5 = (-2) * x4;
  const x6 = (4) * x3;
  const x7 = x6 * x0;
  const x8 = Math.pow(x0, (2));
  const x9 = x1 - x8;
  const x10 = x7 * x9;
  const x11 = x5 - x10;
  const x12 = (2) * x3;
  const x13 = x12 * x9;
  return [x11, x13];
}
function rprop(g, p, prev, size, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = prev;
  const x3 = size;
  const x4 = settings.etas[0];
  const x5 = settings.etas[1];
  const x6 = settings.step_sizes[0];
  const x7 = settings.step_sizes[1];
  const x8 = x0 * x2;
  const x9 = x8 < (0);
  const x10 = x4 * x3;
  const x11 = (x9 ? x10 : x3);
  const x12 = x8 > (0);
  const x13 = x5 * x3;
  const x14 = (x12 ? x13 : x11);
  const x15 = Math.max(x14, x6);
  const x16 = Math.min(x15, x7);
  const x17 = (x9 ? (0.0) : x0);
  const x18 = Math.sign(x17);
  const x19 = x18 * x16;
  const x20 = x1 - x19;
  return [x20, x17, x16];
}
function saddle(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = Math.pow(x0, (2));
  const x3 = (0.5) * x2;
  const x4 = Math.pow(x1, (2));
  const x5 = (0.5) * x4;
  const x6 = x3 - x5;
  const x7 = Math.pow(x1, (4));
  const x8 = (0.25) * x7;
  const x9 = x6 + x8;
  return [x9];
}
function saddle_gradient(x, y, settings) {
  const x0 = x;
  const x1 = y;
  const x2 = Math.pow(x1, (3));
  const x3 = x2 - x1;
  return [x0, x3];
}
function sgd(g, p, buf, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = buf;
  const x3 = settings.lr;
  const x4 = settings.momentum;
  const x5 = settings.dampening;
  const x6 = settings.weight_decay;
  if (x6) {
    const x7 = x6 * x1;
    const x8 = x0 + x7;
    if (x4) {
      const x9 = x4 * x2;
      const x10 = (1) - x5;
      const x11 = x10 * x8;
      const x12 = x9 + x11;
      const x13 = x3 * x12;
      const x14 = x1 - x13;
      return [x14, x12];
    } else {
      const x9 = x3 * x8;
      const x10 = x1 - x9;
      return [x10, x2];
    }
  } else {
    if (x4) {
      const x7 = x4 * x2;
      const x8 = (1) - x5;
      const x9 = x8 * x0;
      const x10 = x7 + x9;
      const x11 = x3 * x10;
      const x12 = x1 - x11;
      return [x12, x10];
    } else {
      const x7 = x3 * x0;
      const x8 = x1 - x7;
      return [x8, x2];
    }
  }
}
function sgd_nesterov(g, p, buf, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = buf;
  const x3 = settings.lr;
  const x4 = settings.momentum;
  const x5 = settings.dampening;
  const x6 = settings.weight_decay;
  if (x6) {
    const x7 = x6 * x1;
    const x8 = x0 + x7;
    if (x4) {
      const x9 = x4 * x2;
      const x10 = (1) - x5;
      const x11 = x10 * x8;
      const x12 = x9 + x11;
      const x13 = x4 * x12;
      const x14 = x8 + x13;
      const x15 = x3 * x14;
      const x16 = x1 - x15;
      return [x16, x12];
    } else {
      const x9 = x3 * x8;
      const x10 = x1 - x9;
      return [x10, x2];
    }
  } else {
    if (x4) {
      const x7 = x4 * x2;
      const x8 = (1) - x5;
      const x9 = x8 * x0;
      const x10 = x7 + x9;
      const x11 = x4 * x10;
      const x12 = x0 + x11;
      const x13 = x3 * x12;
      const x14 = x1 - x13;
      return [x14, x10];
    } else {
      const x7 = x3 * x0;
      const x8 = x1 - x7;
      return [x8, x2];
    }
  }
}
function sgd_nesterov_no_buf(g, p, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = settings.lr;
  const x3 = settings.momentum;
  const x5 = settings.weight_decay;
  if (x5) {
    const x6 = x5 * x1;
    const x7 = x0 + x6;
    if (x3) {
      const x8 = x3 * x7;
      const x9 = x7 + x8;
      const x10 = x2 * x9;
      const x11 = x1 - x10;
      return [x11, x7];
    } else {
      const x8 = x2 * x7;
      const x9 = x1 - x8;
      return [x9, null];
    }
  } else {
    if (x3) {
      const x6 = x3 * x0;
      const x7 = x0 + x6;
      const x8 = x2 * x7;
      const x9 = x1 - x8;
      return [x9, x0];
    } else {
      const x6 = x2 * x0;
      const x7 = x1 - x6;
      return [x7, null];
    }
  }
}
function sgd_no_buf(g, p, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = settings.lr;
  const x3 = settings.momentum;
  const x5 = settings.weight_decay;
  if (x5) {
    const x6 = x5 * x1;
    const x7 = x0 + x6;
    if (x3) {
      const x8 = x2 * x7;
      const x9 = x1 - x8;
      return [x9, x7];
    } else {
      const x8 = x2 * x7;
      const x9 = x1 - x8;
      return [x9, null];
    }
  } else {
    if (x3) {
      const x6 = x2 * x0;
      const x7 = x1 - x6;
      return [x7, x0];
    } else {
      const x6 = x2 * x0;
      const x7 = x1 - x6;
      return [x7, null];
    }
  }
}
function sgd_schedule_free(g, y, z, weight_sum, lr_max, settings) {
  const x0 = g;
  const x1 = y;
  const x2 = z;
  const x3 = weight_sum;
  const x4 = lr_max;
  const x5 = settings.lr;
  const x6 = settings.momentum;
  const x7 = settings.weight_decay;
  const x8 = settings.warmup_steps;
  const x9 = settings.r;
  const x10 = settings.weight_lr_power;
  const x11 = settings.t;
  if (x8) {
    const x12 = x11 / x8;
    const x13 = x12 < (1.0);
    if (x13) {
      const x14 = x5 * x12;
      const x15 = x14 > x4;
      if (x15) {
        const x16 = Math.pow(x11, x9);
        const x17 = Math.pow(x14, x10);
        const x18 = x16 * x17;
        const x19 = x3 + x18;
        if (x19) {
          const x20 = x18 / x19;
          const x21 = x7 * x1;
          const x22 = x0 + x21;
          const x23 = x14 * x22;
          const x24 = (1) - x6;
          const x25 = x24 * x2;
          const x26 = x1 - x25;
          const x27 = x26 / x6;
          const x28 = x2 - x23;
          const x29 = (1) - x20;
          const x30 = x29 * x27;
          const x31 = x20 * x28;
          const x32 = x30 + x31;
          const x33 = x24 * x28;
          const x34 = x6 * x32;
          const x35 = x33 + x34;
          return [x35, x28, x19, x14];
        } else {
          const x20 = x7 * x1;
          const x21 = x0 + x20;
          const x22 = x14 * x21;
          const x23 = (1) - x6;
          const x24 = x23 * x2;
          const x25 = x1 - x24;
          const x26 = x25 / x6;
          const x27 = x2 - x22;
          const x28 = (1.0) * x26;
          const x29 = (0.0) * x27;
          const x30 = x28 + x29;
          const x31 = x23 * x27;
          const x32 = x6 * x30;
          const x33 = x31 + x32;
          return [x33, x27, x19, x14];
        }
      } else {
        const x16 = Math.pow(x11, x9);
        const x17 = Math.pow(x4, x10);
        const x18 = x16 * x17;
        const x19 = x3 + x18;
        if (x19) {
          const x20 = x18 / x19;
          const x21 = x7 * x1;
          const x22 = x0 + x21;
          const x23 = x14 * x22;
          const x24 = (1) - x6;
          const x25 = x24 * x2;
          const x26 = x1 - x25;
          const x27 = x26 / x6;
          const x28 = x2 - x23;
          const x29 = (1) - x20;
          const x30 = x29 * x27;
          const x31 = x20 * x28;
          const x32 = x30 + x31;
          const x33 = x24 * x28;
          const x34 = x6 * x32;
          const x35 = x33 + x34;
          return [x35, x28, x19, x4];
        } else {
          const x20 = x7 * x1;
          const x21 = x0 + x20;
          const x22 = x14 * x21;
          const x23 = (1) - x6;
          const x24 = x23 * x2;
          const x25 = x1 - x24;
          const x26 = x25 / x6;
          const x27 = x2 - x22;
          const x28 = (1.0) * x26;
          const x29 = (0.0) * x27;
          const x30 = x28 + x29;
          const x31 = x23 * x27;
          const x32 = x6 * x30;
          const x33 = x31 + x32;
          return [x33, x27, x19, x4];
        }
      }
    } else {
      const x14 = x5 * (1.0);
      const x15 = x14 > x4;
      if (x15) {
        const x16 = Math.pow(x11, x9);
        const x17 = Math.pow(x14, x10);
        const x18 = x16 * x17;
        const x19 = x3 + x18;
        if (x19) {
          const x20 = x18 / x19;
          const x21 = x7 * x1;
          const x22 = x0 + x21;
          const x23 = x14 * x22;
          const x24 = (1) - x6;
          const x25 = x24 * x2;
          const x26 = x1 - x25;
          const x27 = x26 / x6;
          const x28 = x2 - x23;
          const x29 = (1) - x20;
          const x30 = x29 * x27;
          const x31 = x20 * x28;
          const x32 = x30 + x31;
          const x33 = x24 * x28;
          const x34 = x6 * x32;
          const x35 = x33 + x34;
          return [x35, x28, x19, x14];
        } else {
          const x20 = x7 * x1;
          const x21 = x0 + x20;
          const x22 = x14 * x21;
          const x23 = (1) - x6;
          const x24 = x23 * x2;
          const x25 = x1 - x24;
          const x26 = x25 / x6;
          const x27 = x2 - x22;
          const x28 = (1.0) * x26;
          const x29 = (0.0) * x27;
          const x30 = x28 + x29;
          const x31 = x23 * x27;
          const x32 = x6 * x30;
          const x33 = x31 + x32;
          return [x33, x27, x19, x14];
        }
      } else {
        const x16 = Math.pow(x11, x9);
        const x17 = Math.pow(x4, x10);
        const x18 = x16 * x17;
        const x19 = x3 + x18;
        if (x19) {
          const x20 = x18 / x19;
          const x21 = x7 * x1;
          const x22 = x0 + x21;
          const x23 = x14 * x22;
          const x24 = (1) - x6;
          const x25 = x24 * x2;
          const x26 = x1 - x25;
          const x27 = x26 / x6;
          const x28 = x2 - x23;
          const x29 = (1) - x20;
          const x30 = x29 * x27;
          const x31 = x20 * x28;
          const x32 = x30 + x31;
          const x33 = x24 * x28;
          const x34 = x6 * x32;
          const x35 = x33 + x34;
          return [x35, x28, x19, x4];
        } else {
          const x20 = x7 * x1;
          const x21 = x0 + x20;
          const x22 = x14 * x21;
          const x23 = (1) - x6;
          const x24 = x23 * x2;
          const x25 = x1 - x24;
          const x26 = x25 / x6;
          const x27 = x2 - x22;
          const x28 = (1.0) * x26;
          const x29 = (0.0) * x27;
          const x30 = x28 + x29;
          const x31 = x23 * x27;
          const x32 = x6 * x30;
          const x33 = x31 + x32;
          return [x33, x27, x19, x4];
        }
      }
    }
  } else {
    const x12 = x5 > x4;
    if (x12) {
      const x13 = Math.pow(x11, x9);
      const x14 = Math.pow(x5, x10);
      const x15 = x13 * x14;
      const x16 = x3 + x15;
      if (x16) {
        const x17 = x15 / x16;
        const x18 = x7 * x1;
        const x19 = x0 + x18;
        const x20 = x5 * x19;
        const x21 = (1) - x6;
        const x22 = x21 * x2;
        const x23 = x1 - x22;
        const x24 = x23 / x6;
        const x25 = x2 - x20;
        const x26 = (1) - x17;
        const x27 = x26 * x24;
        const x28 = x17 * x25;
        const x29 = x27 + x28;
        const x30 = x21 * x25;
        const x31 = x6 * x29;
        const x32 = x30 + x31;
        return [x32, x25, x16, x5];
      } else {
        const x17 = x7 * x1;
        const x18 = x0 + x17;
        const x19 = x5 * x18;
        const x20 = (1) - x6;
        const x21 = x20 * x2;
        const x22 = x1 - x21;
        const x23 = x22 / x6;
        const x24 = x2 - x19;
        const x25 = (1.0) * x23;
        const x26 = (0.0) * x24;
        const x27 = x25 + x26;
        const x28 = x20 * x24;
        const x29 = x6 * x27;
        const x30 = x28 + x29;
        return [x30, x24, x16, x5];
      }
    } else {
      const x13 = Math.pow(x11, x9);
      const x14 = Math.pow(x4, x10);
      const x15 = x13 * x14;
      const x16 = x3 + x15;
      if (x16) {
        const x17 = x15 / x16;
        const x18 = x7 * x1;
        const x19 = x0 + x18;
        const x20 = x5 * x19;
        const x21 = (1) - x6;
        const x22 = x21 * x2;
        const x23 = x1 - x22;
        const x24 = x23 / x6;
        const x25 = x2 - x20;
        const x26 = (1) - x17;
        const x27 = x26 * x24;
        const x28 = x17 * x25;
        const x29 = x27 + x28;
        const x30 = x21 * x25;
        const x31 = x6 * x29;
        const x32 = x30 + x31;
        return [x32, x25, x16, x4];
      } else {
        const x17 = x7 * x1;
        const x18 = x0 + x17;
        const x19 = x5 * x18;
        const x20 = (1) - x6;
        const x21 = x20 * x2;
        const x22 = x1 - x21;
        const x23 = x22 / x6;
        const x24 = x2 - x19;
        const x25 = (1.0) * x23;
        const x26 = (0.0) * x24;
        const x27 = x25 + x26;
        const x28 = x20 * x24;
        const x29 = x6 * x27;
        const x30 = x28 + x29;
        return [x30, x24, x16, x4];
      }
    }
  }
}
function yogi(g, p, m, v, settings) {
  const x0 = g;
  const x1 = p;
  const x2 = m;
  const x3 = v;
  const x4 = settings.lr;
  const x5 = settings.betas[0];
  const x6 = settings.betas[1];
  const x7 = settings.eps;
  const x8 = settings.weight_decay;
  const x9 = x4 * x8;
  const x10 = x9 * x1;
  const x11 = x1 - x10;
  const x12 = (1) - x5;
  const x13 = x0 - x2;
  const x14 = x12 * x13;
  const x15 = x2 + x14;
  const x16 = (1) - x6;
  const x17 = x0 * x0;
  const x18 = x3 - x17;
  const x19 = Math.sign(x18);
  const x20 = x16 * x19;
  const x21 = x20 * x0;
  const x22 = x21 * x0;
  const x23 = x3 - x22;
  const x24 = x4 * x15;
  const x25 = Math.sqrt(x23);
  const x26 = x25 + x7;
  const x27 = x24 / x26;
  const x28 = x11 - x27;
  return [x28, x15, x23];
}
return { functions: { adabelief, adadelta, adagrad, adam, adam_no_v_max, adamax, adamw_no_v_max, adamw_schedule_free, ademamix, adopt, asgd, beale, beale_gradient, lion, nadam, network, network_gradient, quadratic, quadratic_gradient, radam, radam_schedule_free, ravine, ravine_gradient, reddi, reddi_gradient, rmsprop, rosenbrock, rosenbrock_gradient, rprop, saddle, saddle_gradient, sgd, sgd_nesterov, sgd_nesterov_no_buf, sgd_no_buf, sgd_schedule_free, yogi },
entrants: {"SGD": {"title": "SGD", "note": "", "look": ["#222222", "o", "-"], "file": "optedu/optim/sgd.py", "source": "def sgd(\n    g, p, buf=None, *,\n    lr, momentum, dampening,\n    weight_decay, nesterov,\n):\n    \"\"\"One step: ``(g, p, buf) -> (p, buf)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    if momentum and buf is None:\n        buf = g\n    elif momentum:\n        buf = momentum * buf + (1 - dampening) * g\n    if momentum and nesterov:\n        g = g + momentum * buf\n    elif momentum:\n        g = buf\n    return p - lr * g, buf", "chapter": "foundations/gradient_descent", "rule": {"0": "sgd_no_buf"}, "initial": {"buf": null}, "fixed": {"momentum": 0, "dampening": 0, "nesterov": false}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "momentum": {"title": "momentum", "note": "", "look": ["#0072B2", "s", "-"], "file": "optedu/optim/sgd.py", "source": "def sgd(\n    g, p, buf=None, *,\n    lr, momentum, dampening,\n    weight_decay, nesterov,\n):\n    \"\"\"One step: ``(g, p, buf) -> (p, buf)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    if momentum and buf is None:\n        buf = g\n    elif momentum:\n        buf = momentum * buf + (1 - dampening) * g\n    if momentum and nesterov:\n        g = g + momentum * buf\n    elif momentum:\n        g = buf\n    return p - lr * g, buf", "chapter": "momentum/heavy_ball", "rule": {"0": "sgd_no_buf", "1": "sgd"}, "initial": {"buf": null}, "fixed": {"nesterov": false}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "momentum", "label": "momentum", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "dampening", "label": "dampening", "value": 0.0, "scale": "linear", "low": 0, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Nesterov": {"title": "Nesterov", "note": "", "look": ["#56B4E9", "D", "--"], "file": "optedu/optim/sgd.py", "source": "def sgd(\n    g, p, buf=None, *,\n    lr, momentum, dampening,\n    weight_decay, nesterov,\n):\n    \"\"\"One step: ``(g, p, buf) -> (p, buf)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    if momentum and buf is None:\n        buf = g\n    elif momentum:\n        buf = momentum * buf + (1 - dampening) * g\n    if momentum and nesterov:\n        g = g + momentum * buf\n    elif momentum:\n        g = buf\n    return p - lr * g, buf", "chapter": "momentum/nesterov", "rule": {"0": "sgd_nesterov_no_buf", "1": "sgd_nesterov"}, "initial": {"buf": null}, "fixed": {"nesterov": true, "dampening": 0}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "momentum", "label": "momentum", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Adagrad": {"title": "Adagrad", "note": "", "look": ["#C9B400", "^", "-"], "file": "optedu/optim/adagrad.py", "source": "def adagrad(\n    g, p, total, *,\n    t, lr, lr_decay, weight_decay, eps,\n):\n    \"\"\"One step of AdaGrad:\n    ``(g, p, total) -> (p, total)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    total = total + g * g\n    rate = lr / (1 + (t - 1) * lr_decay)\n    p = p - rate * g / (sqrt(total) + eps)\n    return p, total", "chapter": "adaptive/adagrad", "rule": {"1": "adagrad"}, "initial": {"total": "initial_accumulator_value"}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.01, "scale": "log", "low": 1e-06, "high": 100}, {"name": "lr_decay", "label": "lr_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "eps", "label": "eps", "value": 1e-10, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "initial_accumulator_value", "label": "initial_accumulator_value", "value": 0.0, "scale": "zero", "low": 1e-06, "high": 100}]}, "RMSprop": {"title": "RMSprop", "note": "", "look": ["#009E73", "v", "-"], "file": "optedu/optim/rmsprop.py", "source": "def rmsprop(\n    g, p, v, buf=None, mean=None, *,\n    lr, alpha, eps, weight_decay,\n    momentum, centered,\n):\n    \"\"\"One step of RMSProp: ``(g, p, v, buf, mean)\n    -> (p, v, buf, mean)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    v = alpha * v + (1 - alpha) * g * g\n    spread = v\n    if centered:\n        mean = mean + (1 - alpha) * (g - mean)\n        spread = v - mean * mean\n    step = g / (sqrt(spread) + eps)\n    if momentum:\n        step = buf = momentum * buf + step\n    return p - lr * step, v, buf, mean", "chapter": "adaptive/rmsprop", "rule": {"111": "rmsprop"}, "initial": {"v": 0.0, "buf": 0.0, "mean": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.01, "scale": "log", "low": 1e-06, "high": 100}, {"name": "momentum", "label": "momentum", "value": 0.0, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "alpha", "label": "alpha", "value": 0.99, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "centered", "label": "centered", "value": false, "scale": "flag"}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Adadelta": {"title": "Adadelta", "note": "", "look": ["#C9B400", "<", "--"], "file": "optedu/optim/adadelta.py", "source": "def adadelta(\n    g, p, v, u, *, lr, rho, eps, weight_decay\n):\n    \"\"\"One step: ``(g, p, v, u) -> (p, v, u)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    v = rho * v + (1 - rho) * g * g\n    delta = sqrt(u + eps) / sqrt(v + eps) * g\n    u = rho * u + (1 - rho) * delta * delta\n    return p - lr * delta, v, u", "chapter": "adaptive/adadelta", "rule": {"11": "adadelta"}, "initial": {"v": 0.0, "u": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 1.0, "scale": "log", "low": 1e-06, "high": 100}, {"name": "rho", "label": "rho", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-06, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Rprop": {"title": "Rprop", "note": "The rate is the first step of each coordinate; then the signs decide.", "look": ["#CC79A7", ">", "-."], "file": "optedu/optim/rprop.py", "source": "def rprop(g, p, prev, size, *, etas, step_sizes):\n    \"\"\"One step of Rprop: ``(g, p, prev, size)\n    -> (p, prev, size)``.\"\"\"\n    shrink, grow = etas\n    agree = g * prev\n    less = where(agree < 0, shrink * size, size)\n    size = where(agree > 0, grow * size, less)\n    size = clip(size, *step_sizes)\n    g = where(agree < 0, 0.0, g)\n    return p - sign(g) * size, g, size", "chapter": "adaptive/rprop", "rule": {"11": "rprop"}, "initial": {"prev": 0.0, "size": "lr"}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.01, "scale": "log", "low": 1e-06, "high": 100}, {"name": "etas.0", "label": "etas[0]", "value": 0.5, "scale": "linear", "low": 0.05, "high": 0.95}, {"name": "etas.1", "label": "etas[1]", "value": 1.2, "scale": "linear", "low": 1.05, "high": 2}, {"name": "step_sizes.0", "label": "step_sizes[0]", "value": 1e-06, "scale": "log", "low": 1e-12, "high": 0.01}, {"name": "step_sizes.1", "label": "step_sizes[1]", "value": 50.0, "scale": "log", "low": 0.01, "high": 100}]}, "Adam": {"title": "Adam", "note": "", "look": ["#D55E00", "P", "-"], "file": "optedu/optim/adam.py", "source": "def adam(\n    g, p, m, v, v_max=None, *,\n    t, lr, betas, eps, weight_decay,\n):\n    \"\"\"One step of Adam: ``(g, p, m, v, v_max)\n    -> (p, m, v, v_max)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay:\n        g = g + weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    v = b2 * v + (1 - b2) * g * g\n    if v_max is not None:\n        v_max = maximum(v_max, v)\n    v_used = v if v_max is None else v_max\n    m_hat = m / (1 - b1**t)\n    v_hat = v_used / (1 - b2**t)\n    p = p - lr * m_hat / (sqrt(v_hat) + eps)\n    return p, m, v, v_max", "chapter": "adam/bias_correction", "rule": {"110": "adam_no_v_max"}, "initial": {"m": 0.0, "v": 0.0, "v_max": null}, "fixed": {"amsgrad": false, "decoupled_weight_decay": false}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "uncorrected": {"title": "Adam, uncorrected", "note": "Adam's rule, told that t is infinite: both corrections are then 1.", "look": ["#0072B2", "s", ":"], "file": "optedu/optim/adam.py", "source": "def adam(\n    g, p, m, v, v_max=None, *,\n    t, lr, betas, eps, weight_decay,\n):\n    \"\"\"One step of Adam: ``(g, p, m, v, v_max)\n    -> (p, m, v, v_max)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay:\n        g = g + weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    v = b2 * v + (1 - b2) * g * g\n    if v_max is not None:\n        v_max = maximum(v_max, v)\n    v_used = v if v_max is None else v_max\n    m_hat = m / (1 - b1**t)\n    v_hat = v_used / (1 - b2**t)\n    p = p - lr * m_hat / (sqrt(v_hat) + eps)\n    return p, m, v, v_max", "chapter": "adam/bias_correction", "rule": {"110": "adam_no_v_max"}, "initial": {"m": 0.0, "v": 0.0, "v_max": null}, "fixed": {"amsgrad": false, "decoupled_weight_decay": false, "t": Infinity}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "AdamW": {"title": "AdamW", "note": "", "look": ["#E69F00", "X", "-"], "file": "optedu/optim/adam.py", "source": "def adam(\n    g, p, m, v, v_max=None, *,\n    t, lr, betas, eps, weight_decay,\n):\n    \"\"\"One step of Adam: ``(g, p, m, v, v_max)\n    -> (p, m, v, v_max)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay:\n        g = g + weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    v = b2 * v + (1 - b2) * g * g\n    if v_max is not None:\n        v_max = maximum(v_max, v)\n    v_used = v if v_max is None else v_max\n    m_hat = m / (1 - b1**t)\n    v_hat = v_used / (1 - b2**t)\n    p = p - lr * m_hat / (sqrt(v_hat) + eps)\n    return p, m, v, v_max\n\ndef adamw(\n    g, p, m, v, v_max=None, *,\n    t, lr, betas, eps, weight_decay,\n):\n    \"\"\"One step of AdamW: shrink the parameter,\n    then take Adam's step without decay.\"\"\"\n    p = p - lr * weight_decay * p\n    return adam(\n        g, p, m, v, v_max, t=t, lr=lr,\n        betas=betas, eps=eps, weight_decay=0,\n    )", "chapter": "adam/decoupled_decay", "rule": {"110": "adamw_no_v_max"}, "initial": {"m": 0.0, "v": 0.0, "v_max": null}, "fixed": {"amsgrad": false}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.01, "scale": "zero", "low": 1e-05, "high": 1}]}, "AMSGrad": {"title": "AMSGrad", "note": "", "look": ["#CC79A7", "*", "--"], "file": "optedu/optim/adam.py", "source": "def adam(\n    g, p, m, v, v_max=None, *,\n    t, lr, betas, eps, weight_decay,\n):\n    \"\"\"One step of Adam: ``(g, p, m, v, v_max)\n    -> (p, m, v, v_max)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay:\n        g = g + weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    v = b2 * v + (1 - b2) * g * g\n    if v_max is not None:\n        v_max = maximum(v_max, v)\n    v_used = v if v_max is None else v_max\n    m_hat = m / (1 - b1**t)\n    v_hat = v_used / (1 - b2**t)\n    p = p - lr * m_hat / (sqrt(v_hat) + eps)\n    return p, m, v, v_max", "chapter": "adam/amsgrad", "rule": {"111": "adam"}, "initial": {"m": 0.0, "v": 0.0, "v_max": 0.0}, "fixed": {"amsgrad": true, "decoupled_weight_decay": false}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Adamax": {"title": "Adamax", "note": "", "look": ["#0072B2", "d", "-."], "file": "optedu/optim/adamax.py", "source": "def adamax(\n    g, p, m, u, *, t, lr, betas, eps, weight_decay\n):\n    \"\"\"One step: ``(g, p, m, u) -> (p, m, u)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay:\n        g = g + weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    u = maximum(b2 * u, abs(g) + eps)\n    return p - lr / (1 - b1**t) * m / u, m, u", "chapter": "adam/variants", "rule": {"11": "adamax"}, "initial": {"m": 0.0, "u": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.002, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "NAdam": {"title": "NAdam", "note": "", "look": ["#56B4E9", "p", "-"], "file": "optedu/optim/nadam.py", "source": "def nadam(\n    g, p, mu_product, m, v, *,\n    t, lr, betas, eps, weight_decay,\n    momentum_decay, decoupled_weight_decay,\n):\n    \"\"\"One step: ``(g, p, mu_product, m, v)\n    -> (p, mu_product, m, v)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay and decoupled_weight_decay:\n        p = p - lr * weight_decay * p\n    elif weight_decay:\n        g = g + weight_decay * p\n    now = 0.96 ** (t * momentum_decay)\n    later = 0.96 ** ((t + 1) * momentum_decay)\n    mu = b1 * (1 - 0.5 * now)\n    mu_next = b1 * (1 - 0.5 * later)\n    mu_product = mu_product * mu\n    product_next = mu_product * mu_next\n    m = m + (1 - b1) * (g - m)\n    v = b2 * v + (1 - b2) * g * g\n    m_hat = mu_next / (1 - product_next) * m\n    g_hat = (1 - mu) / (1 - mu_product) * g\n    v_hat = v / (1 - b2**t)\n    ahead = m_hat + g_hat\n    p = p - lr * ahead / (sqrt(v_hat) + eps)\n    return p, mu_product, m, v", "chapter": "adam/variants", "rule": {"111": "nadam"}, "initial": {"mu_product": 1.0, "m": 0.0, "v": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.002, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "momentum_decay", "label": "momentum_decay", "value": 0.004, "scale": "zero", "low": 0.0001, "high": 1}, {"name": "decoupled_weight_decay", "label": "decoupled_weight_decay", "value": false, "scale": "flag"}]}, "RAdam": {"title": "RAdam", "note": "", "look": ["#009E73", "h", "--"], "file": "optedu/optim/radam.py", "source": "def radam(\n    g, p, m, v, *,\n    t, lr, betas, eps, weight_decay,\n    decoupled_weight_decay,\n):\n    \"\"\"One step: ``(g, p, m, v) -> (p, m, v)``.\"\"\"\n    b1, b2 = betas\n    if weight_decay and decoupled_weight_decay:\n        p = p - lr * weight_decay * p\n    elif weight_decay:\n        g = g + weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    v = b2 * v + (1 - b2) * g * g\n    m_hat = m / (1 - b1**t)\n    rho_max = 2 / (1 - b2) - 1\n    rho = rho_max - 2 * t * b2**t / (1 - b2**t)\n    if rho <= 5:\n        return p - lr * m_hat, m, v\n    r = (rho - 4) * (rho - 2) * rho_max\n    r = r / ((rho_max - 4) * (rho_max - 2) * rho)\n    rate = lr * r**0.5 * (1 - b2**t) ** 0.5\n    p = p - rate * m_hat / (sqrt(v) + eps)\n    return p, m, v", "chapter": "adam/variants", "rule": {"11": "radam"}, "initial": {"m": 0.0, "v": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "decoupled_weight_decay", "label": "decoupled_weight_decay", "value": false, "scale": "flag"}]}, "AdaBelief": {"title": "AdaBelief", "note": "", "look": ["#222222", "1", "--"], "file": "optedu/optim/adabelief.py", "source": "def adabelief(\n    g, p, m, s, *, t, lr, betas, eps, weight_decay\n):\n    \"\"\"One step: ``(g, p, m, s) -> (p, m, s)``.\"\"\"\n    b1, b2 = betas\n    p = p - lr * weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    s = b2 * s + (1 - b2) * (g - m) ** 2 + eps\n    m_hat = m / (1 - b1**t)\n    s_hat = s / (1 - b2**t)\n    p = p - lr * m_hat / (sqrt(s_hat) + eps)\n    return p, m, s", "chapter": "adam/second_moments", "rule": {"11": "adabelief"}, "initial": {"m": 0.0, "s": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-16, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Yogi": {"title": "Yogi", "note": "", "look": ["#C9B400", "2", "-."], "file": "optedu/optim/yogi.py", "source": "def yogi(\n    g, p, m, v, *, lr, betas, eps, weight_decay\n):\n    \"\"\"One step: ``(g, p, m, v) -> (p, m, v)``.\"\"\"\n    b1, b2 = betas\n    p = p - lr * weight_decay * p\n    m = m + (1 - b1) * (g - m)\n    v = v - (1 - b2) * sign(v - g * g) * g * g\n    return p - lr * m / (sqrt(v) + eps), m, v", "chapter": "adam/second_moments", "rule": {"11": "yogi"}, "initial": {"m": 0.0, "v": "initial_accumulator"}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.01, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 0.001, "scale": "log", "low": 1e-16, "high": 1}, {"name": "initial_accumulator", "label": "initial_accumulator", "value": 1e-06, "scale": "zero", "low": 1e-08, "high": 100}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "Lion": {"title": "Lion", "note": "", "look": ["#0072B2", "p", "-"], "file": "optedu/optim/lion.py", "source": "def lion(g, p, m, *, lr, betas, weight_decay):\n    \"\"\"One step: ``(g, p, m) -> (p, m)``.\"\"\"\n    b1, b2 = betas\n    p = p - lr * weight_decay * p\n    direction = b1 * m + (1 - b1) * g\n    m = b2 * m + (1 - b2) * g\n    return p - lr * sign(direction), m", "chapter": "modern/lion", "rule": {"1": "lion"}, "initial": {"m": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.0001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.99, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "SGDScheduleFree": {"title": "SGD, schedule-free", "note": "Drawn is y, the point where gradients are taken. The answer is the average, which lies beside it.", "look": ["#0072B2", "<", "--"], "file": "optedu/optim/schedule_free.py", "source": "def averaging(\n    weight_sum, lr_max, *,\n    t, lr, warmup_steps, r, weight_lr_power,\n):\n    \"\"\"Warmed-up rate, the newest iterate's weight\n    in the average, and what both remember.\"\"\"\n    if warmup_steps:\n        lr = lr * min(1.0, t / warmup_steps)\n    lr_max = max(lr_max, lr)\n    w = t**r * lr_max**weight_lr_power\n    weight_sum = weight_sum + w\n    c = w / weight_sum if weight_sum else 0.0\n    return lr, c, weight_sum, lr_max\n\ndef interpolate(y, z, step, c, beta):\n    \"\"\"Move z by `step`, x (the average) towards z\n    by `c`, and y between the two: ``(y, z)``.\"\"\"\n    x = (y - (1 - beta) * z) / beta\n    z = z - step\n    x = (1 - c) * x + c * z\n    return (1 - beta) * z + beta * x, z\n\ndef sgd_schedule_free(\n    g, y, z, weight_sum, lr_max, *,\n    t, lr, momentum, weight_decay,\n    warmup_steps, r, weight_lr_power,\n):\n    \"\"\"One step of Schedule-Free SGD:\n    ``(g, y, z, weight_sum, lr_max)\n    -> (y, z, weight_sum, lr_max)``.\"\"\"\n    lr, c, weight_sum, lr_max = averaging(\n        weight_sum, lr_max, t=t, lr=lr, r=r,\n        warmup_steps=warmup_steps,\n        weight_lr_power=weight_lr_power,\n    )\n    step = lr * (g + weight_decay * y)\n    y, z = interpolate(y, z, step, c, momentum)\n    return y, z, weight_sum, lr_max", "chapter": "modern/schedule_free", "rule": {"111": "sgd_schedule_free"}, "initial": {"z": "p", "weight_sum": 0.0, "lr_max": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 1.0, "scale": "log", "low": 1e-06, "high": 100}, {"name": "momentum", "label": "momentum", "value": 0.9, "scale": "decay", "low": 0.1, "high": 0.9999}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "warmup_steps", "label": "warmup_steps", "value": 0, "scale": "whole", "low": 0, "high": 200}, {"name": "r", "label": "r", "value": 0.0, "scale": "linear", "low": 0, "high": 4}, {"name": "weight_lr_power", "label": "weight_lr_power", "value": 2.0, "scale": "linear", "low": 0, "high": 4}]}, "AdamWScheduleFree": {"title": "AdamW, schedule-free", "note": "Drawn is y, the point where gradients are taken. The answer is the average, which lies beside it.", "look": ["#56B4E9", "H", "-."], "file": "optedu/optim/schedule_free.py", "source": "def averaging(\n    weight_sum, lr_max, *,\n    t, lr, warmup_steps, r, weight_lr_power,\n):\n    \"\"\"Warmed-up rate, the newest iterate's weight\n    in the average, and what both remember.\"\"\"\n    if warmup_steps:\n        lr = lr * min(1.0, t / warmup_steps)\n    lr_max = max(lr_max, lr)\n    w = t**r * lr_max**weight_lr_power\n    weight_sum = weight_sum + w\n    c = w / weight_sum if weight_sum else 0.0\n    return lr, c, weight_sum, lr_max\n\ndef interpolate(y, z, step, c, beta):\n    \"\"\"Move z by `step`, x (the average) towards z\n    by `c`, and y between the two: ``(y, z)``.\"\"\"\n    x = (y - (1 - beta) * z) / beta\n    z = z - step\n    x = (1 - c) * x + c * z\n    return (1 - beta) * z + beta * x, z\n\ndef adamw_schedule_free(\n    g, y, z, v, weight_sum, lr_max, *,\n    t, lr, betas, eps, weight_decay,\n    warmup_steps, r, weight_lr_power,\n):\n    \"\"\"One step of Schedule-Free AdamW:\n    ``(g, y, z, v, weight_sum, lr_max)\n    -> (y, z, v, weight_sum, lr_max)``.\"\"\"\n    b1, b2 = betas\n    lr, c, weight_sum, lr_max = averaging(\n        weight_sum, lr_max, t=t, lr=lr, r=r,\n        warmup_steps=warmup_steps,\n        weight_lr_power=weight_lr_power,\n    )\n    v = b2 * v + (1 - b2) * g * g\n    v_hat = v / (1 - b2**t)\n    u = g / (sqrt(v_hat) + eps)\n    step = lr * (u + weight_decay * y)\n    y, z = interpolate(y, z, step, c, b1)\n    return y, z, v, weight_sum, lr_max", "chapter": "modern/schedule_free", "rule": {"1111": "adamw_schedule_free"}, "initial": {"z": "p", "v": 0.0, "weight_sum": 0.0, "lr_max": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.0025, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0.1, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0.1, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "warmup_steps", "label": "warmup_steps", "value": 0, "scale": "whole", "low": 0, "high": 200}, {"name": "r", "label": "r", "value": 0.0, "scale": "linear", "low": 0, "high": 4}, {"name": "weight_lr_power", "label": "weight_lr_power", "value": 2.0, "scale": "linear", "low": 0, "high": 4}]}, "RAdamScheduleFree": {"title": "RAdam, schedule-free", "note": "Drawn is y, the point where gradients are taken. The answer is the average, which lies beside it. The first four steps stand still, while the average of squares fills.", "look": ["#009E73", "H", ":"], "file": "optedu/optim/schedule_free.py", "source": "def averaging(\n    weight_sum, lr_max, *,\n    t, lr, warmup_steps, r, weight_lr_power,\n):\n    \"\"\"Warmed-up rate, the newest iterate's weight\n    in the average, and what both remember.\"\"\"\n    if warmup_steps:\n        lr = lr * min(1.0, t / warmup_steps)\n    lr_max = max(lr_max, lr)\n    w = t**r * lr_max**weight_lr_power\n    weight_sum = weight_sum + w\n    c = w / weight_sum if weight_sum else 0.0\n    return lr, c, weight_sum, lr_max\n\ndef interpolate(y, z, step, c, beta):\n    \"\"\"Move z by `step`, x (the average) towards z\n    by `c`, and y between the two: ``(y, z)``.\"\"\"\n    x = (y - (1 - beta) * z) / beta\n    z = z - step\n    x = (1 - c) * x + c * z\n    return (1 - beta) * z + beta * x, z\n\ndef radam_schedule_free(\n    g, y, z, v, weight_sum, lr_max, *,\n    t, lr, betas, eps, weight_decay, r,\n    weight_lr_power, silent_sgd_phase,\n):\n    \"\"\"One step of Schedule-Free RAdam; arguments\n    and results as of `adamw_schedule_free`.\"\"\"\n    b1, b2 = betas\n    v = b2 * v + (1 - b2) * g * g\n    n = 2 / (1 - b2) - 1\n    rho = n - 2 * t * b2**t / (1 - b2**t)\n    if rho > 4:\n        trust = (rho - 4) * (rho - 2) * n\n        trust = trust / ((n - 4) * (n - 2) * rho)\n        lr = lr * trust**0.5\n        g = g / (sqrt(v / (1 - b2**t)) + eps)\n    elif silent_sgd_phase:\n        lr = 0.0\n    lr, c, weight_sum, lr_max = averaging(\n        weight_sum, lr_max, t=t, lr=lr, r=r,\n        warmup_steps=0,\n        weight_lr_power=weight_lr_power,\n    )\n    step = lr * (g + weight_decay * y)\n    y, z = interpolate(y, z, step, c, b1)\n    return y, z, v, weight_sum, lr_max", "chapter": "modern/schedule_free", "rule": {"1111": "radam_schedule_free"}, "initial": {"z": "p", "v": 0.0, "weight_sum": 0.0, "lr_max": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.0025, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0.1, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0.1, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}, {"name": "r", "label": "r", "value": 0.0, "scale": "linear", "low": 0, "high": 4}, {"name": "weight_lr_power", "label": "weight_lr_power", "value": 2.0, "scale": "linear", "low": 0, "high": 4}, {"name": "silent_sgd_phase", "label": "silent_sgd_phase", "value": true, "scale": "flag"}]}, "AdEMAMix": {"title": "AdEMAMix", "note": "Of two averages the slow one, which starts at zero, remembers 10,000 steps. Here it has no warm-up.", "look": ["#E69F00", "D", "-"], "file": "optedu/optim/ademamix.py", "source": "def warmed_up(t, b1, b3, alpha, t_alpha_beta3):\n    \"\"\"Decay and weight of the slow average.\"\"\"\n    s = min(1.0, t / t_alpha_beta3)\n    ratio = log(b3) / log(b1)\n    b3_t = b3 ** (1 / (s + (1 - s) * ratio))\n    return min(b3, b3_t), s * alpha\n\ndef ademamix(\n    g, p, m, slow, v, *,\n    t, lr, betas, alpha, t_alpha_beta3,\n    eps, weight_decay,\n):\n    \"\"\"One step: ``(g, p, m, slow, v)\n    -> (p, m, slow, v)``.\"\"\"\n    b1, b2, b3 = betas\n    if t_alpha_beta3:\n        b3, alpha = warmed_up(\n            t, b1, b3, alpha, t_alpha_beta3\n        )\n    m = m + (1 - b1) * (g - m)\n    slow = slow + (1 - b3) * (g - slow)\n    v = b2 * v + (1 - b2) * g * g\n    m_hat = m / (1 - b1**t)\n    v_hat = v / (1 - b2**t)\n    ahead = m_hat + alpha * slow\n    u = ahead / (sqrt(v_hat) + eps)\n    p = p - lr * weight_decay * p\n    return p - lr * u, m, slow, v", "chapter": "adam/variants", "rule": {"111": "ademamix"}, "initial": {"m": 0.0, "slow": 0.0, "v": 0.0}, "fixed": {"t_alpha_beta3": null}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.2", "label": "betas[2]", "value": 0.9999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "alpha", "label": "alpha", "value": 5.0, "scale": "linear", "low": 0, "high": 10}, {"name": "eps", "label": "eps", "value": 1e-08, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "ADOPT": {"title": "ADOPT", "note": "The first gradient only starts the average of squares: there is no first step.", "look": ["#CC79A7", "v", "--"], "file": "optedu/optim/adopt.py", "source": "def adopt(\n    g, p, m, v, *, t, lr, betas, eps, weight_decay\n):\n    \"\"\"One step: ``(g, p, m, v) -> (p, m, v)``.\"\"\"\n    b1, b2 = betas\n    if t == 1:  # the first g starts v only\n        return p, m, g * g\n    bound = (t - 1) ** 0.25\n    u = g / maximum(sqrt(v), eps)\n    u = clip(u, -bound, bound)\n    m = m + (1 - b1) * (u - m)\n    v = b2 * v + (1 - b2) * g * g\n    p = p - lr * weight_decay * p\n    return p - lr * m, m, v", "chapter": "adam/variants", "rule": {"11": "adopt"}, "initial": {"m": 0.0, "v": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.001, "scale": "log", "low": 1e-06, "high": 100}, {"name": "betas.0", "label": "betas[0]", "value": 0.9, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "betas.1", "label": "betas[1]", "value": 0.9999, "scale": "decay", "low": 0, "high": 0.9999}, {"name": "eps", "label": "eps", "value": 1e-06, "scale": "log", "low": 1e-16, "high": 1}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}, "ASGD": {"title": "ASGD", "note": "Drawn is the iterate. The answer is its average, the state ax, once t passes t0.", "look": ["#C9B400", "d", "--"], "file": "optedu/optim/asgd.py", "source": "def asgd(\n    g, p, eta, mu, ax, *,\n    t, lr, lambd, alpha, t0, weight_decay,\n):\n    \"\"\"One step of ASGD: ``(g, p, eta, mu, ax)\n    -> (p, eta, mu, ax)``.\"\"\"\n    if weight_decay:\n        g = g + weight_decay * p\n    p = (1 - lambd * eta) * p - eta * g\n    ax = ax + mu * (p - ax)\n    eta = lr / (1 + lambd * lr * t) ** alpha\n    mu = 1 / max(1.0, t - t0)\n    return p, eta, mu, ax", "chapter": "classical/averaging", "rule": {"111": "asgd"}, "initial": {"eta": "lr", "mu": 1.0, "ax": 0.0}, "fixed": {}, "settings": [{"name": "lr", "label": "lr", "value": 0.01, "scale": "log", "low": 1e-06, "high": 100}, {"name": "lambd", "label": "lambd", "value": 0.0001, "scale": "zero", "low": 1e-06, "high": 1}, {"name": "alpha", "label": "alpha", "value": 0.75, "scale": "linear", "low": 0, "high": 1}, {"name": "t0", "label": "t0", "value": 1000000.0, "scale": "log", "low": 1, "high": 1000000.0}, {"name": "weight_decay", "label": "weight_decay", "value": 0.0, "scale": "zero", "low": 1e-05, "high": 1}]}},
courses: {"quadratic": {"title": "Quadratic", "note": "Turn the bowl: methods with a rate for each coordinate notice, the others do not.", "value": "quadratic", "gradient": "quadratic_gradient", "fixed": {"kappa": 20.0, "angle": 20.0}, "settings": [{"name": "kappa", "label": "condition number", "value": 20.0, "scale": "log", "low": 1, "high": 1000}, {"name": "angle", "label": "rotation (degrees)", "value": 20.0, "scale": "linear", "low": -90, "high": 90}], "start": [9.055, 4.36], "minimum": [0.0, 0.0], "window": [-8.5, 12.5, -7.2, 8.55], "box": null, "steps": 200, "noise": 0.0, "lineUp": "SGD;lr=0.056/momentum;lr=0.018/Nesterov;lr=0.056/Adagrad;lr=3.2/RMSprop;lr=0.1/Adam;lr=1.8"}, "rosenbrock": {"title": "Rosenbrock", "note": "Down into the valley is easy. Along its curved floor is the race.", "value": "rosenbrock", "gradient": "rosenbrock_gradient", "fixed": {"a": 1.0, "b": 100.0}, "settings": [{"name": "b", "label": "steepness b", "value": 100.0, "scale": "log", "low": 1, "high": 1000}], "start": [-1.5, 2.0], "minimum": [1.0, 1.0], "window": [-2.2, 2.2, -0.9, 2.4], "box": null, "steps": 600, "noise": 0.0, "lineUp": "SGD;lr=0.0018/momentum;lr=0.0018/Nesterov;lr=0.001/RMSprop;lr=0.032/Adam;lr=1"}, "beale": {"title": "Beale", "note": "Walls are steep and plateaus flat: one rate has to serve both.", "value": "beale", "gradient": "beale_gradient", "fixed": {}, "settings": [], "start": [1.0, 1.5], "minimum": [3.0, 0.5], "window": [-0.6, 4.2, -1.6, 2.0], "box": null, "steps": 200, "noise": 0.0, "lineUp": "SGD;lr=0.032/momentum;lr=0.0032/RMSprop;lr=0.18/Adam;lr=0.56"}, "saddle": {"title": "Saddle", "note": "The start is almost on the ridge. Who leaves the saddle, and how soon?", "value": "saddle", "gradient": "saddle_gradient", "fixed": {}, "settings": [], "start": [1.0, 0.001], "minimum": [0.0, 1.0], "window": [-2, 2, -1.5, 1.5], "box": null, "steps": 60, "noise": 0.0, "lineUp": "SGD;lr=0.56/momentum;lr=0.32/Adam;lr=0.32/Lion;lr=0.1"}, "ravine": {"title": "Ravine", "note": "Two straight walls meet in a crease. What is right on the wall is too much at the bottom.", "value": "ravine", "gradient": "ravine_gradient", "fixed": {"slope": 0.05, "width": 0.05}, "settings": [{"name": "width", "label": "width", "value": 0.05, "scale": "log", "low": 0.001, "high": 1}, {"name": "slope", "label": "slope", "value": 0.05, "scale": "log", "low": 0.001, "high": 1}], "start": [-3.5, 2.0], "minimum": [0.0, 0.0], "window": [-4, 4, -3, 3], "box": null, "steps": 200, "noise": 0.0, "lineUp": "SGD;lr=0.1/momentum;lr=0.1/Adagrad;lr=0.32/Adam;lr=0.18"}, "bowl": {"title": "Noisy bowl", "note": "The gradients are noisy, with the same noise for all. A constant rate keeps its distance from the minimum: the smaller the rate, the smaller the distance, and the longer the way.", "value": "quadratic", "gradient": "quadratic_gradient", "fixed": {"kappa": 3.0, "angle": 0.0}, "settings": [{"name": "kappa", "label": "condition number", "value": 3.0, "scale": "log", "low": 1, "high": 1000}, {"name": "angle", "label": "rotation (degrees)", "value": 0.0, "scale": "linear", "low": -90, "high": 90}], "start": [10.0, 1.0], "minimum": [0.0, 0.0], "window": [-6, 12, -6.75, 6.75], "box": null, "steps": 300, "noise": 5.0, "lineUp": "SGD;lr=0.1/SGD;lr=0.01/momentum;lr=0.01/Adam;lr=0.3"}, "reddi": {"title": "Reddi's problem", "note": "Both directions have the same mean slope. Across, it comes as one large gradient in three. Points are put back into the square. With a short memory Adam goes to the wrong side.", "value": "reddi", "gradient": "reddi_gradient", "fixed": {"large": 3.0}, "settings": [{"name": "large", "label": "large gradient", "value": 3.0, "scale": "linear", "low": 2.1, "high": 8}], "start": [0.0, 0.0], "minimum": [-1.0, -1.0], "window": [-1.4, 1.4, -1.05, 1.05], "box": [-1, 1, -1, 1], "steps": 300, "noise": 0.0, "lineUp": "SGD;lr=0.05/Adam;lr=0.05;betas.0=0;betas.1=0.1/AMSGrad;lr=0.05;betas.0=0;betas.1=0.1"}, "network": {"title": "Tiny network", "note": "Two weights, w·tanh(u·x). Both signs fit, so there are two valleys.", "value": "network", "gradient": "network_gradient", "fixed": {}, "settings": [], "start": [-0.4, 2.4], "minimum": [1.0, 1.5], "window": [-4, 4, -3, 3], "box": null, "steps": 200, "noise": 0.0, "lineUp": "SGD;lr=0.56/momentum;lr=0.0056/RMSprop;lr=0.32/Adam;lr=0.32"}},
spare: [["#D55E00", "P", ":"], ["#0072B2", "s", ":"], ["#009E73", "v", ":"], ["#CC79A7", "*", ":"], ["#E69F00", "X", ":"], ["#222222", "o", ":"]]
}; })();
