// How the search ranks. Sphinx shows the pages that hold every word of a query; a reader types half
// a sentence, in words of his own. Here each word counts by itself: a rare one more than a common one,
// in a title or a heading more than in the text, and a chapter more than a list.
// Sphinx puts this file behind its own script (html_search_scorer); tests/test_search.py has the queries.

// What readers write, and what the book writes for it.
const MEANS = {
  lr: "learning rate",
  warmup: "warm",
  lookahead: "ahead",
  fp16: "float16 half",
  bf16: "bfloat16",
  eps: "epsilon",
  exploding: "spike",
  minibatch: "batch",
  hyperparameter: "setting",
  l2: "decay",
  gpu: "device",
  vram: "memory",
  ema: "averaging",
  llrd: "layerwise",
  myth: "claim",
};

// Words for a page that its title lacks: they count like the title.
const CALLED = {
  "book/race": "animation play compare optimizers simulator demo",
  "book/foundations/quadratic": "condition number eigenvalue hessian largest stable learning rate",
  "book/momentum/heavy_ball": "heavy ball velocity dampening",
  "book/adam/bias_correction": "adam divide by 1 - beta first steps warm start zero moments beta1 beta2",
  "book/adam/decoupled_decay": "adam l2 regularization weight decay",
  "book/adam/amsgrad": "adam does not converge counterexample convergence",
  "book/adam/which_rule": "which optimizer should I use compare choose best",
  "book/modern/shampoo_soap": "second order preconditioner",
  "book/modern/sophia_sam": "second order hessian sharpness aware minimization flat",
  "book/classical/lbfgs": "second order quasi newton hessian line search",
  "book/classical/averaging": "polyak exponential moving average weights",
  "book/practice/training_step": "zero_grad backward step loop checkpoint resume",
  "book/practice/schedules": "warm-up cosine annealing restarts one cycle policy step decay",
  "book/practice/clipping": "exploding gradients norm spike",
  "book/practice/parameter_groups": "no decay bias layernorm layerwise fine-tuning freeze",
  "book/practice/batch_size": "linear scaling rule large batch gradient noise",
  "book/practice/sensitivity": "lr finder range test learning rate sweep",
  "book/practice/sgd_or_adam": "generalization generalize better test accuracy gap overfitting",
  "book/practice/memory": "how much gpu memory does adam need parameter activation checkpointing out of memory",
  "book/practice/mixed_precision": "fp16 bf16 float16 loss scaling amp autocast overflow underflow stochastic rounding",
  "book/practice/sharding": "zero fsdp distributed data parallel",
  "book/practice/speed": "fused foreach slow fast",
  "book/practice/choosing": "hyperparameter tuning search budget which optimizer default",
  "book/practice/trouble": "loss does not go down nan diverge not learning debug explode",
  "book/interview/write_it": "implement from scratch whiteboard code numpy practice",
  "book/reference/conventions": "where epsilon goes difference keras tensorflow optax pytorch",
};

// They say how a question is asked, not what about: they decide only between equals.
const FILLERS = `better between can did do does explain from get go going has have how i me more much my need
  should than use using versus vs what when where which who why work works would you your`.split(/\s+/);

const BODY = 20, TITLE = 40, HEADING = 20; // points of a page that has the whole query there
const LIST = 0.6; // a list holds every word, and explains none
const LISTS = /^book\/(interview\/(bank|ledger|questions|mutation)|reference\/(?!glossary|conventions))/;
const SHOWN = 12; // of each the page is read, to show a few words of it

// Where the site is opened from a folder no script may read a page.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

Scorer.objPartialMatch = -10; // a name that holds the word is less than a page about it

const wordsOf = (text) => splitQuery(text.toLowerCase()).map((word) => new Stemmer().stemWord(word));

// The words to look for in place of one: itself and what it means; if nobody writes it, words that hold it.
function alike(word, means, tables) {
  const all = [word, ...(means[word] ?? [])];
  const known = all.some((one) => tables.some((table) => Object.hasOwn(table, one)));
  if (known || word.length < 3) return all;
  return tables.flatMap((table) => Object.keys(table).filter((one) => one.includes(word)));
}

Search.performTermsSearch = (searchTerms, excludedTerms) => {
  const { terms, titleterms, alltitles, titles, docnames, filenames } = Search._index;
  const called = docnames.map((name) => wordsOf(CALLED[name] ?? ""));
  const names = Object.fromEntries(called.flat().map((word) => [word, []]));
  const means = Object.fromEntries(Object.entries(MEANS).map(([word, other]) => [wordsOf(word)[0], wordsOf(other)]));
  const fillers = wordsOf(FILLERS.join(" "));
  const pagesWith = (words) =>
    new Set([terms, titleterms].flatMap((table) => words.flatMap((w) => (Object.hasOwn(table, w) ? table[w] : []))));

  const query = [...searchTerms].map((word) => {
    const words = alike(word, means, [terms, titleterms, names]);
    const pages = pagesWith(words);
    called.forEach((list, page) => words.some((one) => list.includes(one)) && pages.add(page));
    const rarity = 0.3 + Math.log((docnames.length + 1) / (pages.size + 0.5));
    return { words, pages, weight: fillers.includes(word) ? rarity / 8 : rarity };
  });
  const whole = query.reduce((sum, { weight }) => sum + weight, 0);
  const share = (holds) => query.reduce((sum, word) => sum + (holds(word) ? word.weight : 0), 0) / whole;
  const said = (list) => share(({ words }) => words.some((word) => list.includes(word)));

  const inTitle = called.map(said);
  const best = docnames.map(() => ({ share: 0 })); // the heading of each page that says most of the query
  for (const [title, where] of Object.entries(alltitles)) {
    const found = said(wordsOf(title));
    for (const [page, id] of where) {
      if (id === null) inTitle[page] += found;
      else if (found > best[page].share) best[page] = { share: found, title, id };
    }
  }
  const unwanted = pagesWith([...excludedTerms]);
  return docnames
    .map((name, page) => {
      const held = share(({ pages }) => pages.has(page));
      const points = (BODY * held + TITLE * inTitle[page] + HEADING * best[page].share) * (LISTS.test(name) ? LIST : 1);
      const { title, id } = best[page].share > Math.max(0.5, inTitle[page]) ? best[page] : {};
      const [shown, anchor] = id ? [`${titles[page]} › ${title}`, `#${id}`] : [titles[page], ""];
      return [name, shown, anchor, null, points, filenames[page], page];
    })
    .filter(([, , , , points, , page]) => points > 0 && !unwanted.has(page))
    .sort((a, b) => b[4] - a[4])
    .slice(0, SHOWN)
    .map((result) => result.slice(0, 6));
};
