"""The optimizers. One file each: the rule, a pure function, and the thin class that applies it."""
