"""A running case from one version of its process to another: planned on a copy, refused with reasons, never in place.

`runner.migrate` is the way in. names: which element became which; floors: the copy; places: where each token goes;
attached: events that begin or cease to wait; joins: whether the new drawing can go on from here; memory: the data.
"""
