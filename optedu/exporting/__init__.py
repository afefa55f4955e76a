"""A rule written out for another language or library. A map, in the order in which a rule passes.

    writing.py      `export`: what is asked for, and the refusal by name
    naming.py       what a word on the command line stands for
    subject.py      an optimizer, its class or a rule by itself, in the one form that all targets read
    source.py       the source of a rule and of all that it calls, and what its names stand for
    kinds.py        which expressions are data, and which are decided before a step
    sharding.py     what needs whole tensors, and where it gathers their shards
    rewriting.py    the text in another dialect; a branch on data becomes a choice
    spelling.py     the tables: how torch and JAX spell what NumPy says
    checking.py     checks of settings as plain conditions
    parts.py        what the files of all targets have in common
    to_torch.py, to_jax.py
                    the file for a target
    to_triton.py    kernels for the file for torch, from the recorded operations
    refusal.py      what cannot be written out says so, and where

And for the page, from the recorded operations, too: to_javascript.py
"""
