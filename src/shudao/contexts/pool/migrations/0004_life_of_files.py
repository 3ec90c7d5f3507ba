import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery


def name_datasets(apps, schema_editor):
    """Every file so far is of a batch."""
    batches = apps.get_model("pool", "Batch").objects.filter(pk=OuterRef("batch_id")).values("dataset_id")[:1]
    apps.get_model("pool", "DataFile").objects.update(dataset_id=Subquery(batches))


class Migration(migrations.Migration):
    # Filling a column and closing it are two transactions in PostgreSQL.
    atomic = False

    dependencies = [
        ("pool", "0003_repairs_and_cursors"),
    ]

    operations = [
        migrations.AddField("batch", "erased", models.PositiveBigIntegerField(default=0)),
        migrations.RemoveConstraint("batch", "pool_batch_loses_no_row"),
        migrations.AddConstraint(
            "batch",
            models.CheckConstraint(
                condition=Q(rows=F("good") + F("quarantined") + F("erased")), name="pool_batch_loses_no_row"
            ),
        ),
        migrations.AddField(
            "datafile",
            "dataset",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="files", to="pool.dataset"
            ),
        ),
        migrations.RunPython(name_datasets, migrations.RunPython.noop),
        migrations.AlterField(
            "datafile",
            "dataset",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="files", to="pool.dataset"),
        ),
        migrations.AlterField(
            "datafile",
            "batch",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="files", to="pool.batch"
            ),
        ),
        migrations.AddField("datafile", "origins", models.ManyToManyField(related_name="compacted", to="pool.batch")),
        migrations.AddField("snapshot", "kind", models.CharField(default="delivery", max_length=12)),
        migrations.AddField("snapshot", "pinned", models.BooleanField(default=False)),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=26, unique=True)),
                ("subject", models.CharField(max_length=32)),
                ("identifier", models.BinaryField()),
                ("account", models.CharField(max_length=60)),
                ("everywhere", models.BooleanField()),
                ("waiting", models.JSONField(default=list)),
                ("rows", models.PositiveBigIntegerField(default=0)),
                ("mentions", models.PositiveBigIntegerField(default=0)),
                ("quarantined", models.PositiveBigIntegerField(default=0)),
                ("begun_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(db_index=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Rotation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=80, unique=True)),
                ("begun_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(db_index=True, null=True)),
            ],
        ),
    ]
