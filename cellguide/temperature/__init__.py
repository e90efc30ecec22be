"""Temperature mathematics and judgement: pure values and functions (docs/temperature.md).

This file imports nothing on purpose: every module beside ``limits`` and ``guard`` needs numpy, which is loaded
only when somebody looks at temperatures.
"""
