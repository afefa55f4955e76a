"""Files that `optedu.export` wrote for torch, training over several processes, held against one process.

The task is the character transformer, small, and of sizes that no number of processes divides: shards are uneven,
and on four processes some are empty. Needs torch, and starts its processes with `Ranks`.
"""

import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..exporting.writing import NotExported, export
from ..zoo import ZOO, Entry
from .distributed import Ranks
from .exported import loaded, settings_of
from .transformer import Transformer, characters, start

ROWS = 8
"""Windows in a batch; each process takes an equal part."""

CONTEXT = 7
KINDS = ("DDP", "FSDP2", "HSDP")
"""Copies of the model; shards of each tensor; copies of shards, on a mesh of two axes."""

BOUND = 1e-11
"""Largest difference from one process, in units of the longest way that a number has gone. The sums of a batch are
added in another order; whole tensors are not."""


class Job(NamedTuple):
    """One file, and how it is used."""

    name: str
    text: str
    settings: Mapping[str, Any]
    matrices: bool


class Outcome(NamedTuple):
    """What training over processes came to.

    Attributes
    ----------
    difference : float
        Of the parameters from those of one process, divided by the longest way that a number has gone.
    collectives : dict of str to int
        Calls in the optimizer's last step, by kind, of one process.
    state : dict of str to list of str
        How each entry of the state lies, over all parameters.
    """

    difference: float
    collectives: dict[str, int]
    state: dict[str, list[str]]


def job(entry: Entry, setting: int = 0, of: int = 2, compile: bool = False) -> Job:
    """An optimizer of the zoo under one of `of` settings of its grid.

    Raises
    ------
    NotExported
        If it is not written out.
    """
    settings = settings_of(entry, of)
    text = export(entry.cls, "torch", compile=compile)
    return Job(entry.name, text, settings[min(setting, len(settings) - 1)], entry.takes == "matrix")


def jobs(setting: int = 0, entries: Iterable[Entry] | None = None) -> list[Job]:
    """Those of the zoo, or of these entries, that are written out."""
    found = []
    for entry in ZOO.values() if entries is None else entries:
        try:
            found.append(job(entry, setting))
        except NotExported:
            continue
    return found


class Training:
    """A model, wrapped or not, and the optimizer of a written file on it.

    Parameters
    ----------
    job : Job
    kind : str
        One of `KINDS`, or "one" for a process by itself.
    """

    def __init__(self, job: Job, kind: str) -> None:
        self.model = Transformer(layers=1, width=6, context=CONTEXT)
        start(self.model, 0)
        self.alone, self.count = kind == "one", 0
        self.net = _wrapped(self.model, kind)
        # The bias of the keys has gradient zero, but for rounding, which Adam divides by its own size.
        named = [(name, p) for name, p in self.model.named_parameters() if not name.endswith("qkv.bias")]
        self.params = [p for _, p in named if p.ndim == 2 or not job.matrices]
        self.optimizer = loaded(job.text, job.name)(self.params, **job.settings)

    def gradients(self) -> None:
        """Those of the next batch, or of this process's part of it."""
        import torch
        import torch.distributed as dist

        rank, n = (0, 1) if self.alone else (dist.get_rank(), dist.get_world_size())
        data = characters(CONTEXT)
        rows = np.random.default_rng([0, self.count]).integers(0, len(data.x_train), ROWS)[rank::n]
        x, y = torch.tensor(data.x_train[rows]), torch.tensor(data.y_train[rows])
        self.net.zero_grad()
        torch.nn.functional.cross_entropy(self.net(x).flatten(0, -2), y.flatten()).backward()
        self.count += 1

    def step(self, steps: int = 1) -> None:
        """Take steps."""
        for _ in range(steps):
            self.gradients()
            self.optimizer.step()

    def whole(self) -> list[np.ndarray]:
        """The parameters as arrays, gathered if they are sharded; every process must call it."""
        found = [p.full_tensor() if hasattr(p, "full_tensor") else p for p in self.params]
        return [p.detach().numpy().copy() for p in found]

    def save(self, folder: str) -> None:
        """Write a distributed checkpoint; every process must call it."""
        import torch.distributed.checkpoint as dcp
        from torch.distributed.checkpoint.state_dict import get_state_dict

        model, optimizer = get_state_dict(self.net, self.optimizer)
        dcp.save({"model": model, "optimizer": optimizer, "count": self.count}, checkpoint_id=folder)

    def load(self, folder: str) -> None:
        """Read one that any number of processes wrote."""
        import torch.distributed.checkpoint as dcp
        from torch.distributed.checkpoint.state_dict import get_state_dict, set_state_dict

        model, optimizer = get_state_dict(self.net, self.optimizer)
        held = {"model": model, "optimizer": optimizer, "count": 0}
        dcp.load(held, checkpoint_id=folder)
        set_state_dict(self.net, self.optimizer, model_state_dict=model, optim_state_dict=optimizer)
        self.count = held["count"]


