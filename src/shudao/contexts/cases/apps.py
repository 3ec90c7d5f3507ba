from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "shudao.contexts.cases"
    label = "cases"
