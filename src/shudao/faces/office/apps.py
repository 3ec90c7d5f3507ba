from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "shudao.faces.office"
    label = "office"
