"""Tests in a real browser; a package, so that a file here may bear the name of one beside it."""
