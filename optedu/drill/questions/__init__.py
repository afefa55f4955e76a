"""Questions, and ways to be asked them.

``bank`` reads the interview questions, ``numbers_to_know`` computes the numbers, ``find_bug`` makes puzzles of the
mistakes that the grader knows; ``topics`` groups them, ``quiz`` repeats them when ``history`` says that they are due,
``deck`` takes them to Anki.
"""
