"""A step of one rule over one parameter, as an optimizer takes it."""

from unittest import mock

from optedu.core import engines
from optedu.core.sweep import Sweep, numbers_in


def sweep(rule, g, p, state, settings, block_bytes=None, elementwise=None):
    """``p, *state = rule(g, p, *state, **settings)`` in place; returns the state."""
    named = {f"s{k}": value for k, value in enumerate(state)}
    ready = Sweep(rule, named, settings, p, elementwise)
    with mock.patch.object(engines, "BLOCK_BYTES", block_bytes or engines.BLOCK_BYTES):
        ready.step(g, p, named, settings, numbers_in(settings))
    return list(named.values())
