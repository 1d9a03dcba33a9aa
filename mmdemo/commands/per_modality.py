"""Options of a command that there are once for each modality."""

from collections.abc import Callable

import click

from mmdemo.modalities.modality import Modality
from mmdemo.modalities.registry import MODALITIES


def per_modality(*options: Callable[[Modality], click.Option]) -> type[click.Command]:
    """Return a class of commands with these options for each modality; asked anew whenever the command is called."""

    class PerModality(click.Command):
        def get_params(self, ctx: click.Context) -> list[click.Parameter]:
            more = [option(modality) for option in options for modality in MODALITIES.values()]
            return [*more, *super().get_params(ctx)]

    return PerModality
