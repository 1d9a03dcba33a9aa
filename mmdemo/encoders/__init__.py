"""One encoder a file, and what they share: gram coordinates, the block scaler, networks on LiteRT."""
