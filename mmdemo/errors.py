"""The errors that a person may see: they say what is wrong, where, and what to do."""


class MMDemoError(Exception):
    """Base of every error whose message is for the person at the screen."""


class DatasetError(MMDemoError):
    """A dataset cannot be found, read or used."""


class UnlabelledError(DatasetError):
    """No row of a dataset has a label: nothing can be trained on it, but a model can answer its rows."""


class ImageError(MMDemoError):
    """An image cannot be decoded or is too large."""


class TextError(MMDemoError):
    """A caption cannot be used."""


class ConfigError(MMDemoError):
    """A setting has a value that is not allowed, or settings do not go together."""


class BundleError(MMDemoError):
    """A trained model on disk is missing, damaged or of another version."""


class JobError(MMDemoError):
    """A run cannot be accepted."""


class MissingExtraError(MMDemoError):
    """Something needs libraries that only one of the package's extras installs."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs libraries that are not installed: pip install "mmdemo[{extra}]"')
