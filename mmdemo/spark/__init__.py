"""The same training, answers and evaluation on Apache Spark, for more pairs than one machine holds."""
