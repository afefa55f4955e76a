"""The grader: from what was handed in to a report that names the mistake.

``exercise_form`` says what an exercise is; ``rule_probes``, ``class_probes`` and ``call_probes`` are designed runs;
``class_bugs`` is the class around a rule, and the mistakes in it; ``sandbox`` runs what was handed in,
``grading`` compares, ``report`` puts it into words, ``weak_tests`` shows what usual tests let through.
"""
