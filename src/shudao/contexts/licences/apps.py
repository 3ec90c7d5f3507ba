from django.apps import AppConfig


class LicencesConfig(AppConfig):
    name = "shudao.contexts.licences"
    label = "licences"
