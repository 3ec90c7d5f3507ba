from django.apps import AppConfig


class PoolConfig(AppConfig):
    name = "shudao.contexts.pool"
    label = "pool"
