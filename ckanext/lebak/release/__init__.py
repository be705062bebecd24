"""The one gate between a producer's work and the public. So far: what is public."""
