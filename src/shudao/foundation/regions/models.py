"""Divisions from the province to the village, and the zones that group prefectures."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Zone(models.Model):
    """An economic zone: a group of prefectures."""

    code = models.CharField(max_length=24, primary_key=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()


class Division(models.Model):
    """One administrative division. Codes sort so that a subtree is one range of them."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True, default="")
    level = models.PositiveSmallIntegerField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    zone = models.CharField(max_length=24, blank=True, default="")
    counted = models.BooleanField(default=True)
    population = models.PositiveIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["level", "code"], name="regions_division_level"),
            models.Index(fields=["name"], name="regions_division_name"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=5), name="regions_division_five_levels"),
        ]


class Boundaries(models.Model):
    """The outlines of a province's divisions of one level, as GeoJSON text; schematic."""

    province = models.CharField(max_length=12)
    level = models.PositiveSmallIntegerField()
    geojson = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["province", "level"], name="regions_boundaries_one_a_level"),
        ]
