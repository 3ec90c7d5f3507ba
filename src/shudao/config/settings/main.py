"""The settings Django reads: every subject together."""

from shudao.config.settings.database import *  # noqa: F403  the subjects are this module's contents
from shudao.config.settings.house import *  # noqa: F403
from shudao.config.settings.security import *  # noqa: F403
from shudao.config.settings.storage import *  # noqa: F403
