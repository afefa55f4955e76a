"""A rule written out for another language or library; each target is one file."""
