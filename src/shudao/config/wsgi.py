"""The web process's entry, served by granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shudao.config.settings.main")
application = get_wsgi_application()
