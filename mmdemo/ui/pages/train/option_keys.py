"""The keys of the widgets under More options, which choosing a preset sets."""

AUTO = "auto"
FOLDS = "folds"


def encoder_key(modality: str) -> str:
    """Return the key of the choice of a modality's encoder."""
    return f"{modality}_encoder"


def option_key(encoder: str, parameter: str) -> str:
    """Return the key of one of an encoder's options; another encoder may offer other values of the same."""
    return f"{encoder}_{parameter}"
