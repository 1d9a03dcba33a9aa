"""One pair on its way through a model: what every step turns it into, with the numbers to prove it."""
