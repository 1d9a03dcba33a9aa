"""What a worker can do: the name of a task → the function that does it, `module:function`.

A function gets the header (a dict from JSON) and the payload (bytes) of a call, and returns those of the answer. The
header also holds the `megabytes` of its budget: a function that sees that they will not do raises a MemoryError, and is
called again when there are more. It is imported in the worker alone, where pandas, scikit-learn and the like have no
place.
"""

TASKS = {"decode": "mmdemo.preprocess.decode_task:decoded"}
