"""What runs in Python in the page, beside the package: cells of a notebook, their figures, the grader of the drills.

It is shipped with the site, and runs in a worker; nothing here needs more than Python and what the page has loaded.
"""
