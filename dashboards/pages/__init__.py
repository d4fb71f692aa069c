"""One file a page: a question, a layout, a callback."""
