"""The registry of legal sources: documents, their articles, what changes them, and what cites them."""

from __future__ import annotations

from django.db import models

from shudao.contexts.matters.models.items import BasicItemVersion


class LegalDocument(models.Model):
    """A law, regulation, rule or normative document. Days are null where nobody has entered them."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    number = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    status = models.CharField(max_length=10, default="in_force")
    issued_on = models.DateField(null=True)
    in_force_on = models.DateField(null=True)
    amended_on = models.DateField(null=True)
    repealed_on = models.DateField(null=True)


class LegalArticle(models.Model):
    """One article as it reads today; `code` = "<document>:<number>". `office`: changed there, so loads leave it be."""

    document = models.ForeignKey(LegalDocument, on_delete=models.PROTECT, related_name="articles")
    code = models.CharField(max_length=60, unique=True)
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    says = models.TextField()
    says_en = models.TextField(blank=True)
    verified = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=10, default="in_force")
    amended_on = models.DateField(null=True)
    repealed_on = models.DateField(null=True)
    office = models.BooleanField(default=False)


class FormerArticle(models.Model):
    """How an article read before."""

    article = models.ForeignKey(LegalArticle, on_delete=models.PROTECT, related_name="former")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    says = models.TextField()
    says_en = models.TextField(blank=True)
    status = models.CharField(max_length=10)
    superseded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "version"], name="matters_former_article")]


class LawChange(models.Model):
    """An amendment or repeal that one officer entered and another one confirms; it holds from its day on."""

    number = models.CharField(max_length=32, unique=True)
    article = models.ForeignKey(LegalArticle, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10)
    act = models.CharField(max_length=200)
    effective_on = models.DateField()
    title = models.CharField(max_length=200, blank=True)
    title_en = models.CharField(max_length=300, blank=True)
    says = models.TextField(blank=True)
    says_en = models.TextField(blank=True)
    reason = models.CharField(max_length=500)
    proposed_by = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article"], condition=models.Q(state__in=["proposed", "confirmed"]), name="matters_one_change"
            )
        ]


class Citation(models.Model):
    """Where a version of a basic item cites an article: in the matter, a limit, a material or a fee (`part`)."""

    article = models.CharField(max_length=60, db_index=True)
    item_version = models.ForeignKey(BasicItemVersion, on_delete=models.CASCADE, related_name="citations")
    place = models.CharField(max_length=10)
    part = models.CharField(max_length=120, blank=True)
