"""How people and machines reach the house: pages and the command line.

Flask is imported only by `web.app` and the page modules, so that the command line starts without it.
"""
