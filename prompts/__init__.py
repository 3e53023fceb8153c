"""Prompts are data: one task a file."""
