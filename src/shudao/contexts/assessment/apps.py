from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "shudao.contexts.assessment"
    label = "assessment"