def _wrapped(model: Any, kind: str) -> Any:
    if kind == "one":
        return model
    import torch.distributed as dist
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard
    from torch.nn.parallel import DistributedDataParallel

    if kind == "DDP":
        return DistributedDataParallel(model)
    n = dist.get_world_size()
    mesh = init_device_mesh("cpu", (n,))
    if kind == "HSDP":
        mesh = init_device_mesh("cpu", (2, n // 2), mesh_dim_names=("copies", "shards"))
    for part in (*model.blocks, model):
        fully_shard(part, mesh=mesh)
    return model


def way(job: Job, arrays: Sequence[np.ndarray]) -> float:
    """The longest that a number has gone from the start."""
    return max(float(np.abs(p - q).max()) for p, q in zip(Training(job, "one").whole(), arrays, strict=True))


def apart(job: Job, steps: int, arrays: Sequence[np.ndarray]) -> float:
    """How far parameters are from those of one process after as many steps; infinite if a number is not finite."""
    alone = Training(job, "one")
    alone.step(steps)
    right = alone.whole()
    gaps = [np.abs(p - q).max() for p, q in zip(right, arrays, strict=True)]
    return float(max(gaps)) / way(job, right) if np.isfinite(gaps).all() else float("inf")


def outcome(job: Job, kind: str, steps: int) -> Outcome:
    """Train in all processes of a group together: what each of them runs."""
    from torch.distributed.tensor.debug import CommDebugMode

    training = Training(job, kind)
    training.step(steps - 1)
    training.gradients()
    with CommDebugMode() as seen:
        training.optimizer.step()
    collectives = {str(call).rpartition(".")[2]: n for call, n in seen.get_comm_counts().items()}
    return Outcome(apart(job, steps, training.whole()), collectives, places(training.optimizer))


def places(optimizer: Any) -> dict[str, list[str]]:
    """How the entries of a state lie: "S(0)", "R", or a type for what is not sharded."""
    found: dict[str, set[str]] = {}
    for state in optimizer.state.values():
        for name, value in state.items():
            for one in value if isinstance(value, list) else [value]:
                lies = ", ".join(map(str, one.placements)) if hasattr(one, "placements") else type(one).__name__
                found.setdefault(name, set()).add(lies)
    return {name: sorted(lies) for name, lies in found.items()}


def outcomes(jobs: Sequence[Job], kind: str, steps: int) -> list[Outcome]:
    """`outcome` of each."""
    return [outcome(job, kind, steps) for job in jobs]


def leg(jobs: Sequence[Job], kind: str, folder: str, number: int, steps: int) -> list[float]:
    """Go on from the last checkpoint of each, if there is one, and leave one: what each process runs.

    Returns
    -------
    list of float
        How far each then is from one process that trained without a break.
    """
    found = []
    for k, job in enumerate(jobs):
        training = Training(job, kind)
        if number:
            training.load(str(Path(folder, f"{k}-{number - 1}")))
        training.step(steps)
        training.save(str(Path(folder, f"{k}-{number}")))
        found.append(apart(job, training.count, training.whole()))
    return found


def resharded(jobs: Sequence[Job], over: Sequence[int], steps: int = 3, timeout: float = 600.0) -> list[float]:
    """Training under FSDP2 that goes on over another number of processes, by a distributed checkpoint.

    Parameters
    ----------
    jobs : sequence of Job
    over : sequence of int
        How many processes there are, one after the other, as in ``(2, 4, 2)``.
    steps : int
        Between two checkpoints.
    timeout : float
        Seconds, for each.

    Returns
    -------
    list of float
        The largest difference of each from one process that trained without a break, after any of the parts.
    """
    folder, worst = tempfile.mkdtemp(prefix="legs-"), [0.0] * len(jobs)
    try:
        for number, n in enumerate(over):
            with Ranks(n, timeout) as ranks:
                found = ranks.run(leg, jobs, "FSDP2", folder, number, steps)
            worst = [max(pair) for pair in zip(worst, *found, strict=True)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return worst


def measured(entries: Iterable[Entry], over: Sequence[int] = (2, 4), timeout: float = 600.0) -> dict[str, float]:
    """The largest difference of each optimizer from one process, with all flags of its grid on.

    Under DDP and FSDP2 on each number of processes, and through checkpoints from the first number to the last
    and back.

    Parameters
    ----------
    entries : iterable of Entry
    over : sequence of int
        Numbers of processes.
    timeout : float
        Seconds, for each number.

    Returns
    -------
    dict of str to float
        By name; what is not written out is left out.
    """
    chosen = jobs(1, entries)
    found = [resharded(chosen, (over[0], over[-1], over[0]), timeout=timeout)]
    for n in over:
        with Ranks(n, timeout) as ranks:
            for kind in ("DDP", "FSDP2"):
                found += [[out.difference for out in rank] for rank in ranks.run(outcomes, chosen, kind, 6)]
    return {one.name: max(each) for one, each in zip(chosen, zip(*found, strict=True), strict=True)}
