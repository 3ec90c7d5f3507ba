"""The registry of legal sources."""

from __future__ import annotations

from django.db import models


class LegalDocument(models.Model):
    """A law, regulation, rule or normative document."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    number = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)


class LegalArticle(models.Model):
    """One article; `code` = "<document>:<number>"."""

    document = models.ForeignKey(LegalDocument, on_delete=models.PROTECT, related_name="articles")
    code = models.CharField(max_length=60, unique=True)
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    says = models.TextField()
    says_en = models.TextField(blank=True)
    verified = models.BooleanField(default=False)
