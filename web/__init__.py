"""How people and machines reach the house: pages and the command line."""
