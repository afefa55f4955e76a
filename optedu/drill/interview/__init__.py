"""The mock interview (``mock``, its ``parts``, and how it is led ``in_terminal``), and the sheet to read before one."""
