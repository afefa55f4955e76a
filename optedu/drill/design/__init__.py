"""Exercises in design: properties are given, and the rule is to be written. A map.

``properties`` says what can be asked for, and which runs show it; ``tasks`` asks; ``driving`` runs a reader's rule, in
the child process of the grader; ``grading`` judges what came of the runs, here, and ``verdicts`` puts it into words.
"""
