"""How a visitor's own data comes to the server, and what the pages know of it."""
