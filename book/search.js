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
  ema: "averaging average",
  llrd: "layerwise",
  wide: "width",
  wider: "width wide",
  custom: "own",
};

// Words for a page that its title lacks: they count like the title.
const CALLED = {
  "book/race": "animation play compare optimizers simulator demo",
  "book/paths": "where to begin reading order newcomer practitioner",
  "book/foundations/gradient_descent": "steepest descent direction full batch learning rate diverge smoothness",
  "book/foundations/quadratic": "ill condition number eigenvalue hessian largest stable learning rate diverge convergence",
  "book/foundations/stochastic_gradients": "sgd mini-batch noise floor variance sampling with without replacement epoch shuffle robbins monro step sizes",
  "book/momentum/heavy_ball": "heavy ball polyak velocity dampening effective learning rate damping",
  "book/momentum/nesterov": "accelerated gradient lookahead",
  "book/adaptive/adagrad": "accumulated squared gradients adaptive learning rate per parameter sparse features stop learning",
  "book/adaptive/rmsprop": "moving average of squared gradients centered alpha",
  "book/adaptive/adadelta": "without learning rate",
  "book/adaptive/rprop": "sign of gradient resilient step size per weight",
  "book/adam/bias_correction": "adam divide by 1 - beta first steps warm start zero moments beta1 beta2 epsilon paper algorithm default",
  "book/adam/decoupled_decay": "adam l2 regularization weight decay",
  "book/adam/amsgrad": "adam does not converge counterexample convergence maximum",
  "book/adam/variants": "rectified infinity norm warm-up",
  "book/adam/second_moments": "variance belief",
  "book/adam/sparse": "embedding rows lazy rare words",
  "book/adam/which_rule": "which optimizer should I use compare choose best",
  "book/modern/lion": "sign momentum",
  "book/modern/lars_lamb": "layerwise trust ratio large batch",
  "book/modern/adafactor": "factored second moment memory relative step",
  "book/modern/muon": "orthogonalize newton schulz spectral norm matrix hidden layers",
  "book/large_models/muon_at_scale": "muon large language model llm scale qk-clip qk_clip muonclip attention logits explode kimi moonlight normuon polar express update rms 0.2 which parameters fused qkv heads experts distributed",
  "book/modern/shampoo_soap": "second order kronecker preconditioner matrix",
  "book/modern/schedule_free": "without schedule d-adaptation parameter free",
  "book/modern/sophia": "second order hessian diagonal hutchinson gauss newton bartlett clipped",
  "book/modern/sam": "sharpness aware minimization flat sharp minima flatness",
  "book/classical/lbfgs": "second order quasi newton hessian line search wolfe closure",
  "book/classical/averaging": "polyak stochastic exponential moving average weights lookahead batch norm",
  "book/classical/chains": "compose gradient transformations optax order",
  "book/practice/training_step": "zero_grad backward step loop checkpoint resume eval train no_grad state_dict order",
  "book/practice/schedules": "scheduler warm-up cosine annealing restarts one cycle policy step decay linear plateau",
  "book/practice/clipping": "exploding gradients clip norm value spike",
  "book/practice/parameter_groups": "no exclude decay bias layernorm layerwise different learning rate layers fine-tuning freeze",
  "book/practice/batch_size": "linear square root scaling rule large critical batch gradient noise scale accumulation",
  "book/practice/sensitivity": "lr finder range test learning rate sweep",
  "book/practice/sgd_or_adam": "generalization generalize better test accuracy gap overfitting transformer resnet",
  "book/practice/memory": "how much gpu memory does adam need state bytes per parameter activation checkpointing out of memory 8-bit quantized offload",
  "book/practice/mixed_precision": "fp16 bf16 float16 loss scaling amp autocast overflow underflow stochastic rounding master weights",
  "book/practice/sharding": "zero fsdp distributed data parallel gpus devices",
  "book/practice/speed": "fused foreach compiled slow fast",
  "book/practice/choosing": "hyperparameter tuning search budget which optimizer default matters most first",
  "book/large_models/compared": "benchmark fair comparison baseline tuned speedup faster than adamw muon soap intermediate checkpoint algoperf nanogpt speedrun leaderboard seeds",
  "book/practice/trouble": "loss does not go down nan diverge not learning debug checklist explode stuck spike",
  "book/practice/instruments": "gradient check gradcheck finite differences dead relu units overfit one batch update ratio resume same seed not reproducible plateau diagnose log per layer",
  "book/practice/design": "own optimizer invent new update rule invariance scale gradient homogeneous degree wind tunnel examine export torch prototype idea counterexample spike coasting fresh seeds template",
  "book/large_models/decay_dynamics": "rotational equilibrium norm angular update weight decay timescale ema of updates scale invariant layer norm lambda scaling batch width horizon",
  "book/large_models/transfer": "mup mutransfer maximal update parametrization hyperparameter transfer width coordinate check coord check completep scaling law proxy model infinite width spectral condition",
  "book/large_models/batch_and_betas": "batch ramp batch size warmup beta2 0.95 half-life convert settings for a new batch sde scaling rules critical batch",
  "book/large_models/stability": "attention logit growth qk-norm qk-clip z-loss loss spike replay rewind checkpoint hardware fault silent data corruption small scale proxy large run diverges instability",
  "book/large_models/after_pretraining": "fine-tuning finetune lora rank alpha learning rate lora+ loraplus rslora qlora adapter dpo grpo ppo rlhf preference optimization beta reference model catastrophic forgetting replay l2-sp sft post-training",
  "book/large_models/no_horizon": "wsd warmup stable decay cooldown trunk unknown length horizon linear to zero last iterate bound checkpoint averaging re-warming continual pre-training",
  "book/large_models/low_precision": "fp8 fp4 e4m3 e5m2 e2m1 mxfp8 mxfp4 nvfp4 microscaling block scale outlier 4-bit optimizer state zero code second moment stochastic rounding average hadamard bytes per parameter",
  "book/large_models/distributed": "diloco local sgd outer optimizer inner steps communication megatron distributed optimizer deepspeed zero-1 fsdp2 dtensor placement global norm tensor pipeline expert parallel moe gradients muon owner all-to-all shampoo",
  "book/interview/write_it": "implement from scratch whiteboard code numpy practice",
  "book/interview/drill": "practice coding exercises browser implement",
  "book/interview/find_the_bug": "bug exercise training loop wrong code",
  "book/interview/quiz": "multiple choice flash cards anki practice questions",
  "book/interview/numbers": "know by heart estimate mental arithmetic",
  "book/interview/cheat_sheet": "one page summary overview all rules",
  "book/interview/questions": "interview questions optimizer all list",
  "book/interview/claims": "myths common misconceptions false wrong statements web",
  "book/interview/ledger": "myths false wrong statements web list",
  "book/reference/conventions": "where epsilon goes difference keras tensorflow optax pytorch",
  "book/reference/zoo": "list of all optimizers table state bytes",
  "book/reference/anatomy": "invariant equivariant rotation scale of gradient units of learning rate impulse response properties compare table",
  "book/reference/labs": "gpt-3 llama deepseek kimi palm olmo published training hyperparameters peak learning rate batch tokens large language model llm pretraining recipe reports",
  "book/reference/conformance": "match pytorch exactly deviation parity",
  "book/reference/write_your_own": "define own custom optimizer",
  "book/reference/glossary": "terms definitions meaning",
  "book/reference/bibliography": "papers references citation",
};

