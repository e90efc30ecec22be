"""Paper: drawing, sealing and verifying the printed record.

Empty on purpose: reportlab, pikepdf and pyHanko take two seconds to import, so they load with the module that
is asked for (``run_record``, ``pdfa``, ``seal``, ``verdicts``, ``render``), never with the program's window.
"""
