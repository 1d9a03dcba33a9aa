"""Read somebody's table: bytes in, strings out, whichever program wrote them."""
