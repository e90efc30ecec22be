"""The checklist runner: what a person sees of one walk through a template. Receipt, thaw and administration share it.

``values`` are the plain values shown; ``reading`` makes them of a run; ``panel`` shows them; ``walk`` turns what the
panel asks into acts. Nothing here knows SQL.
"""
