"""Sections of law and the parts of process folders that carry them.

place: the sections that a citation or a sentence names. catalogue: the sections that a law has (sections.toml). bearer:
what in a folder carries which section. coverage: the two together, and what is carried by nothing.
"""
