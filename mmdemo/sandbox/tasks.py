"""What a worker can do: the name of a task → the function that does it, `module:function`.

A function gets the header (a dict from JSON) and the payload (bytes) of a call, and returns those of the answer. It is
imported in the worker alone, where pandas, scikit-learn and the like have no place.
"""

TASKS = {"decode": "mmdemo.preprocess.decode_task:decoded"}
