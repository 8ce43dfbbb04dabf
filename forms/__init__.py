"""What people fill in: a JSON file becomes a form that judges answers."""
