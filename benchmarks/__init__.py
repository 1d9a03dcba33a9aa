"""What `make bench` measures: the system's accuracy, speed and size, against its targets."""

BENCHMARKS = {
    "accuracy": "whether fusion helps on the stamps, with every encoder and with the article's model",
    "peers": "accuracy, time and memory beside the article's model, a Keras network and scikit-learn alone",
    "limits": "how close the models come to the best possible accuracy on the homonyms",
    "train": "time and memory of a training, beside an earlier version's",
    "growth": "how time and memory of a training grow with its pairs and classes, beside the page's estimate",
    "classify": "time of one answer with its explanation, and whether its parts add up",
    "together": "memory of the whole process tree while two visitors do everything at once",
    "reruns": "processor time of the server for a rerun of every page, and for an edited caption",
    "pages": "time from a click to a page",
    "start": "time to the first sight of each page of a cold server, and of a cold command",
    "sessions": "how long twenty visitors at once wait, alone and beside a training, and the memory of the server",
    "own_data": "time and memory that a dataset of one's own takes, on its way to the server and until it can be used",
    "hostile": "time of an answer while images that mean harm are decoded",
}
"""Name → what it measures; the module of that name has a function `measure` that returns its Report."""
