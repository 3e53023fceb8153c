"""Tickets of customers: taken in, answered from the documents in a draft, finished by a person."""
