"""The benchmark: the speed and size figures of the issues, each beside the least work that could give the same rows."""
