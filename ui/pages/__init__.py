"""One module per page; each is imported when it is first opened."""
