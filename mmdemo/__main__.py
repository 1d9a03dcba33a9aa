"""The command line: `mmdemo COMMAND`, or `python -m mmdemo COMMAND`."""

import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType

import click

from mmdemo.errors import ConfigError, MMDemoError
from mmdemo.storage.full import DISK, is_full

COMMANDS = ("data", "train", "evaluate", "study", "classify", "report", "open")
_SETTINGS = ("MMDEMO_", "TMPDIR", "TEMP", "TMP")  # variables whose names begin so are read


class _Commands(click.Group):
    """Import a command only when it is called: `classify` needs no training code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command: click.Command = import_module(f"mmdemo.commands.{cmd_name}").command
        return command


@click.group(
    cls=_Commands,
    no_args_is_help=False,  # an error would put the help on one line
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
def fusion_lab() -> None:
    """Train, evaluate and explain classifiers of images with captions."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return 0 when done, 2 for bad input or usage, 1 for a fault of ours, 130 if stopped."""
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        return _run(arguments)
    finally:
        signal.signal(signal.SIGTERM, before)


def _run(arguments: list[str] | None) -> int:
    try:
        _check_utf8(sys.argv[1:] if arguments is None else arguments)
        fusion_lab.main(arguments, prog_name=_name(), standalone_mode=False)
    except MMDemoError as error:
        return _fail(str(error))
    except click.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except click.ClickException as error:
        return _fail(f"{error.format_message()} (see --help)")
    except BrokenPipeError:  # the reader of our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if is_full(error):
            return _fail(DISK)
        traceback.print_exc()
        click.echo("Error: this is a fault of Fusion Lab, not of your input. Please report the lines above.", err=True)
        return 1
    return 0


def _check_utf8(arguments: list[str]) -> None:
    """Raise a ConfigError where an argument or setting is not UTF-8, which no file of ours could hold."""
    settings = (f"{name}={value}" for name, value in os.environ.items() if name.startswith(_SETTINGS))
    for given in (*arguments, *settings):
        try:
            given.encode()
        except UnicodeEncodeError as error:
            shown = os.fsencode(given).decode("utf-8", "replace")
            raise ConfigError(f"{shown!r} is not UTF-8; write it in UTF-8, and rename a file or folder so.") from error


def _name() -> str:
    """Return how the command line was called, for its usage lines."""
    return "mmdemo" if Path(sys.argv[0]).stem == "mmdemo" else "python -m mmdemo"


def _fail(message: str) -> int:
    click.echo(f"Error: {' '.join(message.split())}", err=True)
    return 2


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt  # so that half-written files are removed


if __name__ == "__main__":
    sys.exit(main())
