from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "shudao.foundation.files"
    label = "files"
