"""What is written out for torch trains over processes as in one, and goes on over another number of them."""

import sys

import numpy as np
import pytest

pytest.importorskip("torch.distributed")
import torch
import torch.distributed as dist

import optedu
from optedu.lab import exported_sharded as sharded
from optedu.lab.distributed import Ranks
from optedu.lab.exported import loaded
from optedu.lab.exported_sharded import BOUND, KINDS, Job, Training, job, jobs, leg, outcomes, resharded
from optedu.zoo import ZOO

if not (dist.is_available() and dist.is_gloo_available()):
    pytest.skip("torch was built without gloo", allow_module_level=True)

WAIT = 120.0
"""Seconds for the processes of a test at the gate; much more than they need."""

EACH, SUMS, WHOLE = ["SGD", "AdamW", "RAdamScheduleFree"], ["LARS", "LAMB", "Adafactor", "MARS"], ["Muon", "Shampoo"]
"""Optimizers for each number, for norms and means of a tensor, and for tensors as a whole."""


def turned(g, p, buf, seen, *, lr, beta=0.9):
    """Products of matrices in the rule itself, one of them of an expression, and a sum as a state."""
    buf = buf + (1 - beta) * (g - buf)
    x = buf / (np.linalg.norm(buf) + 1e-12)
    for _ in range(3):
        x = 1.5 * x - 0.5 * x @ x.T @ x
    seen = -(g * p).sum(0)
    much = ((g + buf) @ x.T).mean()
    return p - lr * x - lr * much * seen, buf, seen


def own(rule, name, **settings):
    return Job(name, optedu.export(rule, "torch"), settings, matrices=True)


def sample():
    normuon = job(ZOO["Muon"])
    found = {name: job(ZOO[name], 1) for name in (*EACH, *SUMS, *WHOLE)}
    found["NorMuon"] = normuon._replace(settings={**normuon.settings, "beta2": 0.9})
    found["turned"] = own(turned, "Turned", lr=0.01)
    return found


@pytest.fixture(scope="module")
def two():
    with Ranks(2, WAIT) as ranks:
        yield ranks


@pytest.fixture(scope="module")
def under_fsdp(two):
    """Outcomes in the first of two processes; that all agree is a part of it."""
    found = sample()
    return dict(zip(found, agreed(two, list(found.values()), "FSDP2"), strict=True))


def agreed(ranks, chosen, kind, steps=4):
    first, *others = ranks.run(outcomes, chosen, kind, steps)
    assert all(other == first for other in others)
    return first


def counted(chosen):
    """Parameters that are trained."""
    return len(Training(chosen, "one").params)


def test_shards_equal_one_process(under_fsdp):
    assert {name: out.difference for name, out in under_fsdp.items() if not out.difference <= BOUND} == {}


def test_copies_equal_one_process(two):
    found = sample()
    for name, out in zip(found, agreed(two, list(found.values()), "DDP"), strict=True):
        assert out.difference <= BOUND, name
        assert not out.collectives, name


def test_what_processes_say_to_each_other_in_a_step(under_fsdp):
    """Nothing for a rule for each number; one number for a norm; a matrix once."""
    for name in EACH:
        assert under_fsdp[name].collectives == {}
    for name, norms in {"LARS": 2, "LAMB": 2, "MARS": 1}.items():
        assert under_fsdp[name].collectives == {"all_reduce": norms * counted(job(ZOO[name]))}
    for name in WHOLE:
        assert under_fsdp[name].collectives == {"all_gather_into_tensor": counted(job(ZOO[name]))}
    assert under_fsdp["NorMuon"].collectives == under_fsdp["Muon"].collectives


def test_a_state_lies_as_its_parameter_and_is_never_a_part_of_a_sum(under_fsdp):
    for name in ("AdamW", "LAMB", "MARS", "Muon", "turned"):
        for key, lies in under_fsdp[name].state.items():
            assert lies == {"step": ["int"], "seen": ["R"]}.get(key, ["S(0)"]), (name, key)
    assert under_fsdp["Shampoo"].state == {"preconditioner": ["R"]}
    assert not any("P(" in place for out in under_fsdp.values() for lies in out.state.values() for place in lies)


