"""One encoder per file, and what they share: Gram coordinates, the block scaler, networks on LiteRT."""
