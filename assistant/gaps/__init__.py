"""What the documents do not answer: questions that were declined or disliked, and the notes of experts."""
