from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "shudao.foundation.audit"
    label = "audit"
