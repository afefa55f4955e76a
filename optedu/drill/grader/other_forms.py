"""Other ways to write what the exercises ask for, all of them right.

A slip in one of them may give numbers that no slip in the reference gives: where a loop stands in the place of a sum,
it can end too early. So slips are looked for in these, too.
"""

FORMS: dict[str, tuple[str, ...]] = {
    "accumulate": (
        """
def accumulate(batches, every):
    steps = []
    for i in range(0, len(batches), every):
        window = batches[i : i + every]
        weight = sum(n for g, n in window)
        size = len(window[0][0])
        steps.append([sum(n * g[j] for g, n in window) / weight for j in range(size)])
    return steps
""",
        """
def accumulate(batches, every):
    steps, total, weight, count = [], None, 0, 0
    for g, n in batches:
        if total is None:
            total = [0.0] * len(g)
        for j, x in enumerate(g):
            total[j] = total[j] + n * x
        weight = weight + n
        count = count + 1
        if count == every:
            steps.append([x / weight for x in total])
            total, weight, count = None, 0, 0
    if count > 0:
        steps.append([x / weight for x in total])
    return steps
""",
    ),
    "clip_norm": (
        """
def clip_norm(grads, max_norm):
    total = 0.0
    for g in grads:
        for x in g:
            total = total + x * x
    norm = total**0.5
    factor = max_norm / (norm + 1e-6)
    if factor >= 1.0:
        return [list(g) for g in grads], norm
    return [[x * factor for x in g] for g in grads], norm
""",
        """
def clip_norm(grads, max_norm):
    norms = [sum(x * x for x in g) ** 0.5 for g in grads]
    norm = sum(n * n for n in norms) ** 0.5
    factor = min(1.0, max_norm / (norm + 1e-6))
    return [[x * factor for x in g] for g in grads], norm
""",
    ),
    "clip_value": (
        """
def clip_value(grads, limit):
    clipped = []
    for g in grads:
        row = []
        for x in g:
            if x > limit:
                row.append(limit)
            elif x < -limit:
                row.append(-limit)
            else:
                row.append(x)
        clipped.append(row)
    return clipped
""",
        """
def clip_value(grads, limit):
    return [[sign(x) * min(abs(x), limit) for x in g] for g in grads]
""",
    ),
    "ema": (
        """
def ema(average, p, *, n, decay):
    if n == 0:
        return p
    return decay * average + (1 - decay) * p
""",
    ),
    "swa": (
        """
def swa(average, p, *, n):
    return (average * n + p) / (n + 1)
""",
        """
def swa(average, p, *, n):
    if n == 0:
        return p
    share = 1 / (n + 1)
    return average * (1 - share) + p * share
""",
    ),
    "layerwise_decay": (
        """
def layerwise_decay(names, *, lr, decay, blocks):
    rates = {}
    for name in names:
        if name.startswith("embed."):
            depth = blocks + 1
        elif name.startswith("blocks."):
            depth = blocks - int(name.split(".")[1])
        else:
            depth = 0
        rates[name] = lr * decay**depth
    return rates
""",
        """
def layerwise_decay(names, *, lr, decay, blocks):
    scales = [lr * decay ** (blocks + 1 - k) for k in range(blocks + 2)]
    rates = {}
    for name in names:
        parts = name.split(".")
        if parts[0] == "embed":
            rates[name] = scales[0]
        elif parts[0] == "blocks":
            rates[name] = scales[int(parts[1]) + 1]
        else:
            rates[name] = scales[blocks + 1]
    return rates
""",
    ),
    "loss_scaler": (
        """
def loss_scaler(grads, scale, good, *, growth, backoff, interval):
    for g in grads:
        for x in g:
            if math.isinf(x) or math.isnan(x):
                return None, scale * backoff, 0
    unscaled = [[x / scale for x in g] for g in grads]
    good = good + 1
    if good >= interval:
        scale = scale * growth
        good = 0
    return unscaled, scale, good
""",
    ),
    "lr_finder": (
        """
def lr_finder(losses, *, low, high, beta, stop):
    n = len(losses)
    ratio = (high / low) ** (1 / (n - 1))
    rates, smooth = [], []
    rate, average, best = low, 0.0, float("inf")
    for i in range(n):
        average = beta * average + (1 - beta) * losses[i]
        corrected = average / (1 - beta ** (i + 1))
        rates.append(rate)
        smooth.append(corrected)
        if corrected < best:
            best = corrected
        if corrected > stop * best:
            break
        rate = rate * ratio
    steepest, pick = -float("inf"), 0
    for i in range(len(smooth) - 1):
        if smooth[i] - smooth[i + 1] > steepest:
            steepest, pick = smooth[i] - smooth[i + 1], i
    return rates, smooth, rates[pick]
""",
    ),
    "newton_schulz": (
        """
def newton_schulz(x, coefficients, steps, eps):
    a, b, c = coefficients
    x = x / max(np.linalg.norm(x), eps)
    for _ in range(steps):
        gram = x @ x.T
        x = a * x + b * gram @ x + c * gram @ gram @ x
    return x
""",
    ),
    "noise_scale": (
        """
def noise_scale(small, big, b_small, b_big):
    s = sum(x * x for x in small) / len(small)
    b = sum(x * x for x in big) / len(big)
    noise = (s - b) / (1 / b_small - 1 / b_big)
    signal = b - noise / b_big
    return noise / signal, signal, noise
""",
        """
def noise_scale(small, big, b_small, b_big):
    s = sum(x * x for x in small) / len(small)
    b = sum(x * x for x in big) / len(big)
    noise = (s - b) * b_small * b_big / (b_big - b_small)
    signal = s - noise / b_small
    return noise / signal, signal, noise
""",
    ),
    "param_groups": (
        """
def param_groups(shapes, weight_decay, no_decay=()):
    decay, rest = [], []
    for name, shape in shapes.items():
        if len(shape) < 2 or name in no_decay:
            rest.append(name)
        else:
            decay.append(name)
    return [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
""",
        """
def param_groups(shapes, weight_decay, no_decay=()):
    decay, rest = [], []
    for name, shape in shapes.items():
        if len(shape) >= 2 and name not in no_decay:
            decay.append(name)
        else:
            rest.append(name)
    return [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
""",
    ),
    "plateau": (
        """
def plateau(losses, *, lr, factor, patience, threshold, cooldown, min_lr):
    best, bad, rest, lrs = float("inf"), 0, 0, []
    for loss in losses:
        if loss < best * (1 - threshold):
            best = loss
            bad = 0
        elif rest == 0:
            bad += 1
        if rest > 0:
            rest -= 1
        if bad > patience:
            lr = max(lr * factor, min_lr)
            bad = 0
            rest = cooldown
        lrs.append(lr)
    return lrs
""",
        """
def plateau(losses, *, lr, factor, patience, threshold, cooldown, min_lr):
    best, bad, rest, lrs = None, 0, 0, []
    for loss in losses:
        better = not math.isnan(loss) and (best is None or loss < best * (1 - threshold))
        if better:
            best, bad = loss, 0
        elif rest == 0:
            bad = bad + 1
        rest = max(0, rest - 1)
        if bad > patience:
            lr = max(lr * factor, min_lr)
            bad, rest = 0, cooldown
        lrs.append(lr)
    return lrs
""",
    ),
    "step_decay": (
        """
def step_decay(t, *, lr, milestones, gamma):
    for m in milestones:
        if t >= m:
            lr = lr * gamma
    return lr
""",
    ),
    "trust_ratio": (
        """
def trust_ratio(p, g, *, coefficient, weight_decay):
    p_norm = sum(x * x for x in p) ** 0.5
    g_norm = sum(x * x for x in g) ** 0.5
    if p_norm == 0:
        return 1.0
    pull = g_norm + weight_decay * p_norm
    if pull == 0:
        return 1.0
    return coefficient * p_norm / pull
""",
    ),
    "two_loop": (
        """
def two_loop(g, ss, ys, h0):
    q, alphas = g, []
    for i in range(len(ss) - 1, -1, -1):
        alpha = ss[i] @ q / (ys[i] @ ss[i])
        alphas.insert(0, alpha)
        q = q - alpha * ys[i]
    r = h0 * q
    for i in range(len(ss)):
        beta = ys[i] @ r / (ys[i] @ ss[i])
        r = r + (alphas[i] - beta) * ss[i]
    return -r
""",
    ),
    "warmup_cosine": (
        """
def warmup_cosine(t, *, warmup, total, peak, floor):
    if t < warmup:
        return peak * (t + 1) / warmup
    if t >= total:
        return floor
    x = (t - warmup) / (total - warmup)
    return floor + 0.5 * (peak - floor) * (1 + math.cos(math.pi * x))
""",
        """
def warmup_cosine(t, *, warmup, total, peak, floor):
    if t < warmup:
        first = peak / warmup
        return first + (peak - first) * t / max(warmup - 1, 1)
    if t > total:
        return floor
    x = (t - warmup) / (total - warmup)
    weight = 0.5 * (1 + math.cos(math.pi * x))
    return peak * weight + floor * (1 - weight)
""",
    ),
    "wsd": (
        """
def wsd(t, *, warmup, total, decay, peak, floor):
    if t < warmup:
        return peak * (t + 1) / warmup
    if t < total - decay:
        return peak
    if t >= total:
        return floor
    x = (t - (total - decay)) / decay
    return peak + (floor - peak) * x
""",
        """
def wsd(t, *, warmup, total, decay, peak, floor):
    start = total - decay
    if t < warmup:
        return peak * (t + 1) / warmup
    if t <= start:
        return peak
    if t < total:
        return floor + (peak - floor) * (total - t) / decay
    return floor
""",
    ),
}
