from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [("pool", "0001_initial")]

    operations = [
        migrations.AddField("batch", "mode", models.CharField(default="full", max_length=8)),
        migrations.AddField("snapshot", "layers", models.JSONField(default=list)),
        migrations.AddField(
            "snapshot",
            "dead",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pool.datafile"
            ),
        ),
    ]
