from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "shudao.config"
    label = "shudao_config"
