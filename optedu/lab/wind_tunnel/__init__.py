"""The wind tunnel: what a rule or an optimizer is, measured. A map, in the order of a report.

    examination.py  `examine`: everything in order
    specimen.py     what is examined, in the one form in which all probes run it
    costs.py        whether it is read, operations, bytes, state; the time of a step
    equations.py    the rule as formulas, from its source
    changed_problem.py
                    a problem, and the same problem in other coordinates or units
    units.py        the unit of every setting
    invariances.py  what the rule does not notice
    responses.py    what it answers to an impulse, a step, noise, silence
    quadratics.py   the limit of the learning rate, and how fast it is, in a bowl
    learning.py     digits and the character transformer, beside known optimizers
    racing.py       a race beside two known ones: the rule as JavaScript
    neighbors.py    which optimizer of the zoo is most like it (anatomy.json and transformer.json: what was measured)
    report.py       the report, for terminal, notebook and file
    page.py, drawings.py
                    the report as HTML, and its plots

A new property is an entry in `PROPERTIES` of invariances.py, or in `KINDS` of responses.py; tables, report and page
find it there.
"""
