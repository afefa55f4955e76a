"""What every optimizer shares: checks, the sweep over memory, groups, counters, checkpoints."""