def test_wrong_files_are_noticed(two):
    """The norm of a shard; a state that is left as parts of a sum; a step that is counted twice."""
    right = {name: job(ZOO[name]) for name in ("LAMB", "Adafactor", "AdamW")}
    part = "torch.linalg.norm(x.to_local() if hasattr(x, 'to_local') else x)"
    wrong = []
    for name, old, new in (
        ("LAMB", "_added(torch.linalg.norm(x))", part), ("Adafactor", "_added(torch.linalg.norm(x))", part),
        ("AdamW", 'g = -p.grad if group["maximize"] else p.grad', "g = p.grad + p.grad.device_mesh.get_local_rank()"
         ' if hasattr(p, "device_mesh") else p.grad'),
    ):  # fmt: skip
        assert right[name].text.count(old) == 1
        wrong.append(right[name]._replace(text=right[name].text.replace(old, new)))
    for ranks in two.run(outcomes, wrong, "FSDP2", 3):
        assert all(out.difference > 1e-4 for out in ranks)


SHAPES = [(5, 3), (1, 4), (7,), (1,), (2, 3, 2)]
"""Over two processes: one more row in the first, none in the second."""


def stepped(made, name, lr):
    """Steps on shards made by hand, and on whole tensors: the largest difference."""
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.tensor import Shard, distribute_tensor

    from optedu.lab.exported import loaded

    mesh, pairs = init_device_mesh("cpu", (dist.get_world_size(),)), []
    for k, shape in enumerate(SHAPES):
        p = torch.tensor(2 + np.random.default_rng(k).standard_normal(shape))
        pairs.append([torch.nn.Parameter(p), torch.nn.Parameter(distribute_tensor(p, mesh, [Shard(0)]))])
    rows = [p.to_local().shape[0] for _, p in pairs]
    both = [loaded(made, name)([pair[k] for pair in pairs], lr=lr) for k in (0, 1)]
    for t in range(3):
        for k, pair in enumerate(pairs):
            g = torch.tensor(np.random.default_rng([t, k]).standard_normal(SHAPES[k]))
            pair[0].grad, pair[1].grad = g, distribute_tensor(g, mesh, [Shard(0)])
        for optimizer in both:
            optimizer.step()
    return rows, max((p - q.full_tensor()).abs().max().item() for p, q in pairs)


@pytest.mark.parametrize("name", [*SUMS, "Shampoo"])
def test_a_norm_is_that_of_the_whole_tensor_on_uneven_shards(two, name):
    (first, one), (second, other) = two.run(stepped, optedu.export(ZOO[name].cls, "torch"), name, 0.1)
    assert first == [3, 1, 4, 1, 1] and second == [2, 0, 3, 0, 1]
    assert max(one, other) <= 1e-13


@pytest.mark.filterwarnings("ignore:torch.distributed is disabled:UserWarning")
def test_a_run_goes_on_over_another_number_of_processes(two, tmp_path):
    """Two processes, one without a group, and two again."""
    chosen = list(sample().values())
    far = two.run(leg, chosen, "FSDP2", str(tmp_path), 0, 2)
    far.append(leg(chosen, "one", str(tmp_path), 1, 2))
    far += two.run(leg, chosen, "FSDP2", str(tmp_path), 2, 2)
    assert np.max(far) <= BOUND


def pieces(text, name):
    """The first step under the older FSDP."""
    from torch.distributed.fsdp import FullyShardedDataParallel

    from optedu.lab.exported import loaded

    net = FullyShardedDataParallel(
        torch.nn.Linear(3, 5, dtype=torch.float64), use_orig_params=True, device_id=torch.device("cpu")
    )
    optimizer = loaded(text, name)(net.parameters(), lr=0.1)
    net(torch.ones(2, 3, dtype=torch.float64)).sum().backward()
    try:
        optimizer.step()
    except TypeError as error:
        return str(error)
    return ""


