"""Reading DMN files (1.1 to 1.5, by local names): compiled here, once; each problem is kept as a finding."""
