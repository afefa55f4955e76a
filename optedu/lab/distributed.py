"""Processes that train together, on one machine, without a GPU: for chapters and tests.

`Ranks` starts the processes once and then runs functions in them, so that a notebook pays for
importing torch once. The processes talk through ``torch.distributed`` with its gloo backend; nothing
of DDP, ZeRO or FSDP is imitated here. To see the same without a notebook:
``torchrun --nproc-per-node 2 -m optedu.lab.distributed``.
"""

import contextlib
import dis
import gc
import marshal
import math
import os
import pickle
import shutil
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import traceback
import types
import weakref
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..core import checks


class Ranks:
    """Processes of one ``torch.distributed`` group that run functions together.

    Use it as a context, or call `close`. The processes also end when the object is forgotten, when
    a function fails in one of them, and when this process ends.

    Parameters
    ----------
    n : int
        How many, at least 1. They are numbered by rank, from 0.
    timeout : float, default 60
        Seconds, for the start and for each `run`. A collective that some rank never joins ends by it.

    Raises
    ------
    TypeError, ValueError
        If an argument is refused. No process has been started then.
    """

    def __init__(self, n: int, timeout: float = 60.0) -> None:
        if checks.count("n", n) < 1:
            raise ValueError(f"n must be >= 1, got {n!r}")
        self.n: int = int(n)
        self.timeout: float = checks.positive("timeout", timeout)
        self.folder: str = tempfile.mkdtemp(prefix="ranks-")
        self._started: list[subprocess.Popen[bytes]] = []
        self._end = weakref.finalize(self, _stop, self._started, self.folder)
        try:
            for rank in range(self.n):
                self._started.append(_start(rank, self.n, self.folder, self.timeout))
            self._replies()
        except BaseException:
            self._end()
            raise

    def run(self, worker: Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Call ``worker(*args, **kwargs)`` in every process; what each returned, by rank.

        Parameters
        ----------
        worker : function
            It may be defined in a notebook. Functions of its own module and the modules that it
            uses by name come along, other globals as they can be pickled; it may not be a closure.
        *args, **kwargs
            The same for all ranks; what they and the results hold must be picklable.

        Raises
        ------
        TypeError
            If `worker` is no plain function, or a global that it uses cannot be sent.
        RuntimeError
            If it fails in some rank, with the traceback from there. The processes are ended.
        TimeoutError
            If it is not done in time. The processes are ended.
        """
        if not self._end.alive:
            raise RuntimeError("these ranks have ended: start new ones")
        call = pickle.dumps((_packed(worker), args, kwargs))
        try:
            for process in self._started:
                assert process.stdin is not None
                process.stdin.write(struct.pack("<q", len(call)) + call)
                process.stdin.flush()
            return self._replies()
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        """End the processes; they are gone when it returns. A second call does nothing."""
        self._end()

    def __enter__(self) -> "Ranks":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _replies(self) -> list[Any]:
        """One answer of every process; of a rank that failed nobody waits for the others."""
        pool = ThreadPoolExecutor(self.n)
        jobs = [pool.submit(_reply, p, rank, self.folder) for rank, p in enumerate(self._started)]
        try:
            done, waiting = wait(jobs, self.timeout, FIRST_EXCEPTION)
            failed = [job for job in jobs if job in done and job.exception()]
            if waiting and not failed:
                late = [rank for rank, job in enumerate(jobs) if job in waiting]
                raise TimeoutError(f"no answer of ranks {late} of {self.n} within {self.timeout:g} s")
            return [job.result() for job in failed or jobs]
        finally:
            if any(not job.done() for job in jobs):
                self._end()  # closes what the threads read from
            pool.shutdown()


def received_during(action: Callable[[], Any]) -> float:
    """Bytes that reach this process from the other ranks while `action` runs.

    They are read from the kernel's counters of its TCP connections, so what gloo adds to the data is in.
    All ranks must call it. NaN where the operating system does not tell (it needs Linux).
    """
    import torch.distributed as dist

    dist.barrier()  # nothing of what came before is still under way
    before = _bytes_received()
    action()
    after = _bytes_received()
    dist.barrier()
    return after - before


def _bytes_received() -> float:
    if not sys.platform.startswith("linux"):
        return math.nan
    total = 0.0
    for number in map(int, os.listdir("/proc/self/fd")):
        try:
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
        except OSError:  # the one that listed the others is closed again
            continue
        with socket.socket(fileno=os.dup(number)) as s:
            if s.type == socket.SOCK_STREAM and s.family in (socket.AF_INET, socket.AF_INET6):
                info = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
                total += struct.unpack_from("<Q", info, 128)[0] if len(info) >= 136 else math.nan
    return total  # of struct tcp_info, the field tcpi_bytes_received


def nbytes(*tensors: Any) -> int:
    """Bytes that tensors hold in this process; of a sharded one, those of the part that lies here."""
    local = [t.to_local() if hasattr(t, "to_local") else t for t in tensors]
    return sum(t.numel() * t.element_size() for t in local)


# ---------------------------------------------------------------- the parent's side


def _start(rank: int, n: int, folder: str, timeout: float) -> "subprocess.Popen[bytes]":
    env = {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    here = str(Path(__file__).resolve().parents[2])
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [here, env.get("PYTHONPATH")]))
    loops = [name for _, name in socket.if_nameindex() if name in ("lo", "lo0")]
    if loops:  # or gloo looks for the machine's name, which without a network leads nowhere
        env["GLOO_SOCKET_IFNAME"] = loops[0]
    code = f"from optedu.lab.distributed import serve; serve({rank}, {n}, {folder!r}, {timeout})"
    with open(Path(folder, f"{rank}.log"), "wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", code], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
            start_new_session=True,
        )  # fmt: skip


def _reply(process: "subprocess.Popen[bytes]", rank: int, folder: str) -> Any:
    assert process.stdout is not None
    try:
        fine, value = pickle.load(process.stdout)
    except (EOFError, OSError, ValueError):
        with contextlib.suppress(OSError):
            raise RuntimeError(f"rank {rank} ended:\n{Path(folder, f'{rank}.log').read_text()[-2000:]}") from None
        raise RuntimeError(f"rank {rank} was ended") from None
    if not fine:
        raise RuntimeError(f"rank {rank} failed:\n{value}")
    return value


def _stop(processes: "list[subprocess.Popen[bytes]]", folder: str) -> None:
    for process in processes:
        process.kill()
    for process in processes:
        process.wait()
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
    shutil.rmtree(folder, ignore_errors=True)


def _packed(worker: Any) -> dict[str, tuple[str, Any]]:
    """A function and all that it uses by name: pickle alone cannot send what a notebook defined."""
    if not isinstance(worker, types.FunctionType) or worker.__closure__:
        raise TypeError(f"worker must be a function without a closure, got {worker!r}")
    sent: dict[str, tuple[str, Any]] = {}

    def add(name: str, value: Any) -> None:
        if name in sent:
            return
        if isinstance(value, types.ModuleType):
            sent[name] = "module", value.__name__
        elif isinstance(value, types.FunctionType) and value.__module__ == worker.__module__ and not value.__closure__:
            sent[name] = "function", (marshal.dumps(value.__code__), value.__defaults__, value.__kwdefaults__)
            for used in _globals_used(value.__code__) & set(value.__globals__):
                add(used, value.__globals__[used])
        else:
            try:
                sent[name] = "value", pickle.dumps(value)
            except Exception as error:
                raise TypeError(f"worker uses the global {name!r}, which cannot be sent: {error}") from error

    add(worker.__name__, worker)
    return {"": ("start", worker.__name__), **sent}


def _globals_used(code: types.CodeType) -> set[str]:
    inner = [c for c in code.co_consts if isinstance(c, types.CodeType)]
    names = {i.argval for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return names.union(*map(_globals_used, inner))


# ---------------------------------------------------------------- the processes' side


def _unpacked(sent: dict[str, tuple[str, Any]]) -> Callable[..., Any]:
    import importlib

    scope: dict[str, Any] = {"__builtins__": __builtins__, "__name__": "sent"}
    start = sent.pop("")[1]
    for name, (kind, what) in sent.items():
        if kind == "module":
            scope[name] = importlib.import_module(what)
        elif kind == "value":
            scope[name] = pickle.loads(what)
        else:
            code, defaults, kwdefaults = what
            scope[name] = types.FunctionType(marshal.loads(code), scope, name, defaults)
            scope[name].__kwdefaults__ = kwdefaults
    return scope[start]


def serve(rank: int, n: int, folder: str, timeout: float) -> None:
    """Join the group, then run what arrives at the standard input until it ends."""
    gc.set_threshold(100_000)  # torch's modules make many objects and no garbage; looking through them is slow
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what torch or a worker prints goes to the log

    def answer(fine: bool, value: Any) -> None:
        answers.write(pickle.dumps((fine, value)))
        answers.flush()

    try:
        import torch
        import torch.distributed as dist

        torch.set_num_threads(1)
        dist.init_process_group(
            "gloo", init_method=Path(folder, "meet").as_uri(), rank=rank, world_size=n,
            timeout=timedelta(seconds=timeout),
        )  # fmt: skip
        answer(True, None)
        while head := sys.stdin.buffer.read(8):
            sent, args, kwargs = pickle.loads(sys.stdin.buffer.read(struct.unpack("<q", head)[0]))
            answer(True, _unpacked(sent)(*args, **kwargs))
    except BaseException:
        answer(False, traceback.format_exc())
    os._exit(0)  # what is left of a group that lost a member may hang on the way out


def main() -> None:
    """What ``torchrun`` starts: one step of DDP compared with one process on the whole batch."""
    import torch
    import torch.distributed as dist

    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    rank, n = dist.get_rank(), dist.get_world_size()
    difference = ddp_difference()
    if rank == 0:
        print(f"{n} ranks, gradients of DDP against one process: equal to 1e-12: {difference < 1e-12}")
    dist.destroy_process_group()


def ddp_difference() -> float:
    """Largest difference between DDP's gradients and those of the whole batch in one process."""
    import torch
    import torch.distributed as dist
    from torch.nn.parallel import DistributedDataParallel

    torch.manual_seed(0)
    rank, n = dist.get_rank(), dist.get_world_size()
    x, y = torch.randn(4 * n, 8, dtype=torch.float64), torch.randn(4 * n, 1, dtype=torch.float64)
    model = torch.nn.Linear(8, 1, dtype=torch.float64)
    whole = torch.autograd.grad(((model(x) - y) ** 2).mean(), list(model.parameters()))
    both = DistributedDataParallel(model)
    ((both(x[rank::n]) - y[rank::n]) ** 2).mean().backward()
    return max((p.grad - g).abs().max().item() for p, g in zip(model.parameters(), whole, strict=True))


if __name__ == "__main__":
    main()