def test_pieces_of_the_older_fsdp_are_refused_where_the_rule_needs_whole_tensors(two):
    for name in ("LARS", "LAMB", "MARS"):
        for said in two.run(pieces, optedu.export(ZOO[name].cls, "torch"), name):
            assert said.startswith("the rule needs whole tensors, and FullyShardedDataParallel leaves a piece")
    assert two.run(pieces, optedu.export(optedu.AdamW, "torch"), "AdamW") == ["", ""]


def compiled(name, setting=1):
    made = job(ZOO[name], setting, compile=True)
    return made._replace(text=made.text.replace("fullgraph=True", 'fullgraph=True, backend="aot_eager"'))


def apart_after(made, kind, steps):
    torch._dynamo.reset()
    training = Training(made, kind)
    training.step(steps)
    return sharded.apart(made, steps, training.whole()), sharded.places(training.optimizer)


def refusal(made):
    try:
        Training(made, "FSDP2").step()
    except TypeError as error:
        return str(error)
    return ""


def test_a_compiled_file_refuses_shards_where_the_rule_needs_whole_tensors(two):
    for said in two.run(refusal, compiled("LAMB")):
        assert said.startswith("the rule needs whole tensors, which a compiled step does not gather")


COMPILED = [name for name, entry in ZOO.items() if entry.elementwise]


@pytest.mark.nightly
@pytest.mark.parametrize("name", COMPILED)
def test_a_compiled_file_takes_the_shard_that_lies_in_its_process(two, name):
    try:
        made = compiled(name)
    except ValueError:
        pytest.skip("not written out")
    for difference, lies in two.run(apart_after, made, "FSDP2", 3):
        assert difference <= BOUND
        assert all(set(place) <= {"S(0)", "int", "float"} for place in lies.values())


def test_a_rule_gathers_as_late_as_it_can_and_once():
    text = optedu.export(turned, "torch")
    lines = [line.strip() for line in text.splitlines() if "_whole(" in line and "def " not in line]
    assert lines == ["x = _whole(x)", "much = _added(((_whole(g + buf)) @ x.T).mean())"]
    assert "    x = _whole(x)\n    for _ in range(3):\n" in text
    text = optedu.export(optedu.Muon, "torch")
    assert "    direction = _whole(direction)\n    u = newton_schulz(\n" in text


def test_a_file_knows_of_processes_only_where_it_must(monkeypatch):
    for name in EACH:
        assert "distributed" not in optedu.export(ZOO[name].cls, "torch")
    monkeypatch.setitem(sys.modules, "torch.distributed.tensor", None)  # to import it is an error now
    for name in (*SUMS, *WHOLE):
        p = torch.nn.Parameter(torch.ones(3, 2))
        p.grad = torch.ones(3, 2)
        loaded(optedu.export(ZOO[name].cls, "torch"), name)([p]).step()
        assert p[0, 0] != 1


def test_a_state_that_lies_otherwise_than_its_parameter_is_refused():
    space = loaded(optedu.export(optedu.AdamW, "torch", compile=True), "_here")

    class Fake:
        def __init__(self, placements):
            self.placements = placements

        def to_local(self):
            return "here"

    assert space(3.0, Fake("S(0)")) == 3.0 and space(Fake("S(0)"), Fake("S(0)")) == "here"
    with pytest.raises(ValueError, match=r"sharded as S\(1\), and its parameter as S\(0\)"):
        space(Fake("S(1)"), Fake("S(0)"))


# All of the zoo


@pytest.mark.nightly
@pytest.mark.parametrize("n", [2, 4])
@pytest.mark.parametrize("kind", KINDS)
def test_all_equal_one_process(n, kind):
    if kind == "HSDP" and n < 4:
        pytest.skip("a mesh of two axes needs four processes")
    for setting in (0, 1):
        chosen = jobs(setting)
        with Ranks(n, 600) as ranks:
            for one, out in zip(chosen, agreed(ranks, chosen, kind, 6), strict=True):
                assert out.difference <= BOUND, (one.name, setting)


@pytest.mark.nightly
@pytest.mark.parametrize("setting", [0, 1])
def test_all_go_on_over_another_number_of_processes(setting):
    chosen = jobs(setting)
    for one, difference in zip(chosen, resharded(chosen, (2, 4, 2)), strict=True):
        assert difference <= BOUND, one.name
