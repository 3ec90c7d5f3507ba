from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessment", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="ListedBarrier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=26, unique=True)),
                ("kind", models.CharField(db_index=True, max_length=10)),
                ("cause", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=120)),
                ("resource", models.CharField(blank=True, max_length=60)),
                ("label", models.CharField(max_length=200)),
                ("label_en", models.CharField(blank=True, max_length=200)),
                ("owner", models.CharField(db_index=True, max_length=18)),
                ("waiting", models.CharField(blank=True, max_length=18)),
                ("matters", models.JSONField(default=list)),
                ("matter_count", models.PositiveIntegerField(default=0)),
                ("since", models.DateField(db_index=True)),
                ("found_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(null=True)),
                ("cases", models.PositiveIntegerField(null=True)),
                ("counted_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
