"""Read lineage from the manifest, and use from its daily counts."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Q, Sum
from django.db.models.functions import Coalesce

from shudao.contexts.pool.models import Batch, DataFile, Dataset, Snapshot
from shudao.contexts.pool.rules.tracing import LineageRow, UseRow


def lineage(row: Dataset, *, indexed: int, batch: str, limit: int) -> list[LineageRow]:
    """Return the dataset's files with where they came from and where they are shown, newest batch first."""
    files = DataFile.objects.filter(dataset=row).annotate(last=Coalesce("batch", Max("origins")))
    if batch:
        files = files.filter(Q(batch__number=batch) | Q(origins__number=batch))
    chosen = list(files.select_related("batch").prefetch_related("origins").order_by("-last", "path")[:limit])
    shown: dict[int, list[int]] = {}
    links = Snapshot.files.through.objects.filter(datafile__in=chosen).values_list("datafile_id", "snapshot__number")
    for file, number in links.order_by("snapshot__number"):
        shown.setdefault(file, []).append(number)
    return [
        LineageRow(
            dataset=row.code,
            delivery=origin.digest,
            received_at=origin.received_at,
            batch=origin.number,
            version=origin.version,
            file=file.path,
            file_digest=file.digest,
            kind=file.kind,
            rows=file.rows,
            snapshots=tuple(shown.get(file.pk, ())),
            indexed=indexed in shown.get(file.pk, ()),
        )
        for file in chosen
        for origin in _origins(file)
        if not batch or origin.number == batch
    ]


def _origins(file: DataFile) -> list[Batch]:
    """Return the deliveries whose rows a file holds, newest first: several, where it was compacted."""
    return [file.batch] if file.batch else sorted(file.origins.all(), key=lambda one: -one.pk)


def use(since: date, until: date) -> list[UseRow]:
    """Return every dataset's use in a period, the least asked first."""
    inside = Q(use__day__gte=since, use__day__lte=until)
    rows = Dataset.objects.annotate(
        asked=Sum("use__calls", filter=inside), had=Sum("use__answered", filter=inside), last=Max("use__day")
    )
    found = [UseRow(row.code, row.asked or 0, row.had or 0, row.last) for row in rows.order_by("code")]
    return sorted(found, key=lambda one: one.calls)


def last_day() -> date | None:
    """Return the last day whose use is counted."""
    found = Dataset.objects.aggregate(last=Max("use__day"))["last"]
    return found if isinstance(found, date) else None
