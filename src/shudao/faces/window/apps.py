from django.apps import AppConfig


class WindowConfig(AppConfig):
    name = "shudao.faces.window"
    label = "window"
