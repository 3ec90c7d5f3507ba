from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "shudao.foundation.clocks"
    label = "clocks"
