from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_registry")]
    operations = [
        migrations.AddField("sharerequest", "rate", models.PositiveIntegerField(default=0)),
        migrations.AddField("sharerequest", "verify_only", models.BooleanField(default=False)),
        migrations.AddField("grant", "rate", models.PositiveIntegerField(default=0)),
        migrations.AddField("grant", "verify_only", models.BooleanField(default=False)),
    ]
