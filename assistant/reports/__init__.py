"""Fault reports: the record, where each field comes from, who confirmed it, and its exports."""
