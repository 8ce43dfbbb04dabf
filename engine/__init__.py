"""Running a process, computing a date, deciding a table: plain data in, plain data out."""
