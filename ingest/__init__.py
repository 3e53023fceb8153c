"""Ingest: documents become chunks, vectors and a searchable generation on disk."""
