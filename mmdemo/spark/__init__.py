"""The same training on Apache Spark: what differs from the local engine is who calls the encoders, not what they do."""
