"""Questions that a table answers as a whole: how many rows, which ones, by what, on which days."""
