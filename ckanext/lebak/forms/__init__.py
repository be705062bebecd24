"""What a browser posts, made into the dicts that the actions expect. Knows nothing of HTML."""
