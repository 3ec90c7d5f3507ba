from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of barriers as it is used; the former one was never written to."""

    dependencies = [("exchange", "0004_registry")]
    operations = [
        migrations.RemoveField(model_name="grant", name="last_answered_at"),
        migrations.DeleteModel(name="Barrier"),
        migrations.CreateModel(
            name="Barrier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=26, unique=True)),
                ("kind", models.CharField(max_length=10)),
                ("cause", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=120)),
                ("resource", models.CharField(blank=True, max_length=60)),
                ("label", models.CharField(max_length=200)),
                ("label_en", models.CharField(blank=True, max_length=200)),
                ("owner", models.CharField(max_length=18)),
                ("waiting", models.CharField(blank=True, max_length=18)),
                ("matters", models.JSONField(default=list)),
                ("since", models.DateField()),
                ("found_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("gone_at", None)),
                        fields=("kind", "subject"),
                        name="exchange_barrier_told_once",
                    )
                ],
            },
        ),
    ]
