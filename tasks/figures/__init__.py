"""What supervisors see: how much came in, went out, stands and is late, how long it took, and what is coming.

Everything is counted from the rows of cases, tasks, deadlines and letters, never from the engine's states. A figure
and the list of cases behind it share one condition (`conditions`), so that they cannot disagree.
"""
