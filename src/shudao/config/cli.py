"""The command line `shudao …`: every command of every room, found where it lives (`management/commands`)."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command that the arguments name; `shudao help` lists them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shudao.config.settings.main")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["shudao", *sys.argv[1:]])


if __name__ == "__main__":
    main()
