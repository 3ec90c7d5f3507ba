from django.apps import AppConfig


class CockpitConfig(AppConfig):
    name = "shudao.faces.cockpit"
    label = "cockpit"