// They say how a question is asked, not what about: they decide only between equals.
const FILLERS = `better between can did do does explain from get go going has have how i me more much my need
  should than use using versus vs what when where which who why work works would you your`.split(/\s+/);

const BODY = 20, TITLE = 40, HEADING = 20; // points of a page that has the whole query there
const ASKS = 0.53; // share of a query that a question must hold
const QUESTION = 64; // points of a question of the bank that holds the whole query
const LIST = 0.6; // a list holds every word, and explains none
const LISTS = /^book\/(interview\/(bank|claims|ledger|questions|mutation)|reference\/(?!glossary|conventions))/;
const ASKED = /^book\/interview\/bank\/(?!level_)/; // here every heading is a question, and a result of its own
const MEANT = 0.6; // a page whose title and headings hold less of the query only mentions it
const MENTION = 0.75; // and has fewer points for that
const SHOWN = 12; // of each the page is read, to show a sentence of it

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

  const unwanted = pagesWith([...excludedTerms]);
  const inTitle = called.map(said), named = called.map((list) => [...list]); // all that title and headings of a page say
  const best = docnames.map(() => ({ share: 0 })); // the heading of each page that says most of the query
  const questions = [];
  for (const [title, where] of Object.entries(alltitles)) {
    const words = wordsOf(title), found = said(words);
    for (const [page, id] of where) {
      if (id !== null && ASKED.test(docnames[page])) {
        const covers = words.filter((word) => query.some((one) => one.words.includes(word))).length / words.length;
        if (found > 0 && !unwanted.has(page)) questions.push({ page, id, title, share: found, points: QUESTION * found * (0.85 + 0.15 * covers) });
        continue;
      }
      named[page].push(...words);
      if (id === null) inTitle[page] += found;
      else if (found > best[page].share) best[page] = { share: found, title, id };
    }
  }
  const pages = docnames.map((name, page) => {
    const held = share(({ pages }) => pages.has(page));
    const points = (BODY * held + TITLE * inTitle[page] + HEADING * best[page].share) * (LISTS.test(name) ? LIST : 1);
    const one = best[page].share > Math.max(0.5, inTitle[page]) ? best[page] : {};
    const mention = said(named[page]) < MEANT;
    return { page, id: one.id, title: one.title, mention, points: points * (mention ? MENTION : 1) };
  }).filter(({ page, points }) => points > 0 && !unwanted.has(page) && !ASKED.test(docnames[page]));

  // Of three results one is a question, if one is asked like that, and the others are pages.
  const byPoints = (a, b) => b.points - a.points;
  pages.sort(byPoints);
  const asked = questions.filter((one) => one.share >= ASKS).sort(byPoints);
  const first = [...pages.slice(0, 2), ...asked.slice(0, 1)].sort(byPoints);
  const rest = [...pages.slice(2), ...asked.slice(1, 4)].sort(byPoints);
  return [...first, ...rest].slice(0, SHOWN).map(({ page, id, title, mention }, place) => {
    const shown = id ? `${titles[page]} › ${title}` : titles[page];
    return [docnames[page], mention ? `Mentioned in: ${shown}` : shown, id ? `#${id}` : "", null, 2 * SHOWN - place, filenames[page]];
  });
};

// A few words of a page: the sentence that says most of the query, not a menu or a piece of code.
Search.makeSearchSummary = (text, keywords, anchor) => {
  const article = new DOMParser().parseFromString(text, "text/html").querySelector("article");
  const part = (anchor && article?.querySelector(anchor)) || article;
  const sentences = [...part?.querySelectorAll("p, li, dd, td.sentence") ?? []]
    .filter((one) => !one.querySelector("p, mjx-container") && !one.closest("summary, .cell, nav, .optedu-race, .optedu-drill, .optedu-quiz"))
    .flatMap((one) => one.textContent.replace(/\s+/g, " ").trim().split(/(?<=[.!?:])\s+(?=[A-Z“"])/))
    .filter((sentence) => /[.!?:]$/.test(sentence) && sentence.length >= 30 && sentence.length <= 320);
  const says = (sentence) => [...keywords].filter((word) => sentence.toLowerCase().includes(word)).length;
  const best = sentences.reduce((most, one) => (says(one) > says(most) ? one : most), sentences[0] ?? "");
  return Object.assign(document.createElement("p"), { className: "context", textContent: best });
};
