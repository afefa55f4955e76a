"""The configurations that torch's own tests use, against torch.

Their list takes seconds to import, and others import test_parity: hence this file.
"""

import pytest
import torch
from conftest import TORCHS
from test_parity import IMPLEMENTATION, PROBLEMS, TOLERANCE, compare, float64_scalars  # noqa: F401
from torch.testing._internal.common_optimizers import optim_db

OPTIM_DB = [
    pytest.param(TORCHS[info.optim_cls.__name__], config.kwargs, id=f"{info.optim_cls.__name__}-{config.desc}")
    for info in optim_db
    if info.optim_cls.__name__ in TORCHS
    for config in info.optim_inputs_func("cpu")
    if not any(isinstance(value, torch.Tensor) for value in config.kwargs.values())
]


@pytest.mark.parametrize("entry, settings", OPTIM_DB)
def test_configurations_of_torchs_own_tests(entry, settings):
    assert not set(settings) & IMPLEMENTATION
    for problem in (PROBLEMS["shapes"], PROBLEMS["network"]):
        assert compare(entry, settings, problem, steps=150) <= TOLERANCE["float64"]


def test_torchs_own_configurations_are_found():
    assert {param.values[0].name for param in OPTIM_DB} == set(TORCHS)
