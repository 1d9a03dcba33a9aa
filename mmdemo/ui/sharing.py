"""What sharing a model or data means, and how it is done."""

from mmdemo.ui import own_data, runs, visitor

DATA = (
    "Everybody who has the link will see all of this data: its images, captions and labels, and train on it. "
    "Only you can rename or delete it. Sharing cannot be taken back, except by deleting the data."
)
MODEL = (
    "Everybody who has the link can use this model and take it home. They will see its results, the name of its data, "
    "the names of its classes, the notes on its data, and how it answered the pairs it had not seen: their labels and, "
    "where the data is shared too, their images and captions. The file of a model for captions holds which words each "
    "caption has and numbers for its meaning, against which a guess at its wording can be checked. Sharing cannot be "
    "taken back, except by deleting the model."
)

SHARED_MODEL = (
    "Everybody who has its link can use this model and take it home. That cannot be taken back, except by deleting the "
    "model."
)


def share_data(data_id: str) -> None:
    """Let everybody use a data set of this visitor who has its link; raises a DatasetError for another's."""
    own_data.folders().share(data_id, visitor.name())


def share_model(run_id: str) -> None:
    """Let everybody use a model of this visitor who has its link; raises a JobError for another's."""
    runs.queue().share(run_id, visitor.name())
