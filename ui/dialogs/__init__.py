"""One module per dialog; each is opened with ``open()`` and answers by signals."""
