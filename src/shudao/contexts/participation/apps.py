from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "shudao.contexts.participation"
    label = "participation"
