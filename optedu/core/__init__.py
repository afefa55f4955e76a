"""The engine room: what every optimizer shares. A map, in the order in which a gradient passes.

    optimizer.py    Optimizer.step: check the gradient, find the plan of its group, sweep, count
      checks.py       settings and arrays, each refused in words before anything is changed
      state.py        what the state of a parameter begins as
      checkpoint.py   snapshots in torch's layout, and what it takes to accept one
    sweep.py        Sweep.step: one rule over one parameter; read if it can be, called if it cannot
    engines.py      the engine in force runs what was read: NumPy, Numba, or one of your own
      in_place.py     writes a way through a rule as NumPy calls that store in place
      loops.py        writes it as a loop, and has Numba compile it
      whole.py        for rules that see whole tensors: what they do to single elements, in one go

And how a rule is read, once:

    reach.py        what it sees besides its arguments; if that may change, it is not read
    tracing.py      it is called with symbols, which note what is done to them and refuse all else
    factors.py      scalar factors are taken out of arrays: fewer operations, the same numbers
    reading.py      what comes out: scalars as a function, arrays as operations; and the test that each
                    written program has to pass
"""
