"""Everything that people, clocks and other systems do: one function, one transaction; an error writes nothing."""
