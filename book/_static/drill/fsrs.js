// When a card is due next: FSRS 6, as the terminal has it, with the settings that are shipped with the site.
// There are no steps within a day and no fuzz: equal answers give equal dates.

globalThis.OpteduFsrs = ({ parameters: w, retention, longest }) => {
  const DAY = 86_400_000, AGAIN = 1, HARD = 2, GOOD = 3, EASY = 4;
  const decay = -w[20], factor = 0.9 ** (1 / decay) - 1;
  const stable = (stability) => Math.max(stability, 0.001);
  const within = (difficulty) => Math.min(Math.max(difficulty, 1), 10);

  /** To the nearest whole number, halves to the even one. */
  function round(x) {
    const below = Math.floor(x);
    return x - below === 0.5 ? below + (below % 2) : Math.round(x);
  }
  /** Days until the card is remembered with the probability that is wanted. */
  const interval = (stability) => Math.min(Math.max(round((stability / factor) * (retention ** (1 / decay) - 1)), 1), longest);

  const firstDifficulty = (rating) => w[4] - Math.exp(w[5] * (rating - 1)) + 1;
  function nextDifficulty(difficulty, rating) {
    const moved = difficulty - (w[6] * (rating - GOOD) * (10 - difficulty)) / 9;
    return within(w[7] * firstDifficulty(EASY) + (1 - w[7]) * moved);
  }

  function sameDay(stability, rating) {
    const gain = Math.exp(w[17] * (rating - GOOD + w[18])) * stability ** -w[19];
    return stable(stability * (rating === AGAIN ? gain : Math.max(gain, 1)));
  }
  function forgotten(difficulty, stability, recalled) {
    const long = w[11] * difficulty ** -w[12] * ((stability + 1) ** w[13] - 1) * Math.exp((1 - recalled) * w[14]);
    return stable(Math.min(long, stability / Math.exp(w[17] * w[18])));
  }
  function known(difficulty, stability, recalled, rating) {
    const gain = Math.exp(w[8]) * (11 - difficulty) * stability ** -w[9] * Math.expm1((1 - recalled) * w[10]);
    return stable(stability * (1 + gain * (rating === HARD ? w[15] : 1) * (rating === EASY ? w[16] : 1)));
  }

  /** Stability, difficulty and due date, in milliseconds, after a rating from 1 to 4; `last` is null at the first. */
  return ({ stability, difficulty, last }, rating, now) => {
    let next = { stability: stable(w[rating - 1]), difficulty: within(firstDifficulty(rating)) };
    if (last !== null) {
      const days = Math.floor((now - last) / DAY), recalled = (1 + (factor * Math.max(days, 0)) / stability) ** decay;
      next = {
        stability: days < 1 ? sameDay(stability, rating)
          : rating === AGAIN ? forgotten(difficulty, stability, recalled) : known(difficulty, stability, recalled, rating),
        difficulty: nextDifficulty(difficulty, rating),
      };
    }
    return { ...next, due: now + DAY * interval(next.stability) };
  };
};
