"""Forms and their versions."""

from __future__ import annotations

from django.db import models


class Form(models.Model):
    """A form; its present version is `version`."""

    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    version = models.PositiveIntegerField()


class FormVersion(models.Model):
    """One version of a form: written once, never changed. The schema is text: its fields have an order."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    schema = models.TextField()
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="matters_form_version")]
