"""Cases, tasks, deadlines, timers and history: the database."""
