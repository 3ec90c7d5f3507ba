from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "shudao.contexts.matters"
    label = "matters"
