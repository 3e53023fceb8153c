"""Alarm logs: columns found, bursts with their first-out alarm, codes looked up in the documents."""
