"""Assistant: questions become answers with the page they came from."""
