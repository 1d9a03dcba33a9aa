"""How the linear heads are fitted and what is chosen for them."""
